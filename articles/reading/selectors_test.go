package reading

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"
)

// oddPage is a page that the rules read wrongly: its text stands in a hidden part with a name of
// a menu, and its headline in a link of the navigation.
var oddPage = `<!doctype html><html lang="en"><head><title>Site</title></head><body>
<nav><a class="real" href="/">The quay grows longer</a></nav><h1>Welcome to the site</h1>
<div class="who"><b>Jane Roe</b> <b>Ali Khan</b></div><p class="when">Printed on 04.05.2026</p>
<div style="display:none" class="menu"><div class="story"><p>The quay at Aktau grows by two hundred metres this year.</p><p class="promo">Buy our book.</p>
<script>alert(1)</script><p>Wagons wait there for weeks, and the men count them by lamp light.</p></div></div>
<div class="story"><p>A second part of the text stands in another element.</p></div>
<main><p>` + filler + `</p></main></body></html>`

var filler = strings.Repeat("This is a text of the site that belongs to no article, and it is long. ", 12)

func TestSelectorsWin(t *testing.T) {
	s := Selectors{Title: "a.real", Body: ".story", Authors: ".who b", Published: ".when", Remove: []string{".promo", "main"}}
	if err := s.Check(); err != nil {
		t.Fatal(err)
	}
	r, err := Read(context.Background(), Page{URL: "https://www.example.org/a", Body: []byte(oddPage), Selectors: s, Explain: true, Seen: time.Date(2026, 5, 6, 0, 0, 0, 0, time.UTC)})
	if err != nil {
		t.Fatal(err)
	}
	const text = "The quay at Aktau grows by two hundred metres this year.\n\nWagons wait there for weeks, and the men count them by lamp light.\n\nA second part of the text stands in another element."
	if r.Title != "The quay grows longer" || r.ContentText != text || !slices.Equal(r.Authors, []string{"Jane Roe", "Ali Khan"}) || r.Published.Format(time.DateOnly) != "2026-05-04" {
		t.Errorf("%q %q %q %v", r.Title, r.ContentText, r.Authors, r.Published)
	}
	for _, name := range []string{"title", "body", "author", "published"} {
		at := slices.IndexFunc(r.Facts, func(f Fact) bool { return f.Name == name })
		if at < 0 || r.Facts[at].Rule != bySelector {
			t.Errorf("%s is not by a selector: %+v", name, r.Facts)
		}
	}
	if !slices.ContainsFunc(r.Cuts, func(c Cut) bool { return strings.Contains(c.Rule, ".promo") && c.Words == 3 }) {
		t.Errorf("what was removed is not among the cuts: %+v", r.Cuts)
	}
}

// A fact that its selector does not find is read by the rules, and the selector is named.
func TestSelectorsThatSelectNothing(t *testing.T) {
	page := `<!doctype html><html lang="en"><body><main><article><h1>The quay grows longer</h1><p>By Jane Roe</p><p>` + filler + `</p></article></main></body></html>`
	plain, err := Read(context.Background(), Page{Body: []byte(page)})
	if err != nil {
		t.Fatal(err)
	}
	r, err := Read(context.Background(), Page{Body: []byte(page), Selectors: Selectors{Title: ".none", Body: "#none", Authors: ".none", Published: "time", Remove: []string{".none"}}})
	if err != nil || r.Title != plain.Title || r.ContentHTML != plain.ContentHTML || !slices.Equal(r.Authors, plain.Authors) {
		t.Errorf("%+v %v", r, err)
	}
	none := 0
	for _, f := range r.Facts {
		if f.Name == "selector" && f.Rule == "selects nothing" {
			none++
		}
	}
	if none != 4 {
		t.Errorf("%d selectors are named: %+v", none, r.Facts)
	}
}

// A selector of the whole page, or of elements within each other, takes each text once.
func TestSelectorsOfOuterElements(t *testing.T) {
	for _, c := range []struct{ selector, text string }{
		{".story, .story p", "The quay at Aktau grows by two hundred metres this year.\n\nBuy our book.\n\nWagons wait there for weeks, and the men count them by lamp light.\n\nA second part of the text stands in another element."},
		{"p.promo", "Buy our book."},
	} {
		r, err := Read(context.Background(), Page{Body: []byte(oddPage), Selectors: Selectors{Body: c.selector}})
		if r.ContentText != c.text {
			t.Errorf("%s: %q, %v", c.selector, r.ContentText, err)
		}
	}
	if r, err := Read(context.Background(), Page{Body: []byte(oddPage), Selectors: Selectors{Body: "html, body", Remove: []string{"html"}}}); err == nil {
		t.Errorf("the page without its root gave %q", r.Title)
	}
}

func TestSelectorsAreChecked(t *testing.T) {
	for _, s := range []Selectors{{Title: "h1["}, {Body: "::"}, {Remove: []string{".a", "> >"}}} {
		if err := s.Check(); err == nil || !strings.Contains(err.Error(), "is no CSS selector") {
			t.Errorf("%+v: %v", s, err)
		}
	}
}

func FuzzSelectors(f *testing.F) {
	f.Add(".story", oddPage)
	f.Add("*", "<p>text</p>")
	f.Add("p:has(b)", "<p><b>text</b></p>")
	f.Fuzz(func(t *testing.T, selector, page string) {
		s := Selectors{Title: selector, Body: selector, Authors: selector, Published: selector, Remove: []string{selector}}
		if s.Check() != nil || len(page) > 10_000 || len(selector) > 100 {
			return
		}
		_, _ = Read(context.Background(), Page{Body: []byte(page), Selectors: s})
		s.Remove = nil
		_, _ = Read(context.Background(), Page{Body: []byte(page), Selectors: s})
	})
}
