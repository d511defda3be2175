package articles

import (
	"testing"

	"corridor/articles/reading"
)

// Further hosts of a site count as its own: in listing pages, and for canonical addresses.
func TestFurtherHosts(t *testing.T) {
	s := Source{Name: "site", Kind: Listing, URL: "https://www.example.org/news", Hosts: []string{"m.example.org"}}
	for address, want := range map[string]bool{
		"https://www.example.org/news/a": true, "https://M.example.org/news/a": true, "https://example.net/news/a": false, "https://evil.m.example.org/a": false, ":": false,
	} {
		if got := isBelow(s, address); got != want {
			t.Errorf("%s: %v", address, got)
		}
	}
	page := `<!doctype html><html><head><link rel="canonical" href="https://m.example.org/a"></head><body><article><h1>A headline</h1><p>By Ann Reader</p><p>The ferry left the harbour before dawn, and it came back at night with forty wagons of grain.</p></article></body></html>`
	for _, c := range []struct {
		hosts []string
		want  string
	}{{nil, ""}, {[]string{"m.example.org"}, "https://m.example.org/a"}} {
		r, err := reading.Read(t.Context(), reading.Page{URL: "https://www.example.org/a", Body: []byte(page), Hosts: c.hosts})
		if err != nil || r.URL != c.want {
			t.Errorf("%v: %q %v", c.hosts, r.URL, err)
		}
	}
}
