package articles

import (
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"corridor/fetch"
	"corridor/postgres"
	"corridor/postgres/postgrestest"
	"corridor/testkit"
)

// site is a publication's website that a test changes as it goes.
type site struct {
	*httptest.Server
	mu    sync.Mutex
	pages map[string]func(w http.ResponseWriter, r *http.Request)
	asked map[string]int
}

func newSite(t *testing.T) *site {
	s := &site{pages: map[string]func(http.ResponseWriter, *http.Request){}, asked: map[string]int{}}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		page := s.pages[r.URL.Path]
		s.asked[r.URL.Path]++
		s.mu.Unlock()
		if page == nil {
			http.NotFound(w, r)
			return
		}
		page(w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *site) set(path, contentType, body string) {
	s.handle(path, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		_, _ = io.WriteString(w, body)
	})
}

func (s *site) handle(path string, fn func(http.ResponseWriter, *http.Request)) {
	s.mu.Lock()
	s.pages[path] = fn
	s.mu.Unlock()
}

// article sets a page; text is its body, dated today.
func (s *site) article(path, title, text string) {
	s.set(path, "text/html; charset=utf-8", articlePage(title, text))
}

func articlePage(title, text string) string {
	return fmt.Sprintf(`<!doctype html><html lang="en"><head><title>%s</title>
<meta property="article:published_time" content="2026-03-01T08:00:00Z"></head><body><nav><a href="/">Home</a></nav>
<article><h1>%s</h1><p>By Ann Reader</p><p>%s</p><p>%s</p></article><footer>© Site</footer></body></html>`,
		title, title, text, strings.Repeat("Kazakhstan builds a port, and what is said of it here is long enough to be an article. ", 12))
}

func (s *site) sitemap(paths ...string) {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">`)
	for _, p := range paths {
		fmt.Fprintf(&b, "<url><loc>%s%s</loc></url>", s.URL, p)
	}
	s.set("/sitemap.xml", "application/xml", b.String()+"</urlset>")
}

var loopback = fetch.Guard{Allowed: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}

// clock is a time that tests move.
type clock struct{ now time.Time }

func newGatherer(t *testing.T, db *postgres.DB, c *clock, sources ...Source) *Gatherer {
	t.Helper()
	client := fetch.New(fetch.Options{
		Guard: loopback, UserAgent: "Corridor/test", Timeout: 2 * time.Second, MaxBytes: 1 << 20,
	})
	t.Cleanup(client.Close)
	return NewGatherer(db, client, Options{
		Labels: caspian, Sources: sources, NewsWindow: 14 * 24 * time.Hour, Language: "en", Zone: time.UTC, MaxBytes: 1 << 20,
		OwnPage: func(id int64) string { return fmt.Sprintf("https://news.example.org/articles/%d", id) },
		Log:     slog.New(slog.DiscardHandler), Now: func() time.Time { return c.now },
	})
}

// gather gathers once and returns the outcome of each path.
func gather(t *testing.T, g *Gatherer, s *site) map[string]Outcome {
	t.Helper()
	rows, failures, err := g.Gather(context.Background())
	if err != nil || len(failures) > 0 {
		t.Fatal(failures, err)
	}
	got := map[string]Outcome{}
	for _, r := range rows {
		got[strings.TrimPrefix(r.URL, s.URL)] = r.Outcome
	}
	return got
}

func want(t *testing.T, got map[string]Outcome, path string, outcome Outcome) {
	t.Helper()
	if got[path] != outcome {
		t.Errorf("%s is %q, want %q; all: %v", path, got[path], outcome, got)
	}
}

func start() *clock { return &clock{time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)} }

func TestLifeOfAnArticle(t *testing.T) {
	testkit.Heavy(t)
	s, c, db := newSite(t), start(), postgrestest.New(t)
	s.article("/research/eep/one", "One", "First text.")
	s.article("/research/eep/two", "Two", "First text.")
	s.set("/research/eep/report", "text/html", `<html><body><h1>Contents</h1></body></html>`)
	s.article("/about/us", "About us", "No article.")
	s.sitemap("/research/eep/one", "/research/eep/two", "/research/eep/report", "/about/us")
	g := newGatherer(t, db, c, Source{Name: "site", Kind: Sitemap, URL: s.URL + "/sitemap.xml", Match: "/research/*/*"})
	got := gather(t, g, s)
	want(t, got, "/research/eep/one", New)
	want(t, got, "/research/eep/report", Skipped)
	if _, known := got["/about/us"]; known {
		t.Error("an address that is no article was read")
	}
	one, err := g.store.Find(t.Context(), s.URL+"/research/eep/one")
	if err != nil {
		t.Fatal(err)
	}
	if one.Title != "One" || !slices.Equal(one.Authors, []string{"Ann Reader"}) || one.State != Released || one.ReleaseNo == 0 || !slices.Equal(one.Regions, []string{"central-asia"}) {
		t.Errorf("%+v", one)
	}
	want(t, gather(t, g, s), "/research/eep/one", Unchanged)

	s.article("/research/eep/one", "One, corrected", "Second text.")
	c.now = c.now.Add(time.Hour)
	want(t, gather(t, g, s), "/research/eep/one", Updated)
	after, err := g.store.Get(t.Context(), one.ID)
	if err != nil {
		t.Fatal(err)
	}
	if after.UID != one.UID || after.Title != "One, corrected" || after.ReleaseNo != one.ReleaseNo || after.Version != 2 {
		t.Errorf("%+v", after)
	}

	// Gone permanently, and gone for a night.
	s.handle("/research/eep/one", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusGone) })
	s.handle("/research/eep/two", nil)
	s.sitemap()
	c.now = c.now.Add(time.Hour)
	got = gather(t, g, s)
	want(t, got, "/research/eep/one", Gone)
	want(t, got, "/research/eep/two", Unchanged)
	c.now = c.now.Add(25 * time.Hour)
	want(t, gather(t, g, s), "/research/eep/two", Gone)

	// An article that comes back is released again under its old id.
	s.article("/research/eep/two", "Two", "First text.")
	s.sitemap("/research/eep/two")
	c.now = c.now.Add(time.Hour)
	gather(t, g, s)
	two, err := g.store.Find(t.Context(), s.URL+"/research/eep/two")
	if err != nil || two.State != Released {
		t.Errorf("%+v %v", two, err)
	}
}

func TestOneArticleHasOneIdentity(t *testing.T) {
	testkit.Heavy(t)
	s, c, db := newSite(t), start(), postgrestest.New(t)
	s.article("/research/eep/one", "One", "Text.")
	s.sitemap("/research/eep/one", "/research/eep/one/", "/research/eep/one?utm_source=mail", "/research/eep/one#part")
	s.handle("/research/eep/one/", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/research/eep/one", http.StatusMovedPermanently)
	})
	g := newGatherer(t, db, c, Source{Name: "site", Kind: Sitemap, URL: s.URL + "/sitemap.xml"})
	gather(t, g, s)
	list, err := g.store.List(t.Context(), Filter{})
	if err != nil || len(list) != 1 {
		t.Fatalf("%d articles, %v", len(list), err)
	}
	// The site moves it: the id stays.
	s.article("/papers/one", "One", "Text.")
	s.handle("/research/eep/one", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/papers/one", http.StatusMovedPermanently)
	})
	s.sitemap("/research/eep/one")
	c.now = c.now.Add(time.Hour)
	gather(t, g, s)
	moved, err := g.store.List(t.Context(), Filter{})
	if err != nil || len(moved) != 1 || moved[0].UID != list[0].UID {
		t.Errorf("%+v %v", moved, err)
	}
}

func TestStaffsWordWins(t *testing.T) {
	testkit.Heavy(t)
	s, c, db := newSite(t), start(), postgrestest.New(t)
	s.article("/a/one", "One", "Text.")
	s.sitemap("/a/one")
	g := newGatherer(t, db, c, Source{Name: "site", Kind: Sitemap, URL: s.URL + "/sitemap.xml"})
	gather(t, g, s)
	one, err := g.store.Find(t.Context(), s.URL+"/a/one")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := g.store.Label(t.Context(), one.ID, []string{"spp"}, []string{}, c.now); err != nil {
		t.Fatal(err)
	}
	if _, err := g.store.Hold(t.Context(), one.ID, c.now); err != nil {
		t.Fatal(err)
	}
	s.article("/a/one", "One again", "Another text.")
	c.now = c.now.Add(time.Hour)
	want(t, gather(t, g, s), "/a/one", Updated)
	if one, err = g.store.Get(t.Context(), one.ID); err != nil || one.State != Held || !slices.Equal(one.Programs, []string{"spp"}) || len(one.Regions) != 0 {
		t.Errorf("%+v %v", one, err)
	}
}

func TestNewsWindow(t *testing.T) {
	s, c, db := newSite(t), start(), postgrestest.New(t)
	dated := func(path, head string) {
		s.set(path, "text/html", `<html><head><title>T</title>`+head+`</head><body><article><h1>Piece `+path+`</h1><p>`+strings.Repeat("Words of the piece that are many. ", 40)+`</p></article></body></html>`)
	}
	dated("/a/old", `<meta property="article:published_time" content="2025-01-01T00:00:00Z">`)
	dated("/a/new", `<meta property="article:published_time" content="2026-02-28T00:00:00Z">`)
	dated("/a/undated", "")
	s.sitemap("/a/old", "/a/new", "/a/undated")
	g := newGatherer(t, db, c, Source{Name: "site", Kind: Sitemap, URL: s.URL + "/sitemap.xml"})
	gather(t, g, s)
	dated("/a/undated-later", "")
	s.sitemap("/a/old", "/a/new", "/a/undated", "/a/undated-later")
	gather(t, g, s)
	for path, news := range map[string]bool{"/a/old": false, "/a/new": true, "/a/undated": false, "/a/undated-later": true} {
		a, err := g.store.Find(t.Context(), s.URL+path)
		if err != nil || a.Newsworthy != news || a.State != Released {
			t.Errorf("%s: news %v, state %s, %v", path, a.Newsworthy, a.State, err)
		}
	}
}

func TestEveryKindOfSource(t *testing.T) {
	s, c, db := newSite(t), start(), postgrestest.New(t)
	for _, name := range []string{"index", "zipped", "rss", "atom", "json", "listed", "second"} {
		s.article("/a/"+name, "From "+name, "Text.")
	}
	s.set("/index.xml", "application/xml", `<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><sitemap><loc>`+s.URL+`/one.xml</loc></sitemap><sitemap><loc>`+s.URL+`/two.xml.gz</loc></sitemap></sitemapindex>`)
	s.set("/one.xml", "application/xml", `<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>`+s.URL+`/a/index</loc></url></urlset>`)
	s.handle("/two.xml.gz", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/gzip")
		z := gzip.NewWriter(w)
		_, _ = io.WriteString(z, `<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>`+s.URL+`/a/zipped</loc></url></urlset>`)
		_ = z.Close()
	})
	s.set("/rss.xml", "application/rss+xml", `<rss version="2.0"><channel><title>S</title><link>`+s.URL+`</link><description>d</description><item><title>From rss</title><link>`+s.URL+`/a/rss</link><description>Only a summary.</description><guid isPermaLink="false">g1</guid></item></channel></rss>`)
	s.set("/atom.xml", "application/atom+xml", `<feed xmlns="http://www.w3.org/2005/Atom"><title>S</title><id>x</id><updated>2026-03-01T00:00:00Z</updated><entry><title>From atom</title><id>a1</id><updated>2026-03-01T00:00:00Z</updated><link href="`+s.URL+`/a/atom"/><summary>Short.</summary></entry></feed>`)
	s.set("/feed.json", "application/feed+json", `{"version":"https://jsonfeed.org/version/1.1","title":"S","items":[{"id":"j1","url":"`+s.URL+`/a/json","title":"From json","summary":"Short."}]}`)
	s.set("/list", "text/html", `<html><body><main><a href="/a/listed">From listed</a> <a href="/about">About</a></main><a rel="next" href="/list2">Next</a></body></html>`)
	s.set("/list2", "text/html", `<html><body><a href="/a/second">From second</a></body></html>`)
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "dropped.md"), []byte("---\ntitle: From the folder\nauthors: [Ann]\n---\n\n"+strings.Repeat("Text of it. ", 40)), 0o600); err != nil {
		t.Fatal(err)
	}
	g := newGatherer(t, db, c,
		Source{Name: "sitemap", Kind: Sitemap, URL: s.URL + "/index.xml"},
		Source{Name: "rss", Kind: Feed, URL: s.URL + "/rss.xml"}, Source{Name: "atom", Kind: Feed, URL: s.URL + "/atom.xml"}, Source{Name: "json", Kind: Feed, URL: s.URL + "/feed.json"},
		Source{Name: "list", Kind: Listing, URL: s.URL + "/list", Match: "/a/*"}, Source{Name: "folder", Kind: Folder, URL: folder})
	gather(t, g, s)
	for _, name := range []string{"index", "zipped", "rss", "atom", "json", "listed", "second"} {
		a, err := g.store.Find(t.Context(), s.URL+"/a/"+name)
		if err != nil || !strings.Contains(a.ContentText, "long enough to be an article") {
			t.Errorf("%s: %v, text %.60q", name, err, a.ContentText)
		}
	}
	list, err := g.store.List(t.Context(), Filter{Source: "folder"})
	if err != nil || len(list) != 1 || list[0].Title != "From the folder" {
		t.Errorf("%+v %v", list, err)
	}
}

func TestASourceThatFailsHoldsUpNoOther(t *testing.T) {
	testkit.Heavy(t)
	s, c, db := newSite(t), start(), postgrestest.New(t)
	s.article("/a/one", "One", "Text.")
	s.sitemap("/a/one")
	s.set("/broken.xml", "application/xml", "<urlset><url>")
	s.set("/not.xml", "text/html", "<html><body>Welcome</body></html>")
	s.handle("/endless.xml", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "<urlset>")
		for range 3000 {
			if _, err := io.WriteString(w, strings.Repeat("<url><loc>x</loc></url>", 100)); err != nil {
				return
			}
		}
	})
	s.handle("/slow.xml", func(w http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	s.handle("/inward.xml", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "http://10.0.0.1/sitemap.xml", http.StatusFound)
	})
	s.handle("/error.xml", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) })
	sources := []Source{{Name: "good", Kind: Sitemap, URL: s.URL + "/sitemap.xml"}, {Name: "down", Kind: Sitemap, URL: "http://127.0.0.1:1/sitemap.xml"}}
	for _, name := range []string{"broken", "not", "endless", "slow", "inward", "error"} {
		sources = append(sources, Source{Name: name, Kind: Sitemap, URL: s.URL + "/" + name + ".xml"})
	}
	rows, failures, err := newGatherer(t, db, c, sources...).Gather(t.Context())
	// The endless list names one page again and again, and that page does not exist.
	rows = slices.DeleteFunc(rows, func(r Row) bool { return r.Source == "endless" && r.Outcome == Skipped })
	if err != nil || len(rows) != 1 || rows[0].Outcome != New {
		t.Errorf("%+v %v", rows, err)
	}
	failed := map[string]string{}
	for _, f := range failures {
		failed[f.Source] = f.Err.Error()
	}
	for _, source := range sources[1:] {
		if failed[source.Name] == "" {
			t.Errorf("%s did not fail", source.Name)
		}
	}
	if failed["good"] != "" {
		t.Error(failed["good"])
	}
}

func TestTwoGathersAtOnceStoreOnce(t *testing.T) {
	s, c, db := newSite(t), start(), postgrestest.New(t)
	for i := range 8 {
		s.article(fmt.Sprintf("/a/%d", i), fmt.Sprintf("Article %d", i), "Text.")
	}
	s.sitemap("/a/0", "/a/1", "/a/2", "/a/3", "/a/4", "/a/5", "/a/6", "/a/7")
	source := Source{Name: "site", Kind: Sitemap, URL: s.URL + "/sitemap.xml"}
	var group sync.WaitGroup
	for range 2 {
		g := newGatherer(t, db, c, source)
		group.Go(func() {
			if _, _, err := g.Gather(context.Background()); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	var articles, newest int
	if err := db.QueryRow(`SELECT (SELECT count(*) FROM articles), (SELECT last_no FROM release_counter)`).Scan(&articles, &newest); err != nil {
		t.Fatal(err)
	}
	if articles != 8 || newest != 8 {
		t.Errorf("%d articles, %d releases", articles, newest)
	}
}

// TestAPieceOfTwoSources is read by the one that found it first: two readings would take
// turns, and every turn would look like an edit.
func TestAPieceOfTwoSources(t *testing.T) {
	s := newSite(t)
	c := start()
	page := strings.Repeat("The page tells it at some length. ", 30)
	s.article("/a/one", "One", page)
	s.article("/a/two", "Two", page)
	feed := func(items string) {
		s.set("/feed", "application/rss+xml", `<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>F</title>`+items+`</channel></rss>`)
	}
	item := func(path string) string {
		return `<item><title>` + path + `</title><link>` + s.URL + path + `</link><content:encoded>` + strings.Repeat("The feed tells it in other words. ", 30) + `</content:encoded></item>`
	}
	feed(item("/a/one") + item("/a/two"))
	s.sitemap("/a/one")
	g := newGatherer(t, postgrestest.New(t), c,
		Source{Name: "site", Kind: Sitemap, URL: s.URL + "/sitemap.xml"}, Source{Name: "feed", Kind: Feed, URL: s.URL + "/feed"})
	gather(t, g, s)
	for range 2 {
		rows, failures, err := g.Gather(t.Context())
		if err != nil || len(failures) > 0 {
			t.Fatal(failures, err)
		}
		for _, row := range rows {
			if row.Outcome != Unchanged {
				t.Errorf("%s: %s is %s", row.Source, row.URL, row.Outcome)
			}
		}
	}
	// An article that its feed lists no more stays as the feed told it.
	feed(item("/a/one"))
	want(t, gather(t, g, s), "/a/two", Unchanged)
	two, err := g.store.Find(t.Context(), s.URL+"/a/two")
	if err != nil || !strings.Contains(two.ContentText, "in other words") {
		t.Error(two.ContentText, err)
	}
}

// rssOf is a feed with one entry whose text is whole.
func rssOf(now time.Time, site, path, title, text string) string {
	return `<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Notes</title><item><title>` + title + "</title><link>" + site + path +
		"</link><pubDate>" + now.UTC().Format(time.RFC1123Z) + "</pubDate><content:encoded><![CDATA[<p>" + text + "</p>]]></content:encoded></item></channel></rss>"
}
