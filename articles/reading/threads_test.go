package reading

import (
	"fmt"
	"strings"
	"testing"
)

// listPage is an article with a list below its text.
func listPage(t *testing.T, paragraphs int, list string) string {
	t.Helper()
	text := strings.Repeat("<p>The terminal handled a fifth more grain than a year ago, and the harbour master expects the same again.</p>", paragraphs)
	page := `<html lang="en"><head><title>The Quay at Aktau</title></head><body><div class="page"><h1>The Quay at Aktau</h1><div class="t">` + text + `</div>` + list + `</div></body></html>`
	r, err := Read(t.Context(), Page{URL: "https://www.example.org/research/x", ContentType: "text/html", Body: []byte(page)})
	if err != nil {
		t.Fatal(err)
	}
	return r.ContentText
}

// TestTeaserLists cuts announcements of other articles also where they hold more text than
// the article, and keeps the items of a text.
func TestTeaserLists(t *testing.T) {
	list := func(item string) string {
		var b strings.Builder
		for i := range 8 {
			fmt.Fprintf(&b, item, i)
		}
		return `<div class="l">` + b.String() + `</div>`
	}
	for _, c := range []struct {
		name, item string
		kept       bool
	}{
		{"announcements", `<div class="i"><h3><a href="/x%d">Another headline of the site</a></h3><p>Four ships came in on Monday, and nine trains left the yard behind the quay in the night.</p></div>`, false},
		{"items of a text", `<div class="i"><h3>Reason %d to build</h3><p>Four ships came in on Monday, and nine trains left the yard behind the quay in the night.</p></div>`, true},
		{"items that lead elsewhere, each with much text", `<div class="i"><h3><a href="https://other.example/%d">A port in numbers</a></h3>` + strings.Repeat("<p>Four ships came in on Monday, and nine trains left the yard behind the quay in the night.</p>", 6) + `</div>`, true},
	} {
		if text := listPage(t, 4, list(c.item)); strings.Contains(text, "Four ships") != c.kept {
			t.Errorf("%s: kept %v, want %v", c.name, !c.kept, c.kept)
		}
	}
}

// TestThreads cuts readers' comments without names or headings by the times of their
// lines, and keeps sections of one kind.
func TestThreads(t *testing.T) {
	list := func(head string) string {
		var b strings.Builder
		for i := range 12 {
			fmt.Fprintf(&b, `<div class="m"><div class="h">%s</div><div class="b">My uncle, who was a sailor on this sea for forty years, would have disagreed with most of it, number %d.</div></div>`, head, i)
		}
		return `<div class="rd">` + b.String() + `</div>`
	}
	for _, c := range []struct {
		head string
		kept bool
	}{
		{"Anna, 5 May 2026", false},
		{"Anna · 14:05", false},
		{"Anna, 3 hours ago", false},
		{"Anna sagt:", false},
		{"The first quay", true},
	} {
		if text := listPage(t, 4, list(c.head)); strings.Contains(text, "My uncle") != c.kept {
			t.Errorf("below lines like %q: kept %v, want %v", c.head, !c.kept, c.kept)
		}
	}
}
