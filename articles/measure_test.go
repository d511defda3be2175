package articles

import (
	"os"
	"testing"
)

// sixRegions are the regions of the labelled set.
var sixRegions = Labels{Regions: []Region{
	{Slug: "central-asia", Name: "Central Asia", Labels: []string{"Central Asia"}, Countries: []string{"Kazakhstan", "Kyrgyzstan", "Tajikistan", "Turkmenistan", "Uzbekistan"}},
	{Slug: "south-caucasus", Name: "South Caucasus", Countries: []string{"Azerbaijan", "Armenia", "Georgia"}},
	{Slug: "turkiye", Name: "Türkiye", Countries: []string{"Türkiye"}},
	{Slug: "iran", Name: "Iran", Countries: []string{"Iran"}},
	{Slug: "russia", Name: "Russia", Countries: []string{"Russia"}},
	{Slug: "china", Name: "China", Countries: []string{"China"}},
}}

func casesOf(t *testing.T, path string) []Case {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	cases, faults := sixRegions.ReadCases(file)
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	return cases
}

// The goals hold on the cases that the rules were tuned on, and on those kept aside.
func TestRegionsReachTheGoals(t *testing.T) {
	var tuned, kept []Case
	for _, c := range casesOf(t, "testdata/regions/texts.jsonl") {
		if c.Kept {
			kept = append(kept, c)
		} else {
			tuned = append(tuned, c)
		}
	}
	if len(tuned)+len(kept) < 120 || 3*len(kept) < len(tuned)+len(kept) {
		t.Errorf("%d cases and %d kept aside", len(tuned), len(kept))
	}
	for name, cases := range map[string][]Case{"tuned": tuned, "kept aside": kept} {
		scores, mistakes := sixRegions.Measure(cases)
		all := scores[AllRegions]
		t.Logf("%s: precision %.3f, recall %.3f of %d", name, all.Precision(), all.Recall(), len(cases))
		if all.Precision() < 0.97 || all.Recall() < 0.95 {
			t.Errorf("%s: precision %.3f, recall %.3f", name, all.Precision(), all.Recall())
		}
		for _, m := range mistakes {
			if !m.Case.Kept {
				t.Logf("%s: %v, want %v: %v", m.Case.ID, m.Given, m.Case.Regions, m.Labels)
			}
		}
	}
}
