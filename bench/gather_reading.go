package bench

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/url"
	"strings"
	"time"

	"corridor/articles/reading"

	"codeberg.org/readeck/go-readability/v2"
	"golang.org/x/net/html"
)

// ReadingReport holds the CPU time of reading pages of 170 KB, beside a reader of others and
// parsing alone on the same bytes, and of hostile pages.
type ReadingReport struct {
	Pages       int     `json:"pages"`
	Rate        float64 `json:"pages_per_cpu_second"`
	CPU         float64 `json:"cpu_ms_a_page"`
	Readability float64 `json:"readability_cpu_ms_a_page"`
	Parsing     float64 `json:"parsing_cpu_ms_a_page"`
	Hostile     float64 `json:"hostile_growth"` // time a byte of the worst page, beside that of a page of a quarter
}

// readingRounds is how often each reader reads the pages. Rounds go in turn, and the best counts.
const readingRounds = 3

func measureReading(ctx context.Context, pages, size int) (r ReadingReport, err error) {
	r.Pages = pages
	var bodies [][]byte
	for i := range pages {
		bodies = append(bodies, samplePage(i))
	}
	readers := []func([]byte) error{
		func(body []byte) error { _, err := readSample(ctx, body); return err },
		func(body []byte) error {
			_, err := readability.FromReader(bytes.NewReader(body), &url.URL{Scheme: "https", Host: "www.example.org", Path: "/a"})
			return err
		},
		func(body []byte) error { _, err := html.Parse(bytes.NewReader(body)); return err },
	}
	best := make([]time.Duration, len(readers))
	for range readingRounds {
		for i, read := range readers {
			began := ownCPU()
			for _, body := range bodies {
				if err := read(body); err != nil {
					return r, err
				}
			}
			if used := ownCPU() - began; best[i] == 0 || used < best[i] {
				best[i] = used
			}
		}
	}
	n := float64(max(pages, 1))
	r.CPU, r.Readability, r.Parsing = milliseconds(best[0])/n, milliseconds(best[1])/n, milliseconds(best[2])/n
	r.Rate = n / best[0].Seconds()
	r.Hostile = hostileGrowth(ctx, size)
	return r, nil
}

func readSample(ctx context.Context, body []byte) (reading.Reading, error) {
	return reading.Read(ctx, reading.Page{URL: "https://www.example.org/a", ContentType: "text/html; charset=utf-8", Body: body, Seen: time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)})
}

// hostile are pages that cost more than their size if a reader is careless: a beginning that is
// repeated, and its text.
var hostile = []string{
	"<p>word ", "<div><p>A sentence of a text, which is long enough to count.</p></div>", "<table><tr><td>text</td></tr></table>", "<a href=x>link</a> ", "<h2>Related</h2><p>text ",
	"<ul><li>item</li></ul>", "<script>x</script>", "<noscript><p>text", "<noscript><img src=a.jpg></noscript>", "<span class='a b c d'>x </span>", "<blockquote>text</blockquote>",
	"<br>line of text ", "<img src=a.jpg>", "<details><summary>x</summary>text</details>", "<p>By Anna Bell</p>", "<p>4 May 2026</p>", "<iframe src=https://www.youtube.com/embed/x></iframe>",
}

// hostileGrowth is the worst ratio of the time a byte at four times a size to that at the size.
func hostileGrowth(ctx context.Context, size int) (worst float64) {
	for _, part := range hostile {
		var times [2]time.Duration
		for i, size := range []int{size, 4 * size} {
			body := []byte("<!doctype html><html><body><h1>Title</h1>" + strings.Repeat(part, size/len(part)))
			began := ownCPU()
			_, _ = readSample(ctx, body)
			times[i] = ownCPU() - began
		}
		if times[0] > 20*time.Millisecond { // a page that is refused at once has no time to compare
			worst = max(worst, times[1].Seconds()/4/times[0].Seconds())
		}
	}
	return worst
}

// WriteText prints the report for people.
func (r *GatherReport) WriteText(w io.Writer) error {
	one := func(format string, args ...any) string { return fmt.Sprintf(format, args...) }
	mib := func(n int64) string { return one("%d MiB", n>>20) }
	writeColumns(w, [][]string{
		{"reading", one("%d pages of %d KB", r.Reading.Pages, sampleSize>>10)},
		{"  pages a second on one core", one("%.0f", r.Reading.Rate)},
		{"  CPU a page", one("%.2f ms", r.Reading.CPU)},
		{"  readability alone", one("%.2f ms, ratio %.2f", r.Reading.Readability, r.Reading.CPU/r.Reading.Readability)},
		{"  parsing alone", one("%.2f ms, ratio %.2f", r.Reading.Parsing, r.Reading.CPU/r.Reading.Parsing)},
		{"  hostile pages, time a byte at four times the size", one("%.2f at the worst", r.Reading.Hostile)},
		{"sources", one("%d due at once", r.Polling.Sources)},
		{"  all polled for the first time in", one("%.1f s", r.Polling.FirstSeconds)},
		{"  all polled, unchanged, in", one("%.1f s", r.Polling.Seconds)},
		{"  CPU a source", one("%.2f ms, PostgreSQL %.2f ms", r.Polling.CPU, r.Polling.Postgres)},
		{"  if all are due every minute", one("%.3f core", r.Polling.Cores)},
		{"  memory at most", mib(r.Polling.Memory)},
		{"first gather", one("%d articles", r.First.Articles)},
		{"  articles a second", one("%.0f", r.First.Rate)},
		{"  CPU an article", one("%.2f ms, PostgreSQL %.2f ms", r.First.CPU, r.First.Postgres)},
		{"  memory at most", one("%s; at half of it %s", mib(r.First.Memory), mib(r.First.Half))},
	})
	return nil
}
