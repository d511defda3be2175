package articles

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"corridor/postgres/postgrestest"
)

const htmlType = "text/html; charset=utf-8"

// rowsOf gathers and returns the rows by path.
func rowsOf(t *testing.T, g *Gatherer, s *site) map[string]Row {
	t.Helper()
	rows, failures, err := g.Gather(t.Context())
	if err != nil || len(failures) > 0 {
		t.Fatal(failures, err)
	}
	byPath := map[string]Row{}
	for _, r := range rows {
		byPath[strings.TrimPrefix(r.URL, s.URL)] = r
	}
	return byPath
}

// challenged are pages of reading/testdata/judge/pages, as servers sent them.
func challenged(t *testing.T) map[string]string {
	t.Helper()
	files, err := filepath.Glob("reading/testdata/judge/pages/*.html")
	if err != nil || len(files) < 8 {
		t.Fatal(files, err)
	}
	pages := map[string]string{}
	for _, file := range files {
		body, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		pages["/p/"+strings.TrimSuffix(filepath.Base(file), ".html")] = string(body)
	}
	return pages
}

// A page in the place of an article is skipped with a reason, and so it is the second
// time.
func TestWallsAreNotStored(t *testing.T) {
	s, c, db := newSite(t), start(), postgrestest.New(t)
	pages := challenged(t)
	paths := []string{"/p/real"}
	for path, body := range pages {
		s.set(path, htmlType, body)
		paths = append(paths, path)
	}
	s.article("/p/real", "A real article", "It stays.")
	s.sitemap(paths...)
	g := newGatherer(t, db, c, Source{Name: "site", Kind: Sitemap, URL: s.URL + "/sitemap.xml"})
	for round, outcome := range []Outcome{New, Unchanged} {
		rows := rowsOf(t, g, s)
		for path := range pages {
			if row := rows[path]; row.Outcome != Skipped || row.Reason == "" || row.Article.ID != 0 {
				t.Errorf("round %d: %s is %s (%s)", round, path, row.Outcome, row.Reason)
			}
		}
		if rows["/p/real"].Outcome != outcome {
			t.Errorf("round %d: the article is %s", round, rows["/p/real"].Outcome)
		}
	}
	var skipped int
	if err := db.GetContext(t.Context(), &skipped, `SELECT count(*) FROM skipped_pages WHERE reason <> ''`); err != nil || skipped != len(pages) {
		t.Errorf("%d pages are recorded as skipped, want %d; %v", skipped, len(pages), err)
	}
}

// A known article stays, when its address answers with another page, as it was, and comes
// back into step when the page does.
func TestKnownArticlesOutliveWalls(t *testing.T) {
	s, c, db := newSite(t), start(), postgrestest.New(t)
	walls := map[string]func(w http.ResponseWriter, r *http.Request){
		"/to-front":   func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/", http.StatusFound) },
		"/to-front-1": func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/", http.StatusMovedPermanently) },
		"/to-front-l": func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/en/", http.StatusFound) },
		"/to-login":   func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/login?next=x", http.StatusFound) },
		"/to-consent": func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/consent?back=x", http.StatusFound) },
		"/to-404":     func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/errors/404", http.StatusFound) },
		"/news/to-section": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/news", http.StatusFound)
		},
		"/members": func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, dated("Known at /members", "Tafadhali ingia ili uendelee kusoma.", true))
		},
		"/prompt": func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, dated("Known at /prompt", "Please log in to continue reading. Already a subscriber? Forgot your password?", true))
		},
		"/to-dealer": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/x/hugedomains.com/profile", http.StatusFound)
		},
		"/empty": func(http.ResponseWriter, *http.Request) {},
		"/retry": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "600")
			_, _ = io.WriteString(w, wallPage("Port Notes", "Something is being repaired here, and it will take until the evening."))
		},
		"/mitigated": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Cf-Mitigated", "challenge")
			_, _ = io.WriteString(w, wallPage("port.example", "Ellenőrizzük a kapcsolatot, egy kis türelmet kérünk."))
		},
		"/unknown-language": func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, wallPage("Kuna tatizo", "Samahani, ukurasa unaoutafuta haupo tena kwenye tovuti yetu. Tafadhali rudi nyumbani."))
		},
	}
	for path, body := range challenged(t) {
		walls[path] = func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", htmlType)
			_, _ = io.WriteString(w, body)
		}
	}
	var paths []string
	for path := range walls {
		s.article(path, "Known at "+path, "The text of "+path+" stays.")
		paths = append(paths, path)
	}
	s.set("/en/", htmlType, wallPage("The site", strings.Repeat("The newest of our articles are listed here with a line each. ", 8)))
	s.article("/", "The site", "It shows its newest article whole.") // and so keeps most of the known text
	s.set("/news", htmlType, dated("News", strings.Repeat("The newest of our articles are listed here with a line each. ", 30), false))
	s.article("/x/hugedomains.com/profile", "A name", "It may be had.")
	for _, path := range []string{"/login", "/consent", "/errors/404"} {
		s.set(path, htmlType, wallPage("Karibu", "Tafadhali ingia ili uendelee kusoma makala zetu zote."))
	}
	s.sitemap(paths...)
	g := newGatherer(t, db, c, Source{Name: "site", Kind: Sitemap, URL: s.URL + "/sitemap.xml"})
	before := rowsOf(t, g, s)
	for path, fn := range walls {
		s.handle(path, fn)
	}
	for range 2 {
		c.now = c.now.Add(time.Hour)
		rows := rowsOf(t, g, s)
		for path := range walls {
			row := rows[path]
			was := before[path].Article
			if row.Outcome != Unchanged || row.Reason == "" || row.Article.ID != was.ID || row.Article.Version != 1 || row.Article.State != Released {
				t.Errorf("%s is %s (%s), version %d", path, row.Outcome, row.Reason, row.Article.Version)
			}
		}
	}
	c.now = c.now.Add(48 * time.Hour)
	for path, row := range rowsOf(t, g, s) {
		gone := row.Outcome == Gone
		if saysGone := strings.Contains(path, "notfound") || path == "/to-404"; gone != saysGone {
			t.Errorf("two days later %s is %s (%s)", path, row.Outcome, row.Reason)
		}
	}
	for path := range walls {
		s.article(path, "Known at "+path, "The text of "+path+" stays.")
	}
	for path, row := range rowsOf(t, g, s) {
		if row.Article.State != Released || row.Article.Version != 1 {
			t.Errorf("back again, %s is %s in version %d", path, row.Article.State, row.Article.Version)
		}
	}
	var skipped int
	if err := db.GetContext(t.Context(), &skipped, `SELECT count(*) FROM skipped_pages`); err != nil || skipped != 0 {
		t.Errorf("%d pages are still recorded as skipped; %v", skipped, err)
	}
}

func wallPage(title, text string) string {
	return fmt.Sprintf(`<!doctype html><html><head><title>%s</title></head><body><div><h1>%s</h1><p>%s</p></div></body></html>`, title, title, text)
}

// dated is a page that says its date and perhaps its author.
func dated(title, text string, author bool) string {
	byline := ""
	if author {
		byline = "<p>By Ann Reader</p>"
	}
	return fmt.Sprintf(`<!doctype html><html lang="en"><head><title>%s</title><meta property="article:published_time" content="2026-03-01T08:00:00Z"></head>
<body><article><h1>%s</h1>%s<p>%s</p></article></body></html>`, title, title, byline, text)
}

// Edits and moves of a known article are stored. A text that keeps nothing of the known one, or
// only its beginning, waits for staff.
func TestEditsAreNoWalls(t *testing.T) {
	s, c, db := newSite(t), start(), postgrestest.New(t)
	s.article("/a/edited", "Edited later", "It stays.")
	s.article("/a/rewritten", "Rewritten later", "It stays.")
	s.article("/a/moved/print", "Moved later", "It stays.")
	long := strings.Fields("harbour master wagons quay railway tariff winter crane border steppe bridge canal lamp pilot grain cotton copper")
	var sentences []string
	for i, word := range long {
		sentences = append(sentences, fmt.Sprintf("The %s of the year %d was told to the %s by a clerk with %d books.", word, 1900+i, long[(i+5)%len(long)], 3*i))
	}
	s.set("/a/cut", htmlType, dated("Cut later", strings.Join(sentences, " "), true))
	s.set("/a/short", htmlType, wallPage("Short", "Four ships came in on Monday, and nine trains left the yard behind the quay."))
	s.sitemap("/a/edited", "/a/rewritten", "/a/moved/print", "/a/short", "/a/cut")
	g := newGatherer(t, db, c, Source{Name: "site", Kind: Sitemap, URL: s.URL + "/sitemap.xml"})
	rowsOf(t, g, s)
	s.article("/a/edited", "Edited later", "It says more now.")
	s.set("/a/rewritten", htmlType, dated("Rewritten later", strings.Repeat("Every sentence of this article was written anew by its author in the evening. ", 12), true))
	s.article("/a/moved", "Moved later", "It stays.")
	s.handle("/a/moved/print", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/a/moved", http.StatusMovedPermanently)
	})
	s.set("/a/cut", htmlType, dated("Cut later", strings.Join(sentences[:5], " ")+" Ombi la malipo.", true))
	s.set("/a/short", htmlType, wallPage("Short", "Four ships came in on Monday, and ten trains left the yard behind the quay."))
	for path, row := range rowsOf(t, g, s) {
		if kept := path == "/a/rewritten" || path == "/a/cut"; (row.Outcome != Updated) != kept || (row.Reason != "") != kept {
			t.Errorf("%s is %s (%s)", path, row.Outcome, row.Reason)
		}
	}
}

// A text that stands at several addresses, in words that no rule knows, is no article.
func TestOneTextAtSeveralAddressesIsAWall(t *testing.T) {
	s, c, db := newSite(t), start(), postgrestest.New(t)
	wall := func(n string) string {
		return wallPage("Karibu", "Tafadhali ingia ili uendelee kusoma makala zetu zote, au jiandikishe bure kwa dakika moja tu. Ombi namba "+n)
	}
	s.set("/a/one", htmlType, wall("17"))
	s.set("/a/two", htmlType, wall("18"))
	short := wallPage("Fupi", "Meli nne ziliingia bandarini Jumatatu asubuhi, na treni tisa zikaondoka kuelekea mashariki kabla ya jioni.")
	s.set("/a/short", htmlType, short)
	s.set("/a/short/print", htmlType, short)
	s.set("/b/short", htmlType, short)
	s.sitemap("/a/one", "/a/two", "/a/short")
	g := newGatherer(t, db, c, Source{Name: "site", Kind: Sitemap, URL: s.URL + "/sitemap.xml"})
	for range 2 {
		got := gather(t, g, s)
		want(t, got, "/a/one", Skipped)
		want(t, got, "/a/two", Skipped)
		if got["/a/short"] == Skipped {
			t.Error("a short article is skipped")
		}
	}
	s.sitemap("/a/one", "/a/two", "/a/short", "/b/short")
	if got := gather(t, g, s); got["/b/short"] == Skipped {
		t.Error("the copy of a short article is taken for a wall")
	}
}

// A site that answers every address with one page is found out by asking for one that
// it cannot know, also where a single new page is listed.
func TestAPageForEveryAddressIsAWall(t *testing.T) {
	s, c, db := newSite(t), start(), postgrestest.New(t)
	wall := wallPage("Karibu", "Tafadhali ingia ili uendelee kusoma makala zetu zote, au jiandikishe bure kwa dakika moja tu.")
	s.set("/a/new", htmlType, wall)
	s.set("/a/"+strayPath, htmlType, wall)
	s.set("/a/real", htmlType, wallPage("Bandari", "Meli nne ziliingia bandarini Jumatatu asubuhi, na treni tisa zikaondoka kuelekea mashariki."))
	s.sitemap("/a/new", "/a/real")
	g := newGatherer(t, db, c, Source{Name: "site", Kind: Sitemap, URL: s.URL + "/sitemap.xml"})
	got := gather(t, g, s)
	want(t, got, "/a/new", Skipped)
	want(t, got, "/a/real", New)
	if s.asked["/a/"+strayPath] != 1 {
		t.Errorf("the site was asked %d times", s.asked["/a/"+strayPath])
	}
}
