package articles

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"corridor/postgres/postgrestest"
	"corridor/testkit"
)

// stalling is a separate site that lists n articles. Requests for them wait until the test
// lets them go.
func stalling(t *testing.T, name string, n int) (s *site, letGo func()) {
	s = newSite(t)
	gate := make(chan struct{})
	var paths []string
	for i := range n {
		path := fmt.Sprintf("/a/%d", i)
		s.article(path, fmt.Sprintf("Article %d %s", i, name), strings.Repeat(fmt.Sprintf("This is article %d %s, number %d. ", i, name, 7*i), 60))
		page := s.pages[path]
		s.handle(path, func(w http.ResponseWriter, r *http.Request) {
			select {
			case <-gate:
				page(w, r)
			case <-r.Context().Done():
			}
		})
		paths = append(paths, path)
	}
	s.sitemap(paths...)
	return s, func() { close(gate) }
}

// A source that stalls delays neither other sources nor another gather.
func TestStalledSourcesDelayNoOther(t *testing.T) {
	testkit.Heavy(t)
	good, db, c := newSite(t), postgrestest.New(t), start()
	good.article("/a/good", "A good article", "It is read at once.")
	good.sitemap("/a/good")
	var sources []Source
	var letGo []func()
	for i := range 12 {
		s, open := stalling(t, fmt.Sprintf("of site %d", i), 3)
		sources = append(sources, Source{Name: fmt.Sprintf("stalled %d", i), Kind: Sitemap, URL: s.URL + "/sitemap.xml"})
		letGo = append(letGo, open)
	}
	sources = append(sources, Source{Name: "good", Kind: Sitemap, URL: good.URL + "/sitemap.xml"})
	g := newGatherer(t, db, c, sources...)
	done := make(chan error, 1)
	go func() {
		_, _, err := g.Gather(context.Background())
		done <- err
	}()
	stored := func() (n int) {
		if err := db.Get(&n, `SELECT count(*) FROM articles`); err != nil {
			t.Fatal(err)
		}
		return n
	}
	for stored() == 0 { // the test's own time limit ends it
		time.Sleep(5 * time.Millisecond)
	}
	for db.Stats().InUse > 1 { // all that is held while requests wait is the locks
		time.Sleep(5 * time.Millisecond)
	}
	rows, failures, err := newGatherer(t, db, c, sources...).Gather(t.Context(), "good")
	if err != nil || len(failures) > 0 || len(rows) != 1 || rows[0].Outcome != Unchanged {
		t.Errorf("%+v %v %v", rows, failures, err)
	}
	for _, open := range letGo {
		open()
	}
	if err := <-done; err != nil || stored() != 1+36 {
		t.Errorf("%d articles, %v", stored(), err)
	}
}

// A source that takes all of its time keeps the articles that were read. The next gathers
// begin with untried addresses, withdraw nothing, and end the first gather.
func TestBudgetOfASource(t *testing.T) {
	testkit.Heavy(t)
	s, letGo := stalling(t, "of the site", 10)
	db, c := postgrestest.New(t), start()
	g := newGatherer(t, db, c, Source{Name: "site", Kind: Sitemap, URL: s.URL + "/sitemap.xml"})
	g.Budget = 2 * time.Second
	rows, failures, err := g.Gather(t.Context())
	if err != nil || len(rows) != 0 || len(failures) != 1 || !errors.Is(failures[0].Err, errBudget) || !strings.Contains(failures[0].Err.Error(), "10 articles are left") {
		t.Fatalf("%+v %v %v", rows, failures, err)
	}
	var first bool
	if err := db.Get(&first, `SELECT first_done_at IS NULL FROM sources`); err != nil || !first {
		t.Errorf("the first gather is over: %v, %v", !first, err)
	}
	letGo()
	g.Budget = time.Minute
	rows, failures, err = g.Gather(t.Context())
	if err != nil || len(rows) != 10 || rows[9].Outcome != New || len(failures) != 0 {
		t.Fatalf("%+v, %v, %v", rows, failures, err)
	}
	g.Budget = time.Nanosecond
	_, failures, err = g.Gather(t.Context())
	var released int
	if getErr := db.Get(&released, `SELECT count(*) FROM articles WHERE state = 'released' AND listed AND missing_since IS NULL`); err != nil || getErr != nil || len(failures) != 1 || released != 10 {
		t.Errorf("%d articles stand after a list that took too long; %v, %v, %v", released, failures, err, getErr)
	}
}
