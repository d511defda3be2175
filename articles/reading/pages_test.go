package reading

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// pageFacts are the facts that a person reads on a page of testdata/pages.
type pageFacts struct {
	URL         string   `json:"url"`
	Skipped     string   `json:"skipped"` // part of the reason why it is none
	Title       string   `json:"title"`
	Authors     []string `json:"authors"`
	Published   string   `json:"published"`
	Updated     string   `json:"updated"`
	Programs    []string `json:"programs"`
	Regions     []string `json:"regions"`
	ImageURL    string   `json:"image_url"`
	ImageCredit string   `json:"image_credit"`
	Text        []string `json:"text"` // each block of the body
}

// TestPages reads pages in the layouts that sites use and expects every fact of them,
// and of the body all and nothing else.
func TestPages(t *testing.T) {
	files, err := filepath.Glob("testdata/pages/*.json")
	if err != nil || len(files) < 15 {
		t.Fatal(files, err)
	}
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".json"), func(t *testing.T) {
			want := readPageFacts(t, file)
			body, err := os.ReadFile(strings.TrimSuffix(file, ".json") + ".html")
			if err != nil {
				t.Fatal(err)
			}
			r, err := Read(context.Background(), Page{URL: want.URL, ContentType: "text/html", Body: body})
			if want.Skipped != "" {
				if !errors.Is(err, ErrNoArticle) || !strings.Contains(err.Error(), want.Skipped) {
					t.Fatalf("%q, %v; want no article because of %q", r.ContentText, err, want.Skipped)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			r.URL = firstText(r.URL, want.URL)     // a page need not say it
			want.Programs, want.Regions = nil, nil // see TestLabelsOfPages of package articles
			if diff := cmp.Diff(want, factsOf(r, zone), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}

func readPageFacts(t *testing.T, file string) pageFacts {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var want pageFacts
	if err := json.Unmarshal(text, &want); err != nil {
		t.Fatal(file, err)
	}
	return want
}

func factsOf(r Reading, zone *time.Location) pageFacts {
	moment := func(at time.Time) string {
		if at.IsZero() {
			return ""
		}
		return at.In(zone).Format(time.RFC3339)
	}
	r = r.In(zone)
	return pageFacts{
		URL: r.URL, Title: r.Title, Authors: r.Authors, Published: moment(r.Published), Updated: moment(r.Updated),
		ImageURL: r.ImageURL, ImageCredit: r.ImageCredit, Text: strings.Split(r.ContentText, "\n\n"),
	}
}
