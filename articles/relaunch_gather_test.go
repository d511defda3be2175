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
