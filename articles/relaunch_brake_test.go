package articles

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"corridor/postgres/postgrestest"
	"corridor/testkit"
)

// TestALargeRelaunch: a site that moves all of its articles is no mass change, and one that
// edits them as well waits for staff. Then each article has its id at the new address.
func TestALargeRelaunch(t *testing.T) {
	testkit.Heavy(t)
	const n = 30
	for name, test := range map[string]struct {
		move    func(s *site, old, now string, p testPage)
		stopped bool
	}{
		"301": {func(s *site, old, now string, p testPage) { s.redirect(old, now, 301); s.page(now, p) }, false},
		"404": {func(s *site, old, _ string, _ testPage) { s.handle(old, nil) }, false},
		"301 and edits": {func(s *site, old, now string, p testPage) {
			p.title, p.paragraphs = p.title+" again", 6
			s.redirect(old, now, 301)
			s.page(now, p)
		}, true},
		"404 and edits": {func(s *site, old, now string, p testPage) {
			p.title, p.paragraphs = p.title+" again", 6
			s.handle(old, nil)
			s.page(now, p)
		}, true},
	} {
		t.Run(name, func(t *testing.T) {
			s, c, db := newSite(t), start(), postgrestest.New(t)
			var olds, news []string
			pages := map[string]testPage{}
			for i := range n {
				p := testPage{title: fmt.Sprintf("Report of harbour %c%c", 'a'+i/26, 'a'+i%26), date: today, text: strings.Repeat(fmt.Sprintf("grain%d and rails%d ", i, i), 12)}
				olds, news = append(olds, fmt.Sprintf("/old/%d", i)), append(news, fmt.Sprintf("/new/%d", i))
				pages[olds[i]] = p
				s.page(olds[i], p)
			}
			s.sitemap(olds...)
			g := newGatherer(t, db, c, Source{Name: "site", Kind: Sitemap, URL: s.URL + "/sitemap.xml"})
			g.Brake = BrakeLimits{Share: 0.3, Least: 10}
			gather(t, g, s)
			before := identities(t, g, s)
			for i := range n {
				s.page(news[i], pages[olds[i]])
				test.move(s, olds[i], news[i], pages[olds[i]])
			}
			s.sitemap(news...)
			for round := range 3 {
				c.now = c.now.Add(time.Hour)
				_, stopped := gatherBraked(t, g)
				if want := test.stopped && round < 2; stopped != want {
					t.Errorf("round %d: stopped is %v", round, stopped)
				}
				if stopped && round == 1 {
					if _, err := g.store.Accept(t.Context(), "site"); err != nil {
						t.Fatal(err)
					}
				}
			}
			after := identities(t, g, s)
			for i := range n {
				if after[news[i]] != before[olds[i]] {
					t.Errorf("%s has id %d, want %d", news[i], after[news[i]], before[olds[i]])
				}
			}
			if last := releases(t, g); len(after) != n || last != n {
				t.Errorf("%d articles, %d releases", len(after), last)
			}
		})
	}
}
