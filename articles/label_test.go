package articles

import (
	"slices"
	"strings"
	"testing"
)

// reasonOf returns the label of an article with that slug.
func reasonOf(t *testing.T, a Article, slug string) Label {
	t.Helper()
	i := slices.IndexFunc(a.Labels, func(l Label) bool { return l.Label == slug })
	if i < 0 {
		t.Fatalf("%v has no %s", a.Labels, slug)
	}
	return a.Labels[i]
}

func TestLabelsKeepTheirReasons(t *testing.T) {
	_, c, g, a := labelled(t)
	if l := reasonOf(t, a, "eep"); l.Kind != ProgramLabel || l.Confidence != 1 || !strings.Contains(l.Reason, `label of the page: "eep"`) {
		t.Error(l)
	}
	if l := reasonOf(t, a, "central-asia"); l.Kind != RegionLabel || !l.IsSure() || l.Reason == "" {
		t.Error(l)
	}
	a, err := g.store.Label(t.Context(), a.ID, nil, []string{"south-caucasus"}, c.now)
	if l := reasonOf(t, a, "south-caucasus"); err != nil || l.Reason != "set by staff" || l.Confidence != 1 {
		t.Error(l, err)
	}
	a, _, err = g.store.ResetLabels(t.Context(), a.ID, c.now)
	if l := reasonOf(t, a, "central-asia"); err != nil || l.Reason == "set by staff" || len(a.Labels) != 2 {
		t.Error(a.Labels, err)
	}
}

// An article from before reasons were recorded has its labels, with a reason that says so.
func TestLabelWithoutAReason(t *testing.T) {
	a := Article{Programs: []string{"eep"}, Regions: []string{"iran"}}
	got := storedLabels{
		{RegionLabel, "iran", "weak", 0.3}, {RegionLabel, "china", "weaker", 0.2}, {RegionLabel, "russia", "read, not taken over", 0.9},
	}.of(a, false)
	var slugs []string
	for _, l := range got {
		slugs = append(slugs, l.Label)
	}
	if !slices.Equal(slugs, []string{"eep", "iran", "china"}) || !got[1].IsSure() || got[2].IsSure() {
		t.Error(got)
	}
}

// Unclear articles are those without a region that may be about one; staff's word ends it.
func TestUnclearArticles(t *testing.T) {
	s, c, g, a := labelled(t)
	page := func(title, last string) string {
		return "<!doctype html><title>" + title + "</title><article><h1>" + title + "</h1><p>" + strings.Repeat("The pier is long and has a light that burns at night, as ever. ", 20) + "</p><p>" + last + "</p></article>"
	}
	s.set("/research/two", "text/html", page("A lamp on the pier", "The glass came from Tajikistan. A Tajik keeper brought it, as he says, and the oil came from elsewhere."))
	s.set("/research/three", "text/html", page("A bell on the pier", "The bell came from the smith next door, as the keeper says, and the rope did not."))
	s.sitemap("/research/eep/one", "/research/two", "/research/three")
	gather(t, g, s)
	unclear := func() []string {
		list, err := g.store.List(t.Context(), Filter{Unclear: true})
		if err != nil {
			t.Fatal(err)
		}
		var titles []string
		for _, a := range list {
			titles = append(titles, a.Title)
		}
		return titles
	}
	if got := unclear(); !slices.Equal(got, []string{"A lamp on the pier"}) {
		t.Error(got)
	}
	two, err := g.store.Find(t.Context(), s.URL+"/research/two")
	if l := reasonOf(t, two, "central-asia"); err != nil || l.IsSure() {
		t.Error(l, err)
	}
	if _, err := g.store.Label(t.Context(), two.ID, nil, []string{}, c.now); err != nil {
		t.Fatal(err)
	}
	if got := unclear(); len(got) != 0 {
		t.Errorf("%v after staff labelled, beside %d", got, a.ID)
	}
}
