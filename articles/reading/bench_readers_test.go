package reading

import (
	"bytes"
	"context"
	"net/url"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"codeberg.org/readeck/go-readability/v2"
	"golang.org/x/net/html"
)

// benchmarkPages are the pages of testdata/bodies, each in a frame of menus, scripts and
// teasers that makes it one of 170 KB, as on the sites of newspapers.
func benchmarkPages(b *testing.B, names ...string) [][]byte {
	b.Helper()
	const size = 170 << 10
	menu := strings.Repeat(`<li class="menu-item"><a href="/topics/a" class="link">A topic of the site</a></li>`+"\n", 250)
	teasers := strings.Repeat(`<div class="teaser"><h3><a href="/x">Another headline of the site</a></h3><p>Four ships came in on Monday.</p></div>`+"\n", 60)
	var pages [][]byte
	for _, name := range names {
		body, err := os.ReadFile("testdata/bodies/" + name + ".html")
		if err != nil {
			b.Fatal(err)
		}
		frame := "<footer><ul>" + menu + "</ul></footer><div class=\"teasers\">" + teasers + "</div>"
		script := "<script>" + strings.Repeat(`window.queue.push({"slot":"a","size":[300,250]});`, max(0, size-len(body)-len(frame))/50) + "</script>"
		pages = append(pages, bytes.Replace(body, []byte("</body>"), []byte(frame+script+"</body>"), 1))
	}
	return pages
}

// BenchmarkReaders reads pages of 170 KB with all readers that each needs, beside
// Readability alone and parsing alone. The pages of "asked" need the other readers.
func BenchmarkReaders(b *testing.B) {
	for _, c := range []struct {
		name  string
		pages [][]byte
	}{
		{"usual", benchmarkPages(b, "full-chrome", "gutenberg", "blogger", "divi", "bitrix", "medium", "br-paragraphs", "several-article-elements")},
		{"asked", benchmarkPages(b, "columns-of-other-stories", "headline-in-bar")},
	} {
		b.Run(c.name, func(b *testing.B) {
			runtime.LockOSThread() // processorTime is that of the thread
			defer runtime.UnlockOSThread()
			var ours, theirs, parsing time.Duration
			measure := func(into *time.Duration, read func(body []byte)) {
				began := processorTime()
				for _, body := range c.pages {
					read(body)
				}
				*into += processorTime() - began
			}
			address := &url.URL{Scheme: "https", Host: "www.example.org", Path: "/a/b"}
			for b.Loop() {
				measure(&ours, func(body []byte) {
					_, _ = Read(context.Background(), Page{URL: address.String(), ContentType: "text/html; charset=utf-8", Body: body})
				})
				measure(&theirs, func(body []byte) { _, _ = readability.FromReader(bytes.NewReader(body), address) })
				measure(&parsing, func(body []byte) { _, _ = html.Parse(bytes.NewReader(body)) })
			}
			b.ReportMetric(float64(b.N*len(c.pages))/ours.Seconds(), "pages/cpu-s")
			b.ReportMetric(ours.Seconds()/theirs.Seconds(), "x-readability-alone")
			b.ReportMetric(ours.Seconds()/parsing.Seconds(), "x-parsing-alone")
		})
	}
}
