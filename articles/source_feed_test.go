package articles

import (
	"net/http"
	"strings"
	"testing"

	"corridor/postgres/postgrestest"
)

// A bad entry of a feed is reported on a separate line; the others are gathered, and
// nothing is concluded about articles that the bad entry may name.
func TestOneBadEntryOfAFeed(t *testing.T) {
	s, db, c := newSite(t), postgrestest.New(t), start()
	feed := func(items ...string) {
		s.set("/feed.xml", "application/rss+xml", `<rss version="2.0"><channel><title>Notes</title>`+strings.Join(items, "")+"</channel></rss>")
	}
	link := func(path string) string { return "<item><title>About</title><link>" + s.URL + path + "</link></item>" }
	for _, name := range []string{"port", "rail", "sea"} {
		s.article("/a/"+name, "About "+name, "The "+name+" grows.")
	}
	g := newGatherer(t, db, c, Source{Name: "notes", Kind: Feed, URL: s.URL + "/feed.xml"})
	feed(link("/a/port"), link("/a/rail"))
	if got := gather(t, g, s); got["/a/port"] != New || got["/a/rail"] != New {
		t.Fatal(got)
	}
	feed(link("/a/sea"), link("/a/port"), `<item><title>About</title><enclosure url="x></item>`)
	s.handle("/a/rail", http.NotFound)
	for round := range 2 {
		rows, failures, err := g.Gather(t.Context())
		if err != nil || len(failures) != 1 || !strings.Contains(failures[0].Err.Error(), "has entries that cannot be read: 1 of 3") {
			t.Fatalf("failures %v, %v", failures, err)
		}
		for _, row := range rows {
			if outcome := map[bool]Outcome{true: New, false: Unchanged}[round == 0 && strings.HasSuffix(row.URL, "/sea")]; row.Outcome != outcome || strings.HasSuffix(row.URL, "/rail") {
				t.Errorf("round %d: %s is %s, %s", round, row.URL, row.Outcome, row.Reason)
			}
		}
	}
}
