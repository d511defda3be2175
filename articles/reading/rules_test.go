package reading

import (
	"encoding/json"
	"os"
	"path"
	"slices"
	"strings"
	"testing"
	"time"

	"corridor/testkit"

	"github.com/google/go-cmp/cmp"
)

// TestEveryRuleIsNeeded takes each rule out of its table in turn: the page that it names
// is then read otherwise than expected, and with all rules as expected.
func TestEveryRuleIsNeeded(t *testing.T) {
	testkit.Heavy(t)
	rt := newRuleTest(t)
	read := map[string]bool{}
	for _, table := range tables {
		for i, r := range table.rules {
			if !read[r.page] {
				read[r.page] = true
				if difference := rt.isRead(t, r.page); difference != "" {
					t.Fatalf("%s is not read as expected:\n%s", r.page, difference)
				}
			}
			table.build(slices.Delete(slices.Clone(table.rules), i, i+1))
			difference := rt.isRead(t, r.page)
			table.build(table.rules)
			if difference == "" {
				t.Errorf("%s is read as expected without the rule %q: name a page that needs it, or delete it", r.page, r.text)
			}
		}
	}
	for name := range rt.rows {
		if !read["rows/"+name] {
			t.Errorf("no rule names the row %s of testdata/rows.txt", name)
		}
	}
}

// ruleTest reads the pages that rules name.
type ruleTest struct {
	rows  map[string]rowCase
	dates map[string]string
}

func newRuleTest(t *testing.T) *ruleTest {
	t.Helper()
	rt := &ruleTest{}
	_, rt.rows = readRows(t)
	text, err := os.ReadFile("testdata/dates/truth.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &rt.dates); err != nil {
		t.Fatal(err)
	}
	return rt
}

// isRead reports whether a page is read as its expectation says, and which difference there is.
func (rt *ruleTest) isRead(t *testing.T, page string) (difference string) {
	t.Helper()
	kind, name := path.Split(page)
	file := "testdata/" + page
	address := "https://www.example.org/research/x"
	read := func(address string) (Reading, error) {
		body, err := os.ReadFile(file + ".html")
		if err != nil {
			t.Fatal(err)
		}
		return Read(t.Context(), Page{URL: address, ContentType: "text/html", Body: body, Seen: time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)})
	}
	switch kind {
	case "rows/":
		r, known := rt.rows[name]
		if !known {
			t.Fatalf("testdata/rows.txt has no row %q", name)
		}
		return cmp.Diff(r.want, readRow(t, r))
	case "bodies/":
		want, err := os.ReadFile(file + ".txt")
		if err != nil {
			t.Fatal(err)
		}
		r, err := read(address)
		if err != nil {
			return err.Error()
		}
		return cmp.Diff(string(want), "By "+strings.Join(r.Authors, "; ")+"\n\n"+r.ContentText+"\n")
	case "dates/":
		r, err := read(address)
		if err != nil {
			return err.Error()
		}
		got := ""
		if !r.Published.IsZero() {
			got = r.Published.Format(time.DateOnly)
		}
		return cmp.Diff(rt.dates[name], got)
	case "pages/":
		want := readPageFacts(t, file+".json")
		r, err := read(want.URL)
		if err != nil {
			return err.Error()
		}
		r.URL = firstText(r.URL, want.URL)
		got := factsOf(r, newYork(t))
		got.Programs, got.Regions = want.Programs, want.Regions // see TestLabelsOfPages of package articles
		return cmp.Diff(asJSON(t, want), asJSON(t, got))
	}
	if kind == "walls/" {
		return rt.readWalls(t, name)
	}
	t.Fatalf("there are no test pages %q", page)
	return ""
}

// readWalls judges the pages of one kind and language in testdata/judge/walls.txt in
// each layout. The difference names a page that its words do not give away in any.
func (rt *ruleTest) readWalls(t *testing.T, name string) (difference string) {
	t.Helper()
	for _, p := range judgedPages(t, "walls.txt") {
		if wall := wallNames[p.kind]; string(wall)+" "+p.language == name && !hasWordsOf(t, p, wall) {
			difference += "no words of " + name + " in the page " + p.title + "\n"
		}
	}
	return difference
}

func hasWordsOf(t *testing.T, p judgedPage, wall Wall) bool {
	t.Helper()
	for _, layout := range layouts {
		verdict, j := judgeHTML(t, layout(p))
		if verdict != IsArticle && j.Wall == wall && (strings.Contains(j.Reason(), "it says \"") || strings.Contains(j.Reason(), "its title is")) {
			return true
		}
	}
	return false
}

func asJSON(t *testing.T, facts pageFacts) string {
	t.Helper()
	text, err := json.Marshal(facts)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func newYork(t *testing.T) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}
