package reading

import (
	"bytes"
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"
)

// BenchmarkReadPage reads pages of 60 KB, beside parsing alone.
func BenchmarkReadPage(b *testing.B) {
	body, err := os.ReadFile("testdata/pages/wordpress.html")
	if err != nil {
		b.Fatal(err)
	}
	// Most of a page surrounds the article.
	filler := strings.Repeat(`<li class="menu-item"><a href="/topics/a" class="link">A topic of the site</a></li>`+"\n", (60<<10-len(body))/80)
	body = bytes.Replace(body, []byte("</body>"), []byte("<footer><ul>"+filler+"</ul></footer></body>"), 1)
	b.SetBytes(int64(len(body)))
	var parse time.Duration
	for b.Loop() {
		b.StopTimer()
		began := time.Now()
		if _, err := html.Parse(bytes.NewReader(body)); err != nil {
			b.Fatal(err)
		}
		parse += time.Since(began)
		b.StartTimer()
		if _, err := Read(context.Background(), Page{URL: "https://www.example.org/a/b", ContentType: "text/html; charset=utf-8", Body: body}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "pages/s")
	b.ReportMetric(b.Elapsed().Seconds()/parse.Seconds(), "x-parsing-alone")
}
