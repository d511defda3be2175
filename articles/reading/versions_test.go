package reading

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestVersions(t *testing.T) {
	head := `<link rel="alternate" hreflang="en" href="/en/port">
		<link rel="alternate" hreflang="ru_RU" href="https://example.org/ru/port?utm_source=x#top">
		<link rel="Alternate nofollow" hreflang="az" href="//example.org/az/port/">
		<link rel="alternate" hreflang="az" href="https://example.org/az/port">
		<link rel="alternate" hreflang="x-default" href="/port">
		<link rel="alternate" hreflang="not a tag" href="/de/port">
		<link rel="alternate" hreflang="de" href="javascript:void(0)">
		<link rel="stylesheet" hreflang="fr" href="/fr/port">
		<link rel="alternate" href="/feed.xml">`
	read := func(head string) Reading {
		t.Helper()
		page := `<html lang="en"><head><title>Port</title>` + head + `</head><body><main><h1>Port</h1><p>` + strings.Repeat("The port grows. ", 30) + `</p></main></body></html>`
		r, err := Read(t.Context(), Page{URL: "https://example.org/en/port", ContentType: "text/html", Body: []byte(page)})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	want := []Version{{"ru-RU", "https://example.org/ru/port"}, {"az", "https://example.org/az/port"}}
	if got := read(head).Versions; !slices.Equal(got, want) {
		t.Errorf("%v", got)
	}
	many := ""
	for i := range 200 {
		many += fmt.Sprintf(`<link rel="alternate" hreflang="ru" href="/ru/%d">`, i)
	}
	if n := len(read(many).Versions); n != maxVersions {
		t.Errorf("%d versions", n)
	}
}
