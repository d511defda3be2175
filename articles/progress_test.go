package articles

import (
	"sync/atomic"
	"testing"
	"time"

	"corridor/postgres/postgrestest"
)

// TestProgressCountsEveryPage holds the counts of a gather's progress to its pages: read and
// unread ones, of sources read at once.
func TestProgressCountsEveryPage(t *testing.T) {
	s := newSite(t)
	s.article("/a", "A port", "The port is built.")
	s.article("/b", "A bridge", "The bridge is closed.")
	s.sitemap("/a", "/b", "/missing")
	s.set("/feed.xml", "application/rss+xml", `<rss version="2.0"><channel><item><title>A port</title><link>`+s.URL+`/a</link></item></channel></rss>`)
	g := newGatherer(t, postgrestest.New(t), &clock{time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)},
		Source{Name: "map", Kind: Sitemap, URL: s.URL + "/sitemap.xml"}, Source{Name: "feed", Kind: Feed, URL: s.URL + "/feed.xml"})
	var found, read atomic.Int64
	g.Progress = func(f, r int) {
		found.Add(int64(f))
		read.Add(int64(r))
	}
	gather(t, g, s)
	if found.Load() != 4 || read.Load() != 4 {
		t.Errorf("found %d and read %d pages; want 4", found.Load(), read.Load())
	}
}
