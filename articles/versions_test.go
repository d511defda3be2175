package articles

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"corridor/articles/reading"
	"corridor/postgres/postgrestest"
	"corridor/testkit"
)

// TestLanguageVersions: articles whose pages name each other are linked, and stay articles of
// their own with their own texts.
func TestLanguageVersions(t *testing.T) {
	testkit.Heavy(t)
	s, c, db := newSite(t), start(), postgrestest.New(t)
	texts := map[string]string{"en": "The port grows", "ru": "Порт растёт", "az": "Liman böyüyür", "kk": "Порт өсуде"}
	// page has a text in a language, and names the pages at these paths, as "ru /ru/port".
	page := func(path, lang, canonical string, names ...string) {
		head := ""
		if canonical != "" {
			head = `<link rel="canonical" href="` + s.URL + canonical + `">`
		}
		for _, name := range names {
			language, target, _ := strings.Cut(name, " ")
			head += fmt.Sprintf(`<link rel="alternate" hreflang="%s" href="%s">`, language, target)
		}
		title := texts[lang] + " " + strings.ReplaceAll(path, "/", " ")
		html := testPage{title: title, date: today, lang: lang, text: strings.Repeat(title+" ", 8)}.html()
		s.set(path, "text/html; charset=utf-8", strings.Replace(html, "</head>", head+"</head>", 1))
	}
	all := []string{"en /en/port", "ru /ru/port", "az /az/port"}
	page("/en/port", "en", "", all...)
	page("/ru/port", "ru", "/en/port", all...) // its canonical address is that of the English page
	page("/az/port", "az", "", all...)
	page("/kk/port", "kk", "", "en /en/port") // nobody names it, but its target is listed
	// A theme that names one page on all of them.
	page("/ru/all", "ru", "")
	page("/en/one", "en", "", "ru /ru/all")
	page("/en/two", "en", "", "ru /ru/all")
	page("/en/front", "en", "", "ru /ru") // no article
	paths := []string{"/en/port", "/ru/port", "/az/port", "/kk/port", "/ru/all", "/en/one", "/en/two", "/en/front"}
	s.sitemap(paths...)
	g := newGatherer(t, db, c, Source{Name: "site", Kind: Sitemap, URL: s.URL + "/sitemap.xml"})
	versions := func(path string) []string {
		t.Helper()
		a, err := g.store.Find(t.Context(), s.URL+path)
		if err != nil || a.URL != s.URL+path {
			t.Fatal(path, a.URL, err)
		}
		list, err := g.store.Versions(t.Context(), a.ID)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, v := range list {
			got = append(got, v.Language+" "+strings.TrimPrefix(v.URL, s.URL))
		}
		return got
	}
	gather(t, g, s)
	settled(t, g, c, s)
	if ids := identities(t, g, s); len(ids) != len(paths) {
		t.Errorf("%v", ids)
	}
	for path, want := range map[string][]string{
		"/en/port":  {"az /az/port", "kk /kk/port", "ru /ru/port"},
		"/ru/port":  {"az /az/port", "en /en/port"},
		"/az/port":  {"en /en/port", "ru /ru/port"},
		"/kk/port":  {"en /en/port"},
		"/ru/all":   nil,
		"/en/one":   nil,
		"/en/front": nil,
	} {
		if got := versions(path); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", path, got, want)
		}
	}
	// A version that moves or goes is followed or dropped, and no article changes by it.
	s.redirect("/ru/port", "/ru/harbour", 301)
	page("/ru/harbour", "ru", "", "en /en/port")
	a, err := g.store.Find(t.Context(), s.URL+"/az/port")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := g.store.Withdraw(t.Context(), a.ID, c.now); err != nil {
		t.Fatal(err)
	}
	page("/en/port", "en", "")
	for _, outcome := range gather(t, g, s) {
		if outcome == New {
			t.Error("a new article")
		}
	}
	if got := versions("/en/port"); !slices.Equal(got, []string{"kk /kk/port", "ru /ru/harbour"}) {
		t.Errorf("after the move: %v", got)
	}
}

func TestTranslations(t *testing.T) {
	f := Found{Reading: reading.Reading{Language: "ru-RU", Versions: []reading.Version{{Language: "en", URL: "https://example.org/en/port"}, {Language: "ru", URL: "https://example.org/ru/port"}}}}
	for address, want := range map[string]bool{
		"http://www.example.org/en/port": true, "https://example.org/ru/port": false, "https://example.org/az/port": false,
	} {
		if got := f.isTranslation(address); got != want {
			t.Errorf("%s: %v", address, got)
		}
	}
}
