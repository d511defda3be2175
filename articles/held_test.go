package articles

import (
	"strings"
	"testing"

	"corridor/postgres/postgrestest"
)

// doubtful is a page that may be the beginning of an article behind a paywall: a text of some
// length with an offer below it.
func doubtful(title string) string {
	return dated(title, strings.Repeat("The harbour master counted the wagons on the quay, and wrote the number down for the railway. ", 7)+
		"</p><p>Become a member to support our work.", false)
}

// A new article whose page the judge doubts is held with the reason, also by later gathers,
// until staff release it. Then it is news.
func TestADoubtfulArticleIsHeld(t *testing.T) {
	s, c, db := newSite(t), start(), postgrestest.New(t)
	s.article("/a/clear", "Clear", "It stays.")
	s.sitemap("/a/clear")
	g := newGatherer(t, db, c, Source{Name: "site", Kind: Sitemap, URL: s.URL + "/sitemap.xml"})
	rowsOf(t, g, s)
	s.set("/a/doubtful", htmlType, doubtful("Doubtful"))
	s.sitemap("/a/clear", "/a/doubtful")
	row := rowsOf(t, g, s)["/a/doubtful"]
	if row.Outcome != New || row.Article.State != Held || !strings.Contains(row.Article.HeldReason, "paywall") || row.Article.ReleaseNo != 0 {
		t.Fatalf("%s: %+v", row.Outcome, row.Article)
	}
	if again := rowsOf(t, g, s)["/a/doubtful"]; again.Outcome != Unchanged || again.Article.State != Held || again.Article.HeldReason == "" {
		t.Errorf("gathered again, it is %s: %+v", again.Outcome, again.Article)
	}
	released, err := g.store.Release(t.Context(), row.Article.ID, c.now)
	if err != nil || released.State != Released || released.HeldReason != "" || !released.Newsworthy {
		t.Errorf("%+v, %v", released, err)
	}
	var news int
	if err := db.Get(&news, `SELECT cardinality(news_at) FROM articles WHERE id = $1`, row.Article.ID); err != nil || news != 1 {
		t.Errorf("it is news %d times; %v", news, err)
	}
	if again := rowsOf(t, g, s)["/a/doubtful"]; again.Article.State != Released {
		t.Errorf("after the release it is %s", again.Article.State)
	}
}
