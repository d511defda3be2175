package hubs

import (
	"net/http"
	"strings"
	"testing"
)

func TestLinksOf(t *testing.T) {
	const base = "https://www.example.org/blog/feed.xml"
	want := Links{"https://hub.example.net/", "https://www.example.org/feed"}
	for _, c := range []struct {
		name   string
		header []string
		body   string
		want   Links
	}{
		{"a header", []string{`<https://hub.example.net/>; rel="hub", </feed>; rel="self"`}, "", want},
		{"two headers", []string{`<https://hub.example.net/>; rel=hub`, `<https://www.example.org/feed>; title="a, b; c"; rel=self`}, "", want},
		{"an address with a comma", []string{`<https://hub.example.net/?a,b;c>; rel="hub", </feed>; rel="self"`}, "", Links{"https://hub.example.net/?a,b;c", want.Topic}},
		{"Atom", nil, `<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><link rel="self" href="/feed"/><link rel="hub" href="https://hub.example.net/"/><entry>`, want},
		{"RSS", nil, `<rss xmlns:atom="http://www.w3.org/2005/Atom"><channel><link>https://www.example.org/</link><atom:link href="/feed" rel="self"/><atom10:link rel="hub" href="https://hub.example.net/"></atom10:link><item>`, want},
		{"JSON Feed", nil, `{"feed_url": "https://www.example.org/feed", "hubs": [{"type": "rssCloud", "url": "https://cloud.example/"}, {"type": "WebSub", "url": "https://hub.example.net/"}]}`, want},
		{"the first hub", nil, `<feed><link rel="hub" href="https://hub.example.net/"/><link rel="hub" href="https://second.example/"/><link rel="self" href="/feed"/>`, want},
		{"no hub", nil, `<feed><link rel="self" href="/feed"/></feed>`, Links{}},
		{"no topic", nil, `<feed><link rel="hub" href="https://hub.example.net/"/></feed>`, Links{}},
		{"a hub in an entry", nil, `<feed><link rel="self" href="/feed"/><entry><link rel="hub" href="https://hub.example.net/"/></entry></feed>`, Links{}},
		{"no web address", nil, `<feed><link rel="self" href="/feed"/><link rel="hub" href="mailto:hub@example.net"/></feed>`, Links{}},
		{"a hub beyond the head", nil, `<feed><link rel="self" href="/feed"/><!--` + strings.Repeat("x", maxHead) + `--><link rel="hub" href="https://hub.example.net/"/>`, Links{}},
		{"broken", []string{"<", "<a", `<a>; rel`, ">;rel=hub<"}, `<feed><link rel=`, Links{}},
		{"broken JSON", nil, `{"feed_url": 1`, Links{}},
	} {
		if got := LinksOf(http.Header{"Link": c.header}, []byte(c.body), base); got != c.want {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
	}
}

func FuzzLinksOf(f *testing.F) {
	f.Add(`<https://hub.example.net/>; rel="hub"`, `<feed><link rel="self" href="/feed"/>`)
	f.Add(`<a>;rel=self,<b>;rel=hub`, `{"hubs": []}`)
	f.Fuzz(func(t *testing.T, header, body string) {
		l := LinksOf(http.Header{"Link": {header}}, []byte(body), "https://www.example.org/feed")
		if (l.Hub == "") != (l.Topic == "") {
			t.Errorf("half of the links: %+v", l)
		}
		for _, address := range []string{l.Hub, l.Topic} {
			if address != "" && !strings.HasPrefix(address, "http") {
				t.Errorf("no web address: %q", address)
			}
		}
	})
}
