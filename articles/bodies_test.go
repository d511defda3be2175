package articles

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write testdata/bodies anew; look at what changed")

// TestBodies reads pages of many builders and makes and expects the whole visible text
// of the article and nothing else: a line "By" with the authors, then the text.
func TestBodies(t *testing.T) {
	files, err := filepath.Glob("testdata/bodies/*.html")
	if err != nil || len(files) < 40 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".html"), func(t *testing.T) {
			body, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			r, err := ReadPage(context.Background(), Page{URL: "https://www.example.org/research/x", ContentType: "text/html", Body: body})
			if err != nil {
				t.Fatal(err)
			}
			got := "By " + strings.Join(r.Authors, "; ") + "\n\n" + r.ContentText + "\n"
			golden := strings.TrimSuffix(file, ".html") + ".txt"
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}
