package reading

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// explainedPage has a part for each rule that TestFacts and TestCuts expect.
const explainedPage = `<html lang="en"><head><title>The Quay at Aktau | Port Notes</title>
<meta property="og:title" content="The Quay at Aktau"><meta property="og:site_name" content="Port Notes">
<meta name="description" content="Grain traffic grows at the quay of Aktau this year."><meta property="og:image" content="/quay.jpg"></head>
<body><header><a href="/">Port Notes, the newspaper of the harbours</a></header><main><article><h1>The Quay at Aktau</h1>
<div class="text" id="story"><p>The terminal handled a fifth more grain than a year ago, and the harbour master expects the same again.</p>
<p>Officials from three ministries met in the old customs house, and “we count every truck”, they said.</p>
<div hidden><p>A template of a card.</p></div>
<div class="newsletter-box"><p>Our newsletter comes on Fridays.</p></div>
<h3>Related articles</h3><ul><li><a href="/x">Why the sea is falling</a></li></ul></div></article></main></body></html>`

// TestFacts expects the rule and the element of each fact.
func TestFacts(t *testing.T) {
	r, err := Read(t.Context(), Page{URL: "https://www.example.org/x", ContentType: "text/html", Body: []byte(explainedPage)})
	if err != nil {
		t.Fatal(err)
	}
	facts := map[string]Fact{}
	for _, f := range r.Facts {
		if facts[f.Name].Name != "" {
			t.Errorf("%s is recorded twice", f.Name)
		}
		facts[f.Name] = f
	}
	for _, want := range []Fact{
		{"title", "The Quay at Aktau", "og:title without the site’s name", `meta[property="og:title"]`},
		{"language", "en", "the page’s statement", "html[lang]"},
		{"image", "https://www.example.org/quay.jpg", "the metadata", `meta[property="og:image"]`},
		{"summary", "Grain traffic grows at the quay of Aktau this year.", "the page’s description", `meta[name="description"]`},
		{"body", "36", "the smallest element with nearly all of the prose", "div#story"},
	} {
		if diff := cmp.Diff(want, facts[want.Name]); diff != "" {
			t.Errorf("-want +got\n%s", diff)
		}
	}
	if r.Cuts != nil {
		t.Error("cuts are recorded that were not asked for")
	}
}

// TestCuts expects every part that is left out, once, and the same text as without.
func TestCuts(t *testing.T) {
	page := Page{URL: "https://www.example.org/x", ContentType: "text/html", Body: []byte(explainedPage)}
	plain, err := Read(t.Context(), page)
	if err != nil {
		t.Fatal(err)
	}
	page.Explain = true
	r, err := Read(t.Context(), page)
	if err != nil || r.ContentHTML != plain.ContentHTML {
		t.Fatal(r.ContentHTML, err)
	}
	var cuts []string
	for _, c := range r.Cuts {
		cuts = append(cuts, c.Element+": "+c.Rule)
	}
	for _, want := range []string{
		"div#story > div: hidden",
		"header: an element of the site or a list of other articles",
		"div#story > div.newsletter-box: named “newsletter”",
		"div#story > ul: under the heading “Related articles”",
		"main > article > h1: the headline or the site’s name",
	} {
		if !strings.Contains("\n"+strings.Join(cuts, "\n")+"\n", "\n"+want+"\n") {
			t.Errorf("no cut %q in\n%s", want, strings.Join(cuts, "\n"))
		}
	}
}
