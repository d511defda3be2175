package reading

import (
	"os"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"
)

// rowPage is the page of testdata/rows.txt, with a row's fragment at its place.
const rowPage = `<!doctype html><html lang="en"><head><title>The Quay at Aktau</title>[head]</head><body><header><a href="/">Port Notes</a></header>
<main><article><h1>The Quay at Aktau</h1>[above]
<p>The terminal handled a fifth more grain than a year ago, and the harbour master expects the same again.</p>
<p>Officials from three ministries met in the old customs house, and “we count every truck”, they said.</p>[within]
<p>Critics answer that the tariff schedule is hard to read and harder to apply in practice.</p>
<p>None of the delegates wanted to guess when the work would be complete.</p>[below]</article>[outside]</main></body></html>`

// rowCase is a line of testdata/rows.txt.
type rowCase struct{ name, place, fragment, want string }

// readRow reads the page of a row and returns the facts that the fragment brings to the
// reading.
func readRow(t *testing.T, r rowCase) string {
	t.Helper()
	if r.place == "third" {
		return readNamed(t, r.fragment)
	}
	page := Page{URL: "https://www.example.org/research/x", ContentType: "text/html; charset=utf-8", Seen: time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)}
	body, asked, fragment := rowPage, page.URL, r.fragment
	switch r.place {
	case "address": // a redirect leads there
		page.URL, fragment = "https://www.example.org"+fragment, ""
	case "host":
		asked = strings.Replace(asked, "example.org", fragment, 1)
		page.URL, r.place, fragment = asked, "above", "<p>05/11/2026</p>"
	case "body":
		body = `<html lang="en"><head><title>The Quay at Aktau</title></head><body>[body]</body></html>`
	}
	body = strings.Replace(body, "["+r.place+"]", fragment, 1)
	for _, place := range []string{"head", "above", "within", "below", "outside"} {
		body = strings.Replace(body, "["+place+"]", "", 1)
	}
	page.Body = []byte(body)
	read, err := Read(t.Context(), page)
	said := rowFacts(read)
	if err != nil {
		said = []string{err.Error()}
	}
	if j := Judge(Case{Reading: read, Asked: asked, Final: page.URL}); j.Wall != "" {
		said = append(said, j.Reason())
	}
	return strings.Join(said, "; ")
}

// readNamed reads a page in trafilatura's way that has a text in an element of that class,
// and another one above it. It returns the first words of each paragraph that is found.
func readNamed(t *testing.T, class string) string {
	t.Helper()
	paragraph := func(words string) string {
		return "<p>" + words + strings.Repeat(" of the terminal handled a fifth more grain than a year ago", 6) + ".</p>"
	}
	page := "<body><div><div class=x1>" + paragraph("The masters") + "</div><div class=\"" + class + "\">" + paragraph("The cranes") + "</div></div></body>"
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	var opens []string
	for paragraph := range strings.SplitSeq(blockText(readThird(t.Context(), root)), "\n\n") {
		opens = append(opens, strings.Join(strings.Fields(paragraph)[:2], " "))
	}
	return strings.Join(opens, "; ")
}

// rowFacts are the facts of a reading that the page without a fragment does not have.
func rowFacts(r Reading) []string {
	var said []string
	say := func(name string, values ...string) {
		for _, value := range values {
			if value != "" {
				said = append(said, name+" "+value)
			}
		}
	}
	day := func(at time.Time) string {
		if at.IsZero() {
			return ""
		}
		return at.Format(time.DateOnly)
	}
	if r.Title != "The Quay at Aktau" {
		say("title", r.Title)
	}
	say("address", r.URL)
	say("by", r.Authors...)
	say("date", day(r.Published))
	if r.PublishedSureness > SureText {
		say("date is", []string{"labelled", "a feed's", "for machines"}[r.PublishedSureness-SureLabel])
	}
	say("updated", day(r.Updated))
	say("credit", r.ImageCredit)
	say("picture", strings.TrimPrefix(r.ImageURL, "https://www.example.org"))
	for _, label := range r.Labels {
		if label != "research" && label != "x" {
			say("label", label)
		}
	}
	for _, part := range strings.Split(r.ContentHTML, "<img ")[1:] {
		address, _, _ := strings.Cut(part, ">")
		say("image", strings.TrimSuffix(address, "/"))
	}
	for _, m := range r.Media {
		say("media", oneLine(string(m.Kind)+" "+m.Provider+" "+m.URL+" "+m.Title))
	}
	own := PlainText(rowPage)
	found := 0
	for _, paragraph := range strings.Split(r.ContentText, "\n\n") {
		if len(paragraph) > 60 && strings.Contains(own, paragraph) {
			found++
		} else {
			say("text", oneLine(paragraph))
		}
	}
	if found != 4 {
		say("text lacks paragraphs", "")
		said = append(said, "paragraphs are missing")
	}
	return said
}

// readRows are the rows of testdata/rows.txt, by name.
func readRows(t *testing.T) (names []string, rows map[string]rowCase) {
	t.Helper()
	data, err := os.ReadFile("testdata/rows.txt")
	if err != nil {
		t.Fatal(err)
	}
	rows = map[string]rowCase{}
	for line := range strings.Lines(string(data)) {
		if line = strings.TrimRight(line, "\n"); line == "" || line[0] == '#' {
			continue
		}
		f := strings.Split(line, " | ")
		if len(f) != 4 || rows[f[0]].name != "" {
			t.Fatalf("a row with %d fields or a name that another has: %s", len(f), line)
		}
		names = append(names, f[0])
		rows[f[0]] = rowCase{f[0], f[1], f[2], f[3]}
	}
	return names, rows
}

// TestRows reads fragments of pages, one for each rule that no whole page needs.
func TestRows(t *testing.T) {
	names, rows := readRows(t)
	for _, name := range names {
		if got := readRow(t, rows[name]); got != rows[name].want && !*update {
			t.Errorf("%s brings %q, want %q", name, got, rows[name].want)
		}
	}
	if !*update {
		return
	}
	data, err := os.ReadFile("testdata/rows.txt")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(data), "\n")
	for i, line := range lines {
		if f := strings.Split(line, " | "); len(f) == 4 && line[0] != '#' {
			lines[i] = strings.Join(append(f[:3], readRow(t, rows[f[0]])), " | ")
		}
	}
	if err := os.WriteFile("testdata/rows.txt", []byte(strings.Join(lines, "\n")), 0o644); err != nil {
		t.Fatal(err)
	}
}
