package articles

import (
	"maps"
	"strings"
	"testing"
	"time"
)

// New rules change no known article and close no brake. Staff let them read the articles
// again: then titles and texts are theirs, labels of staff stay, and nothing is released.
func TestReread(t *testing.T) {
	g, c, _, _ := braked(t, 12)
	readByOlderRules(t, g.db)
	if _, err := g.store.Label(t.Context(), 1, []string{"spp"}, []string{}, c.now); err != nil {
		t.Fatal(err)
	}
	before := snapshot(t, g.db)
	for range 2 {
		c.now = c.now.Add(time.Hour)
		if _, stopped := gatherBraked(t, g); stopped || !maps.Equal(snapshot(t, g.db), before) {
			t.Fatal("new rules are a change")
		}
	}
	var shown []Change
	reread := func(yes bool) []Row {
		rows, failures, err := g.Reread(t.Context(), "site", func(list []Change) (bool, error) {
			shown = list
			return yes, nil
		})
		if err != nil || len(failures) > 0 {
			t.Fatal(failures, err)
		}
		return rows
	}
	if rows := reread(false); len(rows) > 0 || len(shown) != 12 || !maps.Equal(snapshot(t, g.db), before) {
		t.Fatal("without an answer the articles change", shown)
	}
	if ch := shown[0]; ch.Kind != Changed || ch.Former != "Old "+ch.Title || ch.Kept > 0 {
		t.Errorf("%+v", ch)
	}
	was, err := g.store.Get(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	c.now = c.now.Add(time.Hour)
	for _, row := range reread(true) {
		if row.Outcome != Updated || strings.HasPrefix(row.Article.Title, "Old ") || row.Article.Version != 2 || !row.Article.Updated.IsZero() {
			t.Errorf("%s: %+v", row.Outcome, row.Article)
		}
	}
	is, err := g.store.Get(t.Context(), 1)
	if err != nil || is.ReleaseNo != was.ReleaseNo || len(is.Regions) > 0 || is.Programs[0] != "spp" {
		t.Errorf("%+v, %v", is, err)
	}
	var news int
	if err := g.db.Get(&news, `SELECT count(*) FROM articles WHERE cardinality(news_at) > 0 OR gained <> '{}'`); err != nil || news > 1 { // the label of staff
		t.Errorf("%d articles are news; %v", news, err)
	}
	after := snapshot(t, g.db)
	if _, stopped := gatherBraked(t, g); stopped || !maps.Equal(snapshot(t, g.db), after) {
		t.Error("the next gather changes something")
	}
	if reread(true); len(shown) > 0 {
		t.Error("a second time there are changes", shown)
	}
}

// A plan that is too large for memory reads again when it takes effect.
func TestALargePlanReadsAgain(t *testing.T) {
	g, c, s, paths := braked(t, 12)
	for i, path := range paths[:5] {
		s.article(path, "Large", strings.Repeat("An edit with many words. ", 10*i+1)+path)
	}
	defer func(n int) { maxPlanned = n }(maxPlanned)
	maxPlanned = 50_000
	c.now = c.now.Add(time.Hour)
	rows, stopped := gatherBraked(t, g)
	updated := 0
	for _, row := range rows {
		if row.Outcome == Updated && row.Article.Title == "Large" {
			updated++
		}
	}
	if stopped || updated != 5 {
		t.Errorf("stopped %v, %d updated", stopped, updated)
	}
}
