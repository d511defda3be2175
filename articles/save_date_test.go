package articles

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"corridor/postgres/postgrestest"
	"corridor/testkit"
)

// datedPage is a page that shows a date, and has another one in its metadata, or no date
// there.
func datedPage(shown, told, text string) string {
	if told != "" {
		told = `<meta property="article:published_time" content="` + told + `">`
	}
	return fmt.Sprintf(`<!doctype html><html lang="en"><head><title>One</title>%s</head><body><article><h1>One</h1><p>%s</p><p>%s</p><p>%s</p></article></body></html>`,
		told, shown, text, strings.Repeat("Kazakhstan builds a port, and what is said of it here is long enough to be an article. ", 6))
}

// TestSurerDateCorrects: the date of an article stays as it was first read until a surer
// source says another; the order of a date in numbers is not decided anew every day.
func TestSurerDateCorrects(t *testing.T) {
	s, c, db := newSite(t), start(), postgrestest.New(t)
	page := func(shown, told, text string) {
		s.set("/a/one", "text/html", datedPage(shown, told, text))
		c.now = c.now.Add(time.Hour)
	}
	s.sitemap("/a/one")
	g := newGatherer(t, db, c, Source{Name: "site", Kind: Sitemap, URL: s.URL + "/sitemap.xml"})
	dated := func(outcome Outcome, day string, version int) Article {
		t.Helper()
		want(t, gather(t, g, s), "/a/one", outcome)
		a, err := g.store.Find(t.Context(), s.URL+"/a/one")
		if err != nil || a.Published.Format(time.DateOnly) != day || a.Version != version {
			t.Errorf("dated %s, version %d, %v; want %s, %d", a.Published, a.Version, err, day, version)
		}
		return a
	}
	page("03/02/2026", "", "Text.")
	dated(New, "2026-03-02", 1)
	page("04/02/2026", "", "Text.")
	dated(Unchanged, "2026-03-02", 1) // as sure as the first: it may be anything's

	c.now = c.now.AddDate(0, 0, 10)
	page("Published: 1 March 2026", "", "Text.")
	before := dated(Updated, "2026-03-01", 2)
	page("04/02/2026", "2026-02-28T10:00:00Z", "Text.")
	after := dated(Updated, "2026-02-28", 3)
	if !after.Updated.Equal(before.Updated) || after.ReleaseNo != before.ReleaseNo || after.Newsworthy != before.Newsworthy {
		t.Errorf("%+v, then %+v", before, after)
	}
	page("04/02/2026", "", "Text.")
	dated(Unchanged, "2026-02-28", 3)
	page("04/02/2026", "2026-02-20T10:00:00Z", "Text.")
	dated(Unchanged, "2026-02-28", 3)
	page("04/02/2026", "", "Another text.")
	if a := dated(Updated, "2026-02-28", 4); !a.Updated.Equal(c.now) {
		t.Errorf("edited at %s", a.Updated)
	}
}

// TestAmbiguousDateStays: "05/03/2026" is 3 May in the United States, which is to come
// when the page is first read, and has come later.
func TestAmbiguousDateStays(t *testing.T) {
	s, c, db := newSite(t), start(), postgrestest.New(t)
	c.now = c.now.AddDate(0, 0, 5)
	s.set("/a/one", "text/html", datedPage("05/03/2026", "", "Text."))
	s.sitemap("/a/one")
	g := newGatherer(t, db, c, Source{Name: "site", Kind: Sitemap, URL: s.URL + "/sitemap.xml"})
	want(t, gather(t, g, s), "/a/one", New)
	for range 3 {
		a, err := g.store.Find(t.Context(), s.URL+"/a/one")
		if err != nil || a.Published.Format(time.DateOnly) != "2026-03-05" || a.Version != 1 || !a.Newsworthy {
			t.Errorf("%+v %v", a, err)
		}
		c.now = c.now.AddDate(0, 2, 0)
		want(t, gather(t, g, s), "/a/one", Unchanged)
	}
}

// TestDateReadBeforeSureness: an article of an older version keeps its date, unless its
// page is edited and tells machines another.
func TestDateReadBeforeSureness(t *testing.T) {
	testkit.Heavy(t)
	for name, test := range map[string]struct{ shown, told, text, want string }{
		"as it was":             {"05/03/2026", "", "Text.", "2026-05-03"},
		"told, not edited":      {"05/03/2026", "2026-03-05", "Text.", "2026-05-03"},
		"edited":                {"05/03/2026", "", "Another text.", "2026-05-03"},
		"edited, with a label":  {"Published: 5 March 2026", "", "Another text.", "2026-05-03"},
		"edited, told machines": {"05/03/2026", "2026-03-05", "Another text.", "2026-03-05"},
	} {
		t.Run(name, func(t *testing.T) {
			s, c, db := newSite(t), start(), postgrestest.New(t)
			s.set("/a/one", "text/html", datedPage("05/03/2026", "", "Text."))
			s.sitemap("/a/one")
			g := newGatherer(t, db, c, Source{Name: "site", Kind: Sitemap, URL: s.URL + "/sitemap.xml"})
			gather(t, g, s)
			if _, err := db.Exec(`UPDATE articles SET rules = 1, published = '2026-05-03', published_sureness = 0, content_hash = '\x00', newsworthy = false`); err != nil {
				t.Fatal(err)
			}
			c.now = c.now.Add(time.Hour)
			gather(t, g, s) // the first look by new rules
			s.set("/a/one", "text/html", datedPage(test.shown, test.told, test.text))
			releases := 0
			for range 2 {
				c.now = c.now.Add(time.Hour)
				gather(t, g, s)
			}
			a, err := g.store.Find(t.Context(), s.URL+"/a/one")
			if err != nil || a.Published.Format(time.DateOnly) != test.want || a.Newsworthy || a.ReleaseNo != 1 {
				t.Errorf("%+v %v", a, err)
			}
			if err := db.Get(&releases, `SELECT last_no FROM release_counter`); err != nil || releases != 1 {
				t.Errorf("%d releases, %v", releases, err)
			}
		})
	}
}

// TestSourceSettlesDate: where the language leaves the order of a date in numbers open,
// the day near the date in the sitemap or the feed is taken, and a feed is surer than
// text.
func TestSourceSettlesDate(t *testing.T) {
	s, c, db := newSite(t), start(), postgrestest.New(t)
	c.now = c.now.AddDate(0, 6, 0)
	s.set("/a/one", "text/html", datedPage("05/02/2026", "", "Text."))
	s.set("/a/two", "text/html", datedPage("05/02/2026", "", "Another text."))
	s.set("/a/three", "text/html", datedPage("7 May 2026", "", "A third text."))
	s.set("/sitemap.xml", "application/xml", `<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>`+s.URL+`/a/one</loc><lastmod>2026-02-06</lastmod></url><url><loc>`+s.URL+`/a/two</loc></url></urlset>`)
	s.set("/feed.xml", "application/rss+xml", `<rss version="2.0"><channel><title>Site</title><item><title>Three</title><link>`+s.URL+`/a/three</link><pubDate>Sat, 09 May 2026 10:00:00 GMT</pubDate></item></channel></rss>`)
	g := newGatherer(t, db, c, Source{Name: "site", Kind: Sitemap, URL: s.URL + "/sitemap.xml"}, Source{Name: "feed", Kind: Feed, URL: s.URL + "/feed.xml"})
	gather(t, g, s)
	for path, want := range map[string]string{"/a/one": "2026-02-05", "/a/two": "2026-05-02", "/a/three": "2026-05-09"} {
		a, err := g.store.Find(t.Context(), s.URL+path)
		if err != nil || a.Published.Format(time.DateOnly) != want {
			t.Errorf("%s is dated %s, %v; want %s", path, a.Published, err, want)
		}
	}
}
