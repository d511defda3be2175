package articles

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"corridor/postgres/postgrestest"
	"corridor/testkit"
)

// relaunch changes a site with three articles, at /old/0 to /old/2, and returns the
// addresses that it lists now, each with the number of its article.
type relaunch func(s *site, p []testPage) map[string]int

// moveTo moves each article to an address with a number in it, and serves it there as change
// leaves it; the old addresses answer "not found".
func moveTo(form string, change func(p *testPage)) relaunch {
	return func(s *site, pages []testPage) map[string]int {
		listed := map[string]int{}
		for i, p := range pages {
			s.handle(fmt.Sprintf("/old/%d", i), nil)
			change(&p)
			address := fmt.Sprintf(form, i)
			path, _, _ := strings.Cut(address, "?")
			path, _ = url.PathUnescape(path)
			s.page(path, p)
			listed[address] = i
		}
		return listed
	}
}

// beside lists further addresses of each article beside its own.
func beside(form string, change func(s *site, own string, p *testPage)) relaunch {
	return func(s *site, pages []testPage) map[string]int {
		listed := map[string]int{}
		for i, p := range pages {
			own := fmt.Sprintf("/old/%d", i)
			listed[own] = i
			change(s, own, &p)
			address := fmt.Sprintf(form, i)
			path, _, isQuery := strings.Cut(address, "?")
			if !isQuery {
				s.page(path, p)
			}
			listed[address] = i
		}
		return listed
	}
}

var relaunches = map[string]relaunch{
	"404 and an added word in the title":          moveTo("/new/%d", func(p *testPage) { p.title = p.title + ", updated" }),
	"404, an edited title and an edited text":     moveTo("/new/%d", func(p *testPage) { p.title, p.paragraphs = p.title+", updated", 6 }),
	"404 and a title in other words":              moveTo("/new/%d", func(p *testPage) { p.title = strings.Replace(p.title, "Report", "What nobody expected", 1)[:20] }),
	"404 and a typo mended in the title":          moveTo("/new/%d", func(p *testPage) { p.title = strings.Replace(p.title, "Report", "Raport", 1) }),
	"404 and no date any more":                    moveTo("/new/%d", func(p *testPage) { p.date = "" }),
	"index.html":                                  moveTo("/old/%d/index.html", func(*testPage) {}),
	"index.html and an edit":                      moveTo("/old/%d/index.html", func(p *testPage) { p.paragraphs = 6 }),
	"capitals in the path":                        moveTo("/Old/%d", func(*testPage) {}),
	"percent-encoding":                            moveTo("/%%6fld/%d", func(*testPage) {}),
	"letters of another script":                   moveTo("/%%D0%%BF%%D0%%BE%%D1%%80%%D1%%82/%d", func(*testPage) {}),
	"a copy for print":                            beside("/old/%d/print", func(*site, string, *testPage) {}),
	"a copy in AMP that names its article":        beside("/amp/old/%d", func(s *site, own string, p *testPage) { p.canonical = s.URL + own }),
	"a copy at index.html":                        beside("/old/%d/index.html", func(*site, string, *testPage) {}),
	"a parameter that changes nothing":            beside("/old/%d?foo=1", func(*site, string, *testPage) {}),
	"the second page of each article":             beside("/old/%d/2", func(_ *site, _ string, p *testPage) { p.text += strings.Repeat("what came then and after it ", 5) }),
	"the second page of each article, by /page/2": beside("/old/%d/page/2", func(_ *site, _ string, p *testPage) { p.text += strings.Repeat("what came then and after it ", 5) }),
}

// TestRelaunches: after any relaunch there are as many articles as before, with their ids,
// and no article is released again.
func TestRelaunches(t *testing.T) {
	testkit.Heavy(t)
	for name, change := range relaunches {
		t.Run(name, func(t *testing.T) {
			s, c, db := newSite(t), start(), postgrestest.New(t)
			pages, before := []testPage{}, []string{}
			for i := range 3 {
				name := []string{"north", "south", "west"}[i]
				p := testPage{title: fmt.Sprintf("Report %s of the harbour", name), date: today, text: "the report " + strings.Repeat(name+" of the grain that nobody weighed ", 5)}
				pages, before = append(pages, p), append(before, fmt.Sprintf("/old/%d", i))
				s.page(before[i], p)
			}
			s.sitemap(before...)
			g := newGatherer(t, db, c, Source{Name: "site", Kind: Sitemap, URL: s.URL + "/sitemap.xml"})
			gather(t, g, s)
			was := identities(t, g, s)
			listed := change(s, pages)
			var paths []string
			for path := range listed {
				paths = append(paths, path)
			}
			s.sitemap(paths...)
			for range 3 {
				c.now = c.now.Add(25 * time.Hour)
				gather(t, g, s)
			}
			now := identities(t, g, s)
			if len(now) != len(was) {
				t.Errorf("%v, before %v", now, was)
			}
			for path, i := range listed {
				a, err := g.store.Find(t.Context(), s.URL+path)
				if err != nil || a.ID != was[before[i]] || a.State != Released || a.ReleaseNo > 3 {
					t.Errorf("%s: article %d at %s, %s with number %d, want %d: %v", path, a.ID, a.URL, a.State, a.ReleaseNo, was[before[i]], err)
				}
			}
			settled(t, g, c, s)
		})
	}
}

// releases is how many releases there were: each further one may be mailed.
func releases(t *testing.T, g *Gatherer) int64 {
	t.Helper()
	n, err := NewestReleaseNo(t.Context(), g.db)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestARestoredBackup: old texts that come back for a day are versions of the known articles,
// and no release.
func TestARestoredBackup(t *testing.T) {
	testkit.Heavy(t)
	s, c, db := newSite(t), start(), postgrestest.New(t)
	pages := func(paragraphs int, suffix string) {
		for i := range 4 {
			s.page(fmt.Sprintf("/a/%d", i), testPage{title: fmt.Sprintf("Report %d", i) + suffix, date: today, text: strings.Repeat(fmt.Sprintf("grain%d and rails%d ", i, i), 8), paragraphs: paragraphs})
		}
		s.sitemap("/a/0", "/a/1", "/a/2", "/a/3")
	}
	pages(5, "")
	g := newGatherer(t, db, c, Source{Name: "site", Kind: Sitemap, URL: s.URL + "/sitemap.xml"})
	gather(t, g, s)
	before := identities(t, g, s)
	pages(6, ", updated")
	s.page("/a/4", testPage{title: "The newest", date: today, text: strings.Repeat("ferries and pilots ", 8)})
	s.sitemap("/a/0", "/a/1", "/a/2", "/a/3", "/a/4")
	c.now = c.now.Add(time.Hour)
	want(t, gather(t, g, s), "/a/1", Updated)
	at := releases(t, g)
	pages(5, "") // the backup knows no newest one
	s.handle("/a/4", nil)
	for range 3 {
		c.now = c.now.Add(13 * time.Hour)
		gather(t, g, s)
	}
	pages(6, ", updated")
	s.page("/a/4", testPage{title: "The newest", date: today, text: strings.Repeat("ferries and pilots ", 8)})
	s.sitemap("/a/0", "/a/1", "/a/2", "/a/3", "/a/4")
	c.now = c.now.Add(time.Hour)
	gather(t, g, s)
	after := identities(t, g, s)
	for path, id := range before {
		if a, err := g.store.Get(t.Context(), id); err != nil || after[path] != id || a.ReleaseNo > 4 || !strings.HasSuffix(a.Title, "updated") {
			t.Errorf("%s: article %d, was %d: %+v %v", path, after[path], id, a.Title, err)
		}
	}
	if n := releases(t, g); len(after) != 5 || n > at+1 { // the newest comes back, to readers without it
		t.Errorf("%d articles, %d releases after %d", len(after), n, at)
	}
	settled(t, g, c, s)
}

// TestAnArticleOfTwoSources stays with the source that found it first. When that source drops
// it for good, the article stays public while the other source still has it.
func TestAnArticleOfTwoSources(t *testing.T) {
	testkit.Heavy(t)
	a, b, c, db := newSite(t), newSite(t), start(), postgrestest.New(t)
	p := testPage{title: "The port grows", date: today, text: strings.Repeat("grain and rails ", 8)}
	a.page("/p", p)
	b.page("/q", p)
	a.sitemap("/p")
	b.sitemap("/q")
	g := newGatherer(t, db, c, Source{Name: "a", Kind: Sitemap, URL: a.URL + "/sitemap.xml"}, Source{Name: "b", Kind: Sitemap, URL: b.URL + "/sitemap.xml"})
	if _, _, err := g.Gather(t.Context(), "a"); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		gather(t, g, a)
		c.now = c.now.Add(time.Hour)
	}
	before := identities(t, g, a, b)
	if len(before) != 1 || before["/p"] != 1 {
		t.Fatal(before)
	}
	b.handle("/q", nil) // a source that does not have it changes nothing
	c.now = c.now.Add(25 * time.Hour)
	gather(t, g, a)
	b.page("/q", p)
	a.handle("/p", nil)
	a.sitemap("/other")
	for range 4 {
		c.now = c.now.Add(25 * time.Hour)
		gather(t, g, a)
	}
	after, err := g.store.List(t.Context(), Filter{})
	if err != nil || len(after) != 1 || after[0].State != Released || after[0].Source != "b" || after[0].URL != b.URL+"/q" || after[0].ID != 1 {
		t.Errorf("%+v %v", after, err)
	}
	settled(t, g, c, a)
}

// TestANewDomainWithEdits: the old host is dead or knows nothing, and the new one has other
// titles, another template and further passages.
func TestANewDomainWithEdits(t *testing.T) {
	testkit.Heavy(t)
	for name, end := range map[string]func(old *site, paths []string){
		"the old host is dead": func(old *site, _ []string) { old.Close() },
		"the old host answers 404": func(old *site, paths []string) {
			for _, path := range paths {
				old.handle(path, nil)
			}
		},
		"the old host redirects all to the front page": func(old *site, paths []string) {
			for _, path := range paths {
				old.redirect(path, "/", 301)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			old, s, c, db := newSite(t), newSite(t), start(), postgrestest.New(t)
			old.page("/", testPage{title: "The site", text: "the front page"})
			var paths, news []string
			for i := range 6 {
				name := []string{"grain", "rails", "ferries", "pilots", "customs", "storms"}[i]
				p := testPage{title: "What the harbour says of " + name, date: today, text: strings.Repeat(name+" that nobody counted before ", 8)}
				paths, news = append(paths, fmt.Sprintf("/d/%d", i)), append(news, fmt.Sprintf("/2026/%s.html", name))
				old.page(paths[i], p)
				p.title, p.paragraphs = p.title+" now", 6
				html := strings.NewReplacer("<main>", `<div class="page"><header><a href="/">Home</a></header><article>`, "</main>", "<p>Share this article</p></article><footer>All rights reserved.</footer></div>").Replace(p.html())
				s.set(news[i], htmlType, html)
			}
			old.sitemap(paths...)
			s.sitemap(news...)
			g := newGatherer(t, db, c, Source{Name: "site", Kind: Sitemap, URL: old.URL + "/sitemap.xml"})
			gather(t, g, old)
			before := identities(t, g, old)
			end(old, paths)
			g.Sources[0].URL = s.URL + "/sitemap.xml"
			c.now = c.now.Add(time.Hour)
			gather(t, g, s)
			after := identities(t, g, s)
			for i := range paths {
				if after[news[i]] != before[paths[i]] {
					t.Errorf("%s has id %d, want %d", news[i], after[news[i]], before[paths[i]])
				}
			}
			if n := releases(t, g); len(after) != 6 || n != 6 {
				t.Errorf("%d articles, %d releases", len(after), n)
			}
			settled(t, g, c, s)
		})
	}
}

// TestAFeedThatMovesAndEdits: guid, link, title and text of each entry change together.
func TestAFeedThatMovesAndEdits(t *testing.T) {
	testkit.Heavy(t)
	s, c, db := newSite(t), start(), postgrestest.New(t)
	feed := func(form, suffix string, paragraphs int) {
		body := ""
		for i, name := range []string{"grain", "rails", "ferries"} {
			p := testPage{title: "What the harbour says of " + name + suffix, text: strings.Repeat(name+" that nobody counted before ", 8), paragraphs: paragraphs}
			content := p.html()
			content = content[strings.Index(content, "<p>"):strings.Index(content, "</main>")]
			link := s.URL + fmt.Sprintf(form, i)
			body += `<item><title>` + p.title + `</title><link>` + link + `</link><guid>` + link + `</guid><pubDate>Sun, 01 Mar 2026 10:00:00 GMT</pubDate><content:encoded><![CDATA[` + content + `]]></content:encoded></item>`
		}
		s.set("/feed.xml", "application/rss+xml", `<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>F</title><link>x</link><description>d</description>`+body+`</channel></rss>`)
	}
	feed("/old/%d", "", 5)
	g := newGatherer(t, db, c, Source{Name: "feed", Kind: Feed, URL: s.URL + "/feed.xml"})
	gather(t, g, s)
	before := identities(t, g, s)
	feed("/new/%d", " now", 6) // the old links answer "not found"
	c.now = c.now.Add(time.Hour)
	gather(t, g, s)
	after := identities(t, g, s)
	for i := range 3 {
		if now := after[fmt.Sprintf("/new/%d", i)]; now != before[fmt.Sprintf("/old/%d", i)] {
			t.Errorf("entry %d has id %d, before %v", i, now, before)
		}
	}
	if n := releases(t, g); len(after) != 3 || n != 3 {
		t.Errorf("%d articles, %d releases", len(after), n)
	}
	settled(t, g, c, s)
}

// A clean listed address is the article's after a relaunch without a word, and not that of a
// copy beside it.
func TestARelaunchWithCopiesInTheList(t *testing.T) {
	testkit.Heavy(t)
	s, c, db := newSite(t), start(), postgrestest.New(t)
	page := testPage{title: "Report of the harbour", date: today, text: "the report " + strings.Repeat("of the grain that was weighed ", 5)}
	s.page("/old/a", page)
	s.sitemap("/old/a")
	g := newGatherer(t, db, c, Source{Name: "site", Kind: Sitemap, URL: s.URL + "/sitemap.xml"})
	gather(t, g, s)
	was := identities(t, g, s)
	s.handle("/old/a", nil)
	for _, path := range []string{"/stories/a", "/stories/a/print", "/amp/stories/a"} {
		s.page(path, page)
	}
	s.sitemap("/stories/a?share=x", "/stories/a/print", "/stories/a", "/amp/stories/a")
	for range 2 {
		c.now = c.now.Add(time.Hour)
		gather(t, g, s)
		if now := identities(t, g, s); len(now) != 1 || now["/stories/a"] != was["/old/a"] {
			t.Errorf("%v, before %v", now, was)
		}
	}
}
