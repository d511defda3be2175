package articles

import (
	"testing"
	"time"

	"corridor/postgres/postgrestest"
	"corridor/testkit"
)

// TestMovesAfterANewDate: a piece whose page is dated anew moves to an address that ends in
// a number, which is no day, with an edited title and a further passage.
func TestMovesAfterANewDate(t *testing.T) {
	testkit.Heavy(t)
	for _, to := range []string{"/b/4", "/2026/03/4.html", "/2026/03/14.html"} {
		t.Run(to, func(t *testing.T) {
			db, c, s := postgrestest.New(t), start(), newSite(t)
			p := &piece{n: 1, title: "Grain in the port", date: c.now.Format(time.DateOnly)}
			for i := range 12 {
				p.text = append(p.text, sentence(p.n, i))
			}
			serve := func(path string) {
				s.set(path, htmlType, p.html(""))
				s.sitemap(path)
			}
			g := newGatherer(t, db, c, Source{Name: "site", Kind: Sitemap, URL: s.URL + "/sitemap.xml"})
			serve("/a/1")
			gather(t, g, s)
			c.now = c.now.Add(60 * time.Hour)
			p.date = c.now.Format(time.DateOnly)
			serve("/a/1")
			c.now = c.now.Add(30 * time.Hour)
			gather(t, g, s)
			s.handle("/a/1", nil)
			p.text, p.title = append(p.text, sentence(p.n, 54)), p.title+" now"
			serve(to)
			c.now = c.now.Add(30 * time.Hour)
			gather(t, g, s)
			list, err := g.store.List(t.Context(), Filter{})
			if err != nil || len(list) != 1 || list[0].ID != 1 || list[0].URL != s.URL+to || list[0].Title != p.title {
				t.Errorf("%+v %v", list, err)
			}
		})
	}
}
