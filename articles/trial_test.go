package articles

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"corridor/articles/reading"
	"corridor/postgres/postgrestest"
)

// trialSite is a site with an article, a wall and a page that is missing.
func trialSite(t *testing.T) *site {
	s := newSite(t)
	s.article("/a/quay", "The quay grows longer", "The quay at Aktau grows by two hundred metres.")
	s.set("/a/login", "text/html", `<!doctype html><html><head><title>Log in</title></head><body><h1>Log in</h1><form><input type="password" name="p"></form><p>Please log in to read on.</p></body></html>`)
	s.handle("/a/old", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/a/quay", http.StatusMovedPermanently)
	})
	s.sitemap("/a/quay", "/a/login", "/a/missing")
	return s
}

func TestATrialShowsHowAPageIsRead(t *testing.T) {
	s, db, c := trialSite(t), postgrestest.New(t), start()
	source := Source{Name: "site", Kind: Sitemap, URL: s.URL + "/sitemap.xml"}
	g := newGatherer(t, db, c, source)
	try := func(path string) (Trial, TrialDocument) {
		t.Helper()
		trial, err := g.TryPage(t.Context(), g.SourceOf(s.URL+path), s.URL+path)
		if err != nil {
			t.Fatal(err)
		}
		return trial, trial.Document(g.Zone)
	}
	trial, d := try("/a/old")
	if d.Verdict != reading.IsArticle || d.Confidence < 0.5 || d.Title != "The quay grows longer" || d.Source != "site" || d.Status != 200 || d.Final != s.URL+"/a/quay" || d.URL != s.URL+"/a/old" || d.Known != nil || trial.Err != nil {
		t.Errorf("%+v", d)
	}
	if !strings.Contains(d.ContentText, "two hundred metres") || len(d.Authors) != 1 || *d.Published != "2026-03-01T08:00:00Z" || len(d.Labels) == 0 || d.Labels[0].Reason == "" {
		t.Errorf("%+v", d)
	}
	has := map[string]bool{}
	for _, f := range d.Facts {
		has[f.Name] = f.Rule != "" || has[f.Name]
	}
	for _, name := range []string{"title", "body", "author"} {
		if !has[name] {
			t.Errorf("no rule of the %s: %+v", name, d.Facts)
		}
	}
	if len(d.Cuts) == 0 {
		t.Error("the menu is not among what was cut")
	}
	if _, d := try("/a/login"); d.Verdict != reading.NotArticle || len(d.Reasons) == 0 {
		t.Errorf("a login page: %+v", d)
	}
	if trial, d := try("/a/missing"); d.Status != 404 || d.Error == "" || trial.Err == nil {
		t.Errorf("a missing page: %+v", d)
	}
	var stored int
	if err := db.Get(&stored, `SELECT (SELECT count(*) FROM articles) + (SELECT count(*) FROM skipped_pages)`); err != nil || stored != 0 {
		t.Errorf("trials stored %d rows: %v", stored, err)
	}
	if _, _, err := g.Gather(context.Background()); err != nil {
		t.Fatal(err)
	}
	if _, d := try("/a/quay"); d.Known == nil || d.Known.State != Released {
		t.Errorf("a known article: %+v", d.Known)
	}
	if _, err := g.TryPage(t.Context(), source, "mailto:a@example.org"); err == nil {
		t.Error("an address that is none is tried")
	}
}

func TestATrialOfASource(t *testing.T) {
	s, db, c := trialSite(t), postgrestest.New(t), start()
	s.set("/feed.xml", "application/rss+xml", `<rss version="2.0"><channel><title>x</title><link>https://www.example.org/</link><description>d</description>
<item><title>An older entry</title><guid isPermaLink="false">1</guid><pubDate>Mon, 02 Feb 2026 08:00:00 GMT</pubDate><description>Its text stands in the feed.</description></item>
<item><title>A newer entry</title><guid isPermaLink="false">2</guid><pubDate>Tue, 03 Feb 2026 08:00:00 GMT</pubDate><description>Its text stands in the feed as well.</description></item></channel></rss>`)
	sitemap, feed := Source{Name: "site", Kind: Sitemap, URL: s.URL + "/sitemap.xml"}, Source{Name: "feed", Kind: Feed, URL: s.URL + "/feed.xml"}
	g := newGatherer(t, db, c, sitemap, feed)
	listed, err := g.TrySource(t.Context(), sitemap, 2)
	if err != nil || listed.Err != nil || listed.Entries != 3 || len(listed.Trials) != 2 {
		t.Errorf("%+v %v", listed, err)
	}
	listed, err = g.TrySource(t.Context(), feed, 1)
	if err != nil || listed.Entries != 2 || len(listed.Trials) != 1 {
		t.Fatalf("%+v %v", listed, err)
	}
	if d := listed.Trials[0].Document(g.Zone); d.Title != "A newer entry" || d.Verdict != reading.IsArticle || d.URL != "2" || d.ContentText == "" {
		t.Errorf("%+v", d)
	}
	broken := Source{Name: "gone", Kind: Feed, URL: s.URL + "/nothing.xml"}
	if listed, err = g.TrySource(t.Context(), broken, 1); err != nil || listed.Err == nil || len(listed.Trials) != 0 {
		t.Errorf("%+v %v", listed, err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := g.TrySource(ended, sitemap, 1); !errors.Is(err, context.Canceled) {
		t.Errorf("after the end: %v", err)
	}
}
