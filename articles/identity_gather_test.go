package articles

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"corridor/articles/reading"
	"corridor/testkit"

	"corridor/postgres/postgrestest"
)

// page is an article's page; text is written for it alone.
type testPage struct {
	title, date, lang, canonical, text string
	paragraphs                         int
}

func (p testPage) html() string {
	head := ""
	if p.date != "" {
		head = `<meta property="article:published_time" content="` + p.date + `T10:00:00Z">`
	}
	if p.canonical != "" {
		head += `<link rel="canonical" href="` + p.canonical + `">`
	}
	if p.text == "" {
		p.text = p.title
	}
	if p.paragraphs == 0 {
		p.paragraphs = 5
	}
	if p.lang == "" {
		p.lang = "en"
	}
	body := ""
	for i := range p.paragraphs {
		body += fmt.Sprintf("<p>The harbour at Aktau took in four ships on Monday, and the rail yard behind it sent out nine trains. This is passage %d of %s, written for it alone and for no other.</p>", i, p.text)
	}
	return `<!doctype html><html lang="` + p.lang + `"><head><title>` + p.title + `</title>` + head + `</head><body><main><h1>` + p.title + `</h1>` + body + `</main></body></html>`
}

func (s *site) page(path string, p testPage) {
	s.set(path, "text/html; charset=utf-8", p.html())
}

func (s *site) redirect(path, to string, status int) {
	s.handle(path, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, to, status) })
}

const today = "2026-03-01"

// identities maps each article's address, without the sites', to its id.
func identities(t *testing.T, g *Gatherer, sites ...*site) map[string]int64 {
	t.Helper()
	list, err := g.store.List(t.Context(), Filter{})
	if err != nil {
		t.Fatal(err)
	}
	ids := map[string]int64{}
	for _, a := range list {
		path := a.URL
		for _, s := range sites {
			path = strings.TrimPrefix(path, s.URL)
		}
		ids[path] = a.ID
	}
	return ids
}

// settled gathers twice more and fails when that changes anything.
func settled(t *testing.T, g *Gatherer, c *clock, s *site) {
	t.Helper()
	for range 2 {
		c.now = c.now.Add(time.Hour)
		for path, outcome := range gather(t, g, s) {
			if outcome != Unchanged && outcome != Skipped {
				t.Errorf("%s is %s at a further gather", path, outcome)
			}
		}
	}
}

// TestASiteThatMoves: each article keeps its id, no article is new, and the old address
// stays known.
func TestASiteThatMoves(t *testing.T) {
	testkit.Heavy(t)
	tests := map[string]func(s *site, old, now string, p testPage){
		"301": func(s *site, old, now string, p testPage) { s.redirect(old, now, 301); s.page(now, p) },
		"302": func(s *site, old, now string, p testPage) { s.redirect(old, now, 302); s.page(now, p) },
		"308 by way of a third address": func(s *site, old, now string, p testPage) {
			s.redirect(old, now+"-way", 308)
			s.redirect(now+"-way", now, 302)
			s.page(now, p)
		},
		"301 and an edit": func(s *site, old, now string, p testPage) {
			p.paragraphs = 6
			s.redirect(old, now, 301)
			s.page(now, p)
		},
		"301 and another title": func(s *site, old, now string, p testPage) {
			p.text, p.title = p.title, p.title+", again"
			s.redirect(old, now, 301)
			s.page(now, p)
		},
		"404 and no word": func(s *site, old, now string, p testPage) { s.handle(old, nil); s.page(now, p) },
		"404 and an edit": func(s *site, old, now string, p testPage) {
			p.paragraphs = 6
			s.handle(old, nil)
			s.page(now, p)
		},
		"404 and a new date": func(s *site, old, now string, p testPage) {
			p.date = "2026-03-02"
			s.handle(old, nil)
			s.page(now, p)
		},
		"410": func(s *site, old, now string, p testPage) {
			s.handle(old, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusGone) })
			s.page(now, p)
		},
		"canonical alone": func(s *site, old, now string, p testPage) {
			p.canonical = s.URL + now
			s.page(old, p)
			s.page(now, p)
		},
		"canonical and an edit": func(s *site, old, now string, p testPage) {
			p.canonical = s.URL + now
			s.page(old, p)
			p.paragraphs = 6
			s.page(now, p)
		},
		"the old address still answers": func(s *site, old, now string, p testPage) { s.page(now, p) },
		"the old address leads to the front page": func(s *site, old, now string, p testPage) {
			s.redirect(old, "/", 302)
			s.page(now, p)
		},
	}
	for name, move := range tests {
		t.Run(name, func(t *testing.T) {
			s, c, db := newSite(t), start(), postgrestest.New(t)
			s.page("/", testPage{title: "The site", text: "the front page"})
			olds, news := []string{}, []string{}
			for i := range 3 {
				olds, news = append(olds, fmt.Sprintf("/old/%d", i)), append(news, fmt.Sprintf("/new/%d.html", i))
				s.page(olds[i], testPage{title: fmt.Sprintf("Article %d", i), date: today})
			}
			s.sitemap(olds...)
			g := newGatherer(t, db, c, Source{Name: "site", Kind: Sitemap, URL: s.URL + "/sitemap.xml"})
			gather(t, g, s)
			before := identities(t, g, s)
			for i := range 3 {
				move(s, olds[i], news[i], testPage{title: fmt.Sprintf("Article %d", i), date: today})
			}
			s.sitemap(news...)
			c.now = c.now.Add(time.Hour)
			rows, failures, err := g.Gather(t.Context())
			if err != nil || len(failures) > 0 {
				t.Fatal(failures, err)
			}
			for _, row := range rows {
				if row.Outcome != Updated || !strings.Contains(row.MovedFrom, "/old/") {
					t.Errorf("%s is %s, moved from %q: %s", row.URL, row.Outcome, row.MovedFrom, row.Reason)
				}
			}
			after := identities(t, g, s)
			for i := range 3 {
				if after[news[i]] == 0 || after[news[i]] != before[olds[i]] {
					t.Errorf("%s had id %d; %s has %d", olds[i], before[olds[i]], news[i], after[news[i]])
				}
				a, err := g.store.Find(t.Context(), s.URL+olds[i])
				if err != nil || a.URL != s.URL+news[i] || a.ReleaseNo > 3 || a.State != Released {
					t.Errorf("%s: %+v %v", olds[i], a.URL, err)
				}
			}
			if len(rows) != 3 || len(after) != 3 {
				t.Errorf("%d rows, %d articles", len(rows), len(after))
			}
			settled(t, g, c, s)

			// A backup brings the old addresses back.
			for i := range 3 {
				s.page(olds[i], testPage{title: fmt.Sprintf("Article %d", i), date: today})
				s.handle(news[i], nil)
			}
			s.sitemap(olds...)
			c.now = c.now.Add(time.Hour)
			gather(t, g, s)
			back := identities(t, g, s)
			for i := range 3 {
				if back[olds[i]] != before[olds[i]] {
					t.Errorf("%s has id %d, want %d", olds[i], back[olds[i]], before[olds[i]])
				}
			}
			settled(t, g, c, s)
		})
	}
}

func TestANewDomain(t *testing.T) {
	testkit.Heavy(t)
	for name, status := range map[string]int{"301": 301, "302": 302, "nothing answers": 0} {
		t.Run(name, func(t *testing.T) {
			old, s, c, db := newSite(t), newSite(t), start(), postgrestest.New(t)
			paths := []string{"/d/0", "/d/1", "/d/2"}
			for _, p := range paths {
				old.page(p, testPage{title: "Article " + p, date: today, canonical: old.URL + p})
				s.page(p, testPage{title: "Article " + p, date: today, canonical: s.URL + p})
			}
			old.sitemap(paths...)
			s.sitemap(paths...)
			g := newGatherer(t, db, c, Source{Name: "site", Kind: Sitemap, URL: old.URL + "/sitemap.xml"})
			gather(t, g, old)
			before := identities(t, g, old)
			for _, p := range paths {
				old.redirect(p, s.URL+p, status)
			}
			if status == 0 {
				old.Close()
			}
			g.Sources[0].URL = s.URL + "/sitemap.xml"
			c.now = c.now.Add(time.Hour)
			gather(t, g, s)
			after := identities(t, g, s)
			for _, p := range paths {
				if after[p] != before[p] {
					t.Errorf("%s had id %d, has %d", p, before[p], after[p])
				}
			}
			if len(after) != 3 {
				t.Errorf("%v", after)
			}
			settled(t, g, c, s)
		})
	}
}

// TestADomainThatIsGivenUp costs a few timeouts, and not one for each article.
func TestADomainThatIsGivenUp(t *testing.T) {
	testkit.Heavy(t)
	old, s, c, db := newSite(t), newSite(t), start(), postgrestest.New(t)
	var paths []string
	for i := range 30 {
		paths = append(paths, fmt.Sprintf("/d/%d", i))
		p := testPage{title: fmt.Sprintf("Article %d", i), date: today}
		old.page(paths[i], p)
		p.paragraphs = 6
		s.page(paths[i], p)
	}
	old.sitemap(paths...)
	s.sitemap(paths...)
	g := newGatherer(t, db, c, Source{Name: "site", Kind: Sitemap, URL: old.URL + "/sitemap.xml"})
	gather(t, g, old)
	before := identities(t, g, old)
	asked := 0
	old.mu.Lock()
	for _, p := range paths {
		old.asked[p] = 0
		old.pages[p] = func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }
	}
	old.mu.Unlock()
	g.Sources[0].URL = s.URL + "/sitemap.xml"
	c.now = c.now.Add(time.Hour)
	gather(t, g, s)
	after := identities(t, g, s)
	for _, p := range paths {
		asked += old.asked[p]
		if after[p] != before[p] {
			t.Errorf("%s had id %d, has %d", p, before[p], after[p])
		}
	}
	if asked > 2*(maxSilent+3) || len(after) != 30 { // the transport asks once more for an answer that was cut off
		t.Errorf("%d requests, %d articles", asked, len(after))
	}
	settled(t, g, c, s)
}

// TestForms: http and https, with www and without, are one address; the article has the
// one that is listed.
func TestForms(t *testing.T) {
	c, db := start(), postgrestest.New(t)
	g := newGatherer(t, db, c)
	save := func(url string, listed ...string) (Article, Outcome) {
		t.Helper()
		source := Source{Name: "site", Kind: Sitemap}
		var candidates []candidate
		for _, address := range listed {
			candidates = append(candidates, candidate{URL: address})
		}
		r, _ := newRound(source, nil, candidates, true)
		text := strings.Repeat("The harbour took in four ships on Monday. ", 10)
		a, outcome, err := g.store.Save(t.Context(), Found{
			Reading: reading.Reading{Title: "One", Published: c.now, ContentText: text, ContentHTML: "<p>" + text + "</p>"},
			URL:     url, Asked: url, Source: "site", round: r,
		}, c.now, g.OwnPage)
		if err != nil {
			t.Fatal(err)
		}
		return a, outcome
	}
	forms := []string{"http://example.org/a", "https://example.org/a", "https://www.example.org/a", "http://www.example.org/a", "http://example.org/a"}
	first, _ := save(forms[0], forms[0])
	for _, form := range forms[1:] {
		if a, outcome := save(form, form); a.ID != first.ID || a.URL != form || outcome != Updated || a.ReleaseNo != 1 {
			t.Errorf("%s: article %d at %s, %s", form, a.ID, a.URL, outcome)
		}
		if _, outcome := save(form, form); outcome != Unchanged {
			t.Errorf("%s again: %s", form, outcome)
		}
	}
	if a, outcome := save(forms[1], forms[0], forms[1]); a.URL != forms[0] || outcome != Unchanged {
		t.Errorf("both listed: at %s, %s", a.URL, outcome)
	}
}

// TestAGuidThatIsUsedAgain for another article does not replace the first.
func TestAGuidThatIsUsedAgain(t *testing.T) {
	s, c, db := newSite(t), start(), postgrestest.New(t)
	feed := func(titles ...string) {
		body := ""
		for _, title := range titles {
			body += `<item><title>` + title + `</title><link>` + s.URL + "/" + title + `</link><guid isPermaLink="false">latest</guid></item>`
			s.page("/"+title, testPage{title: title, date: today})
		}
		s.set("/feed.xml", "application/rss+xml", `<rss version="2.0"><channel><title>F</title><link>x</link><description>d</description>`+body+`</channel></rss>`)
	}
	feed("one")
	g := newGatherer(t, db, c, Source{Name: "feed", Kind: Feed, URL: s.URL + "/feed.xml"})
	gather(t, g, s)
	for _, titles := range [][]string{{"two"}, {"three", "two", "one"}} {
		feed(titles...)
		c.now = c.now.Add(time.Hour)
		want(t, gather(t, g, s), "/"+titles[0], New)
		settled(t, g, c, s)
	}
	if ids := identities(t, g, s); len(ids) != 3 {
		t.Errorf("%v", ids)
	}
}

// TestAFeedThatMoves: the same guid with a new link, and both new together.
func TestAFeedThatMoves(t *testing.T) {
	s, c, db := newSite(t), start(), postgrestest.New(t)
	feed := func(items ...[3]string) {
		body := ""
		for _, i := range items {
			content := testPage{title: i[0]}.html()
			content = content[strings.Index(content, "<p>"):strings.Index(content, "</main>")]
			body += `<item><title>` + i[0] + `</title><link>` + s.URL + i[1] + `</link><guid isPermaLink="false">` + i[2] + `</guid><pubDate>Sun, 01 Mar 2026 10:00:00 GMT</pubDate><content:encoded><![CDATA[` + content + `]]></content:encoded></item>`
		}
		s.set("/feed.xml", "application/rss+xml", `<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>F</title><link>x</link><description>d</description>`+body+`</channel></rss>`)
	}
	for _, title := range []string{"1", "2"} {
		s.page("/old/"+title, testPage{title: "Piece " + title, date: today})
	}
	feed([3]string{"Piece 1", "/old/1", "g1"}, [3]string{"Piece 2", "/old/2", "old-g2"}, [3]string{"Piece 3", "/old/3?p=1", "old-g3"}, [3]string{"Piece 4", "/old/4", "old-g4"})
	g := newGatherer(t, db, c, Source{Name: "feed", Kind: Feed, URL: s.URL + "/feed.xml"})
	gather(t, g, s)
	before := identities(t, g, s)
	for _, title := range []string{"1", "2"} {
		s.page("/new/"+title, testPage{title: "Piece " + title, date: today})
		s.redirect("/old/"+title, "/new/"+title, 301)
	}
	s.page("/old/4", testPage{title: "Piece 4", date: today}) // answers as before
	feed([3]string{"Piece 1", "/new/1", "g1"}, [3]string{"Piece 2", "/new/2", "new-g2"}, [3]string{"Piece 3", "/new/3?p=2", "new-g3"}, [3]string{"Piece 4", "/new/4", "new-g4"})
	c.now = c.now.Add(time.Hour)
	got := gather(t, g, s)
	after := identities(t, g, s)
	for old, now := range map[string]string{"/old/1": "/new/1", "/old/2": "/new/2", "/old/3?p=1": "/new/3?p=2", "/old/4": "/new/4"} {
		want(t, got, now, Updated)
		if after[now] != before[old] {
			t.Errorf("%s had id %d, %s has %d", old, before[old], now, after[now])
		}
	}
	if len(after) != 4 {
		t.Errorf("%v", after)
	}
	settled(t, g, c, s)
}

// TestSeriesAreNotOneArticle: articles that share a title or much of their text are
// separate articles.
func TestSeriesAreNotOneArticle(t *testing.T) {
	testkit.Heavy(t)
	short := func(title, date, text string) string {
		return `<html lang="en"><head><title>` + title + `</title><meta property="article:published_time" content="` + date + `T10:00:00Z"></head><body><main><h1>` + title + `</h1><p>` + text + `</p></main></body></html>`
	}
	fixed := "The review of the week is attached as a table. It is drawn up by the staff of the institute and goes to press every Friday afternoon."
	tests := map[string]struct {
		first, second string
		gone          bool // the first is gone when the second comes
	}{
		"a weekly review":                          {testPage{title: "Weekly review", date: "2026-02-20", text: "week 8"}.html(), testPage{title: "Weekly review", date: "2026-02-27", text: "week 9"}.html(), false},
		"a weekly review, the last one gone":       {testPage{title: "Weekly review", date: "2026-02-20", text: "week 8"}.html(), testPage{title: "Weekly review", date: "2026-02-27", text: "week 9"}.html(), true},
		"a fixed short text":                       {short("Weekly table", "2026-02-20", fixed), short("Weekly table", "2026-02-27", fixed), false},
		"a fixed short text, the last one gone":    {short("Weekly table", "2026-02-20", fixed), short("Weekly table", "2026-02-27", fixed), true},
		"a fixed long text":                        {testPage{title: "Weekly table", date: "2026-02-20", text: "the week"}.html(), testPage{title: "Weekly table", date: "2026-02-27", text: "the week"}.html(), false},
		"a daily table":                            {testPage{title: "Rates", date: "2026-02-26", text: "4.1"}.html(), testPage{title: "Rates", date: "2026-02-27", text: "4.2"}.html(), false},
		"a daily table, the last one gone":         {testPage{title: "Rates", date: "2026-02-26", text: "4.1"}.html(), testPage{title: "Rates", date: "2026-02-27", text: "4.2"}.html(), true},
		"an undated table":                         {testPage{title: "Rates", text: "4.1"}.html(), testPage{title: "Rates", text: "4.2"}.html(), false},
		"an undated table, the last one gone":      {testPage{title: "Rates", text: "4.1"}.html(), testPage{title: "Rates", text: "4.2"}.html(), true},
		"one text under two titles":                {testPage{title: "Vacancy in Aktau", date: today, text: "x"}.html(), testPage{title: "Vacancy in Baku", date: today, text: "x"}.html(), false},
		"one text under two titles, the last gone": {testPage{title: "Vacancy in Aktau", date: today, text: "x"}.html(), testPage{title: "Vacancy in Baku", date: today, text: "x"}.html(), true},
		"a second article that corrects the first": {testPage{title: "The port", date: today, text: "four ships"}.html(), testPage{title: "The port", date: today, text: "five ships"}.html(), false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s, c, db := newSite(t), start(), postgrestest.New(t)
			s.set("/a/first", "text/html", test.first)
			s.sitemap("/a/first")
			g := newGatherer(t, db, c, Source{Name: "site", Kind: Sitemap, URL: s.URL + "/sitemap.xml"})
			gather(t, g, s)
			s.set("/a/second", "text/html", test.second)
			s.sitemap("/a/first", "/a/second")
			if test.gone {
				s.handle("/a/first", nil)
				s.sitemap("/a/second")
			}
			c.now = c.now.Add(time.Hour)
			got := gather(t, g, s)
			want(t, got, "/a/second", New)
			want(t, got, "/a/first", Unchanged)
			second, err := g.store.Find(t.Context(), s.URL+"/a/second")
			if err != nil || !second.Newsworthy || second.ReleaseNo != 2 {
				t.Errorf("%+v %v", second, err)
			}
			settled(t, g, c, s)
		})
	}
}

// TestAShortUndatedArticleThatMoves: without a date, one text under one title is all that
// tells it, and is enough once the old address is gone.
func TestAShortUndatedArticleThatMoves(t *testing.T) {
	s, c, db := newSite(t), start(), postgrestest.New(t)
	page := `<html lang="en"><head><title>Ferry returns</title></head><body><main><h1>Ferry returns</h1><p>The ferry between Kuryk and Alat sails again from Tuesday after the storm, twice a day until the end of the month.</p></main></body></html>`
	s.set("/old", "text/html", page)
	s.sitemap("/old")
	g := newGatherer(t, db, c, Source{Name: "site", Kind: Sitemap, URL: s.URL + "/sitemap.xml"})
	gather(t, g, s)
	before := identities(t, g, s)
	s.handle("/old", nil)
	s.set("/new", "text/html", page)
	s.sitemap("/new")
	c.now = c.now.Add(time.Hour)
	want(t, gather(t, g, s), "/new", Updated)
	if after := identities(t, g, s); len(after) != 1 || after["/new"] != before["/old"] {
		t.Errorf("%v, before %v", after, before)
	}
	settled(t, g, c, s)
}

// TestCopiesAreOneArticle: for print, in AMP, for phones, shared, and without a mark.
func TestCopiesAreOneArticle(t *testing.T) {
	s, c, db := newSite(t), start(), postgrestest.New(t)
	p := testPage{title: "Twice", date: today}
	s.handle("/c/1", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		q := p
		if r.URL.RawQuery == "print=1" {
			q.date, q.paragraphs = "", 4 // a print view without its date and its last passage
		}
		_, _ = io.WriteString(w, q.html())
	})
	amp := p
	amp.canonical = s.URL + "/c/1"
	s.page("/amp/c/1", amp)
	s.page("/c/1/amp", p)
	s.page("/m/c/1", p)
	s.page("/cp/print-1", p)
	s.page("/topic/c1", p)
	paths := []string{"/amp/c/1", "/c/1?share=twitter", "/c/1?print=1", "/c/1?foo=bar", "/c/1/amp", "/m/c/1", "/cp/print-1", "/c/1?utm_source=x", "/c/1"}
	s.sitemap(paths...)
	g := newGatherer(t, db, c, Source{Name: "site", Kind: Sitemap, URL: s.URL + "/sitemap.xml"})
	got := gather(t, g, s)
	if ids := identities(t, g, s); len(ids) != 1 || len(got) != 1 || ids["/c/1"] == 0 && ids["/cp/print-1"] == 0 {
		t.Errorf("%v, %v", ids, got)
	}
	settled(t, g, c, s)
	// A further address, and an edit that reaches the copies later.
	s.sitemap(append(paths, "/topic/c1")...)
	settled(t, g, c, s)
	p.paragraphs = 6
	c.now = c.now.Add(time.Hour)
	gather(t, g, s)
	settled(t, g, c, s)
	if ids := identities(t, g, s); len(ids) != 1 {
		t.Errorf("%v", ids)
	}
	// A copy that becomes a separate article.
	s.page("/topic/c1", testPage{title: "A topic", date: today})
	c.now = c.now.Add(time.Hour)
	want(t, gather(t, g, s), "/topic/c1", New)
	settled(t, g, c, s)
}

// TestWrongCanonicals: two addresses that answer with two texts are two articles, each at
// its own address, also when the pages call another address canonical.
func TestWrongCanonicals(t *testing.T) {
	testkit.Heavy(t)
	for name, paths := range map[string][]string{
		"canonical-theme":    {"/cw/a", "/cw/b", "/cw/c", "/cw/d", "/cw/p1", "/cw/p2"},
		"canonical-language": {"/p/en/tariff", "/p/ru/tariff"},
	} {
		for _, section := range []bool{false, true} {
			t.Run(fmt.Sprint(name, section), func(t *testing.T) {
				s, c, db := newSite(t), start(), postgrestest.New(t)
				var files map[string]struct{ Path string }
				text, err := os.ReadFile(filepath.Join("testdata/identity", name, "files.json"))
				if err != nil {
					t.Fatal(err)
				}
				if err := json.Unmarshal(text, &files); err != nil {
					t.Fatal(err)
				}
				for file, at := range files {
					body, err := os.ReadFile(filepath.Join("testdata/identity", name, file))
					if err != nil {
						t.Fatal(err)
					}
					s.set(at.Path, "text/html; charset=utf-8", strings.ReplaceAll(string(body), "http://SITE", s.URL))
				}
				if section {
					s.page("/cw", testPage{title: "All of the section", text: "a section"})
				}
				s.sitemap(paths...)
				c.now = time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)
				g := newGatherer(t, db, c, Source{Name: "site", Kind: Sitemap, URL: s.URL + "/sitemap.xml"})
				got := gather(t, g, s)
				ids := identities(t, g, s)
				for _, p := range paths {
					want(t, got, p, New)
					if ids[p] == 0 {
						t.Errorf("%s is missing in %v", p, ids)
					}
				}
				if len(ids) != len(paths) {
					t.Errorf("%v", ids)
				}
				settled(t, g, c, s)
			})
		}
	}
}

// TestRightCanonical: an address that the source does not list is believed when it
// answers with the same text.
func TestRightCanonical(t *testing.T) {
	s, c, db := newSite(t), start(), postgrestest.New(t)
	p := testPage{title: "One", date: today, canonical: s.URL + "/pretty/one"}
	s.page("/node/1", p)
	s.page("/pretty/one", p)
	s.sitemap("/node/1")
	g := newGatherer(t, db, c, Source{Name: "site", Kind: Sitemap, URL: s.URL + "/sitemap.xml"})
	want(t, gather(t, g, s), "/pretty/one", New)
	settled(t, g, c, s)
	p.paragraphs = 6
	s.page("/node/1", p)
	s.page("/pretty/one", p)
	c.now = c.now.Add(time.Hour)
	want(t, gather(t, g, s), "/pretty/one", Updated)
	settled(t, g, c, s)
	s.sitemap("/node/1", "/pretty/one")
	settled(t, g, c, s)
	if ids := identities(t, g, s); len(ids) != 1 {
		t.Errorf("%v", ids)
	}
}

// TestAKnownArticleIsNotReplaced by another text at its address.
func TestAKnownArticleIsNotReplaced(t *testing.T) {
	for name, listed := range map[string]bool{"listed": true, "listed no more": false} {
		t.Run(name, func(t *testing.T) {
			s, c, db := newSite(t), start(), postgrestest.New(t)
			s.page("/", testPage{title: "The site", text: "the front page"})
			for _, p := range []string{"/a/one", "/a/two", "/a/three"} {
				s.page(p, testPage{title: "Article " + p, date: today})
			}
			s.sitemap("/a/one", "/a/two", "/a/three")
			g := newGatherer(t, db, c, Source{Name: "site", Kind: Sitemap, URL: s.URL + "/sitemap.xml"})
			gather(t, g, s)
			before := allRows(t, db, "articles")
			s.redirect("/a/one", "/", 302)
			s.redirect("/a/two", "/a/three", 301)
			if !listed {
				s.sitemap("/a/three")
				before = strings.ReplaceAll(before, `"listed": true`, "")
			}
			for range 2 {
				c.now = c.now.Add(25 * time.Hour) // what is listed no more is asked for once a day
				got := gather(t, g, s)
				want(t, got, "/a/one", Unchanged)
				want(t, got, "/a/two", Unchanged)
				after := allRows(t, db, "articles")
				if !listed {
					after = strings.NewReplacer(`"listed": true`, "", `"listed": false`, "").Replace(after)
				}
				if after != before {
					t.Error("the articles changed")
				}
			}
		})
	}
}

// TestOnePieceOfTwoSources at two addresses, and of two processes at once.
func TestOnePieceOfTwoSources(t *testing.T) {
	a, b, c, db := newSite(t), newSite(t), start(), postgrestest.New(t)
	var paths []string
	for i := range 6 {
		paths = append(paths, fmt.Sprintf("/p/%d", i))
		a.page(paths[i], testPage{title: fmt.Sprintf("Article %d", i), date: today})
		b.page(paths[i], testPage{title: fmt.Sprintf("Article %d", i), date: today})
	}
	a.sitemap(paths...)
	b.sitemap(paths...)
	sources := []Source{{Name: "a", Kind: Sitemap, URL: a.URL + "/sitemap.xml"}, {Name: "b", Kind: Sitemap, URL: b.URL + "/sitemap.xml"}}
	var group sync.WaitGroup
	for i := range 2 {
		g := newGatherer(t, db, c, sources...)
		group.Go(func() {
			// Straight to the sources: the lock of gathering is not under test.
			if _, failure, err := g.gatherSource(t.Context(), sources[i]); err != nil || failure != nil {
				t.Error(failure, err)
			}
		})
	}
	group.Wait()
	g := newGatherer(t, db, c, sources...)
	var stored, released int
	if err := db.QueryRow(`SELECT (SELECT count(*) FROM articles), (SELECT last_no FROM release_counter)`).Scan(&stored, &released); err != nil {
		t.Fatal(err)
	}
	if stored != 6 || released != 6 {
		t.Errorf("%d articles, %d releases", stored, released)
	}
	for range 2 {
		c.now = c.now.Add(time.Hour)
		rows, failures, err := g.Gather(t.Context())
		if err != nil || len(failures) > 0 {
			t.Fatal(failures, err)
		}
		if len(rows) != 6 || slices.ContainsFunc(rows, func(r Row) bool { return r.Outcome != Unchanged }) {
			t.Errorf("%+v", rows)
		}
	}
}
