package articles

import (
	"os"
	"slices"
	"strings"
	"testing"

	"corridor/articles/reading"
)

// caspian is the taxonomy of the first publication.
var caspian = Labels{
	Programs: []Program{
		{Slug: "eep", Name: "Energy and Economy Program", Labels: []string{"Energy and Economy Program (EEP)", "energy-and-economy-program-eep"}},
		{Slug: "spp", Name: "Security and Politics Program", Labels: []string{"Security and Politics Program (SPP)", "security-and-politics-program-spp"}},
		{Slug: "press", Name: "Press Releases", Labels: []string{"Press Release"}},
	},
	Regions: []Region{
		{Slug: "central-asia", Name: "Central Asia", Labels: []string{"Central Asia"}, Countries: []string{"Kazakhstan", "Kyrgyzstan", "Tajikistan", "Turkmenistan", "Uzbekistan"}},
		{Slug: "south-caucasus", Name: "South Caucasus", Labels: []string{"South Caucasus"}, Countries: []string{"Armenia", "Azerbaijan", "Georgia"}},
	},
}

func TestFirstRealArticle(t *testing.T) {
	body, err := os.ReadFile("testdata/seed.txt")
	if err != nil {
		t.Fatal(err)
	}
	r, err := reading.Text(body)
	if err != nil {
		t.Fatal(err)
	}
	if r.Title != "Kazakhstan and Azerbaijan Aim to Enhance Strategic Partnership" {
		t.Errorf("title %q", r.Title)
	}
	if !slices.Equal(r.Authors, []string{"Toghrul Ali"}) {
		t.Errorf("authors %q", r.Authors)
	}
	if got := r.Published.Format("2 January 2006"); got != "17 April 2023" {
		t.Errorf("published %s", got)
	}
	if r.ImageCredit != "President of the Republic of Azerbaijan" {
		t.Errorf("image credit %q", r.ImageCredit)
	}
	if r.Words != 971 {
		t.Errorf("%d words, want 971", r.Words)
	}
	if !strings.HasPrefix(r.ContentText, "On April 10, Azerbaijan’s President") || !strings.HasSuffix(r.ContentText, "clearly working to do.") {
		t.Errorf("body from %q to %q", r.ContentText[:50], r.ContentText[len(r.ContentText)-50:])
	}
	for _, kept := range []string{"Türkiye", "“long-term status,”", "“-relying on the unshakable bonds"} {
		if !strings.Contains(r.ContentText, kept) {
			t.Errorf("%q is lost", kept)
		}
	}
	labels := caspian.Match(r, "")
	programs, regions := Slugs(labels, ProgramLabel), Slugs(labels, RegionLabel)
	if len(programs) != 0 || !slices.Equal(regions, []string{"central-asia", "south-caucasus"}) {
		t.Errorf("labels %v %v", programs, regions)
	}
}
