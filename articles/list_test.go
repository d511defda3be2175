package articles

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"corridor/fetch"
	"corridor/postgres/postgrestest"
)

// tagged serves a document with an ETag, and answers "not modified" to it. asked receives
// each answer.
func tagged(mu *sync.Mutex, contentType, tag string, body *string, asked *[]string) func(http.ResponseWriter, *http.Request) {
	return func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		etag := fmt.Sprintf(`"%s%d"`, tag, len(*body))
		w.Header().Set("ETag", etag)
		w.Header().Set("Content-Type", contentType)
		status := http.StatusOK
		if r.Header.Get("If-None-Match") == etag {
			status = http.StatusNotModified
		}
		*asked = append(*asked, fmt.Sprintf("%s %d", r.URL.Path, status))
		w.WriteHeader(status)
		if status == http.StatusOK {
			_, _ = io.WriteString(w, *body)
		}
	}
}

// Every document is asked for with its validators, also by another process, and "not
// modified" stands for what it listed.
func TestListsAreAskedForConditionally(t *testing.T) {
	s, db, c := newSite(t), postgrestest.New(t), start()
	var mu sync.Mutex
	var asked []string
	robots := "User-agent: *\nDisallow: /secret/"
	index := index + "<sitemap><loc>/one.xml</loc></sitemap></sitemapindex>"
	one := urlset + "<url><loc>/a/port</loc></url></urlset>"
	feed := rssOf(c.now, s.URL, "/a/rail", "A brief", strings.Repeat("The whole text stands in the feed. ", 30))
	listing := `<html><body><a href="/a/sea">About the sea</a><a rel="next" href="/list/2">next</a></body></html>`
	second := `<html><body><a href="/a/wind">About the wind</a></body></html>`
	port := articlePage("About the port", "The port grows.")
	for path, body := range map[string]*string{"/robots.txt": &robots, "/sitemap.xml": &index, "/one.xml": &one, "/feed.xml": &feed, "/list": &listing, "/list/2": &second, "/a/port": &port} {
		contentType := map[bool]string{true: "application/xml", false: "text/html; charset=utf-8"}[strings.HasSuffix(path, ".xml")]
		s.handle(path, tagged(&mu, contentType, path[1:], body, &asked))
	}
	for _, name := range []string{"sea", "wind"} {
		s.article("/a/"+name, "About the "+name, "The "+name+" is wide.")
	}
	sources := []Source{
		{Name: "site", Kind: Sitemap, URL: s.URL + "/sitemap.xml"}, {Name: "notes", Kind: Feed, URL: s.URL + "/feed.xml"}, {Name: "list", Kind: Listing, URL: s.URL + "/list", Match: "/a/*"},
	}
	round := func(outcome Outcome, status int, besides ...string) {
		t.Helper()
		g := newGatherer(t, db, c, sources...)
		g.client = fetch.New(fetch.Options{Guard: loopback, UserAgent: "Corridor/test", Robots: RobotsCache(db, g.Log)})
		asked = nil
		rows, failures, err := g.Gather(t.Context())
		if err != nil || len(failures) > 0 || len(rows) != 4 {
			t.Fatalf("%+v %v %v", rows, failures, err)
		}
		for _, row := range rows {
			if row.Outcome != outcome {
				t.Errorf("%s is %s: %s", row.URL, row.Outcome, row.Reason)
			}
		}
		for _, answer := range asked {
			path, _, _ := strings.Cut(answer, " ")
			if !strings.HasSuffix(answer, fmt.Sprint(status)) && !slices.Contains(besides, path) {
				t.Errorf("the answer to %s, want %d", answer, status)
			}
		}
		if len(asked) != 7 {
			t.Errorf("asked %q", asked)
		}
		c.now = c.now.Add(time.Hour)
	}
	round(New, http.StatusOK)
	round(Unchanged, http.StatusNotModified)
	round(Unchanged, http.StatusNotModified)
	one = urlset + "<url><loc>/a/port</loc></url>\n</urlset>"
	round(Unchanged, http.StatusNotModified, "/one.xml")
	if _, err := db.Exec(`UPDATE source_lists SET list = 'x'`); err != nil { // damaged: it is read anew
		t.Fatal(err)
	}
	round(Unchanged, http.StatusNotModified, "/sitemap.xml", "/one.xml", "/feed.xml", "/list", "/list/2")
	round(Unchanged, http.StatusNotModified)
}

// An entry of a feed that was read is not read again, until it, the rules or the
// configuration change.
func TestEntriesAreReadOnce(t *testing.T) {
	s, db, c := newSite(t), postgrestest.New(t), start()
	text := strings.Repeat("The whole text stands in the feed. ", 30)
	s.set("/feed.xml", "application/rss+xml", rssOf(c.now, s.URL, "/a/rail", "A brief", text))
	g := newGatherer(t, db, c, Source{Name: "notes", Kind: Feed, URL: s.URL + "/feed.xml"})
	one := func(want Outcome, regions string) {
		t.Helper()
		rows, failures, err := g.Gather(t.Context())
		if err != nil || len(failures) > 0 || len(rows) != 1 || rows[0].Outcome != want || strings.Join(rows[0].Article.Regions, " ") != regions {
			t.Fatalf("%+v %v %v", rows, failures, err)
		}
		c.now = c.now.Add(time.Hour)
	}
	one(New, "")
	var before, after time.Time
	if err := db.Get(&before, `SELECT checked_at FROM articles`); err != nil {
		t.Fatal(err)
	}
	one(Unchanged, "")
	if err := db.Get(&after, `SELECT checked_at FROM articles`); err != nil || !after.Equal(before) {
		t.Errorf("an entry that was read at %v was read again at %v, %v", before, after, err)
	}
	g.Labels.Regions = append(g.Labels.Regions, Region{Slug: "feeds", Name: "Feeds", Labels: []string{"Feeds"}})
	s.set("/feed.xml", "application/rss+xml", strings.Replace(rssOf(c.now, s.URL, "/a/rail", "A brief", text), "<item>", "<item><category>Feeds</category>", 1))
	one(Updated, "feeds")
}
