package articles

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"corridor/articles/reading"
)

// TestLabelsOfPages labels the pages that the tests of package reading read.
func TestLabelsOfPages(t *testing.T) {
	files, err := filepath.Glob("reading/testdata/pages/*.json")
	if err != nil || len(files) < 15 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		facts, errFacts := os.ReadFile(file)
		body, errBody := os.ReadFile(strings.TrimSuffix(file, ".json") + ".html")
		if errFacts != nil || errBody != nil {
			t.Fatal(errFacts, errBody)
		}
		var want struct {
			URL, Skipped      string
			Programs, Regions []string
		}
		if err := json.Unmarshal(facts, &want); err != nil {
			t.Fatal(file, err)
		}
		if want.Skipped != "" {
			continue
		}
		r, err := reading.Read(t.Context(), reading.Page{URL: want.URL, ContentType: "text/html", Body: body})
		if err != nil {
			t.Fatal(file, err)
		}
		if r.URL == "" {
			r.URL = want.URL // a page need not say it
		}
		labels := caspian.Match(r, r.URL)
		programs, regions := Slugs(labels, ProgramLabel), Slugs(labels, RegionLabel)
		if !slices.Equal(programs, want.Programs) || !slices.Equal(regions, want.Regions) {
			t.Errorf("%s: %q and %q, want %q and %q", file, programs, regions, want.Programs, want.Regions)
		}
	}
}
