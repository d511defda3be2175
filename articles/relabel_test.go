package articles

import (
	"slices"
	"testing"
	"time"

	"corridor/postgres/postgrestest"
)

// labelled is a site's one article, which its page labels with eep and central-asia.
func labelled(t *testing.T) (*site, *clock, *Gatherer, Article) {
	t.Helper()
	s, c, db := newSite(t), start(), postgrestest.New(t)
	s.article("/research/eep/one", "Kazakhstan", "Text.")
	s.sitemap("/research/eep/one")
	g := newGatherer(t, db, c, Source{Name: "site", Kind: Sitemap, URL: s.URL + "/sitemap.xml"})
	gather(t, g, s)
	a, err := g.store.Find(t.Context(), s.URL+"/research/eep/one")
	if err != nil || !slices.Equal(a.Programs, []string{"eep"}) || !slices.Equal(a.Regions, []string{"central-asia"}) {
		t.Fatalf("%v %v %v", a.Programs, a.Regions, err)
	}
	return s, c, g, a
}

func wantLabels(t *testing.T, what string, a Article, err error, programs, regions []string) {
	t.Helper()
	if err != nil || !slices.Equal(a.Programs, programs) || !slices.Equal(a.Regions, regions) {
		t.Errorf("%s: programs %v, regions %v, %v; want %v and %v", what, a.Programs, a.Regions, err, programs, regions)
	}
}

func TestLabelKeepsListsThatAreNotGiven(t *testing.T) {
	s, c, g, a := labelled(t)
	a, err := g.store.Label(t.Context(), a.ID, nil, []string{"south-caucasus"}, c.now)
	wantLabels(t, "a region", a, err, []string{"eep"}, []string{"south-caucasus"})
	a, err = g.store.Label(t.Context(), a.ID, []string{"spp", "eep", "spp"}, nil, c.now)
	wantLabels(t, "programs", a, err, []string{"eep", "spp"}, []string{"south-caucasus"})
	a, err = g.store.Label(t.Context(), a.ID, []string{}, nil, c.now)
	wantLabels(t, "no programs", a, err, []string{}, []string{"south-caucasus"})

	s.article("/research/eep/one", "Kazakhstan", "Another text.")
	c.now = c.now.Add(time.Hour)
	want(t, gather(t, g, s), "/research/eep/one", Updated)
	a, err = g.store.Get(t.Context(), a.ID)
	wantLabels(t, "a new version", a, err, []string{}, []string{"south-caucasus"})

	a, known, err := g.store.ResetLabels(t.Context(), a.ID, c.now)
	wantLabels(t, "reset", a, err, []string{"eep"}, []string{"central-asia"})
	again, _, err := g.store.ResetLabels(t.Context(), a.ID, c.now.Add(time.Hour))
	if !known || err != nil || !again.ChangedAt.Equal(a.ChangedAt) {
		t.Errorf("a second reset changes something: %v, %v", known, err)
	}
	c.now = c.now.Add(time.Hour)
	want(t, gather(t, g, s), "/research/eep/one", Unchanged)
}

// TestResetOfLabelsThatWereNotRecorded has an article that staff labelled under a version
// that did not record readings.
func TestResetOfLabelsThatWereNotRecorded(t *testing.T) {
	s, c, g, a := labelled(t)
	if _, err := g.store.Label(t.Context(), a.ID, []string{"spp"}, []string{}, c.now); err != nil {
		t.Fatal(err)
	}
	if _, err := g.store.db.Exec(`UPDATE articles SET read_programs = NULL, read_regions = NULL, digest = NULL, rules = 1`); err != nil {
		t.Fatal(err)
	}
	a, known, err := g.store.ResetLabels(t.Context(), a.ID, c.now)
	wantLabels(t, "before the page is read", a, err, []string{"spp"}, []string{})
	if known {
		t.Error("the page's labels are said to be known")
	}
	c.now = c.now.Add(time.Hour)
	gather(t, g, s)
	a, err = g.store.Get(t.Context(), a.ID)
	wantLabels(t, "after the page was read", a, err, []string{"eep"}, []string{"central-asia"})
}
