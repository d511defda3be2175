package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestSourcesAreTestedOnTheCommandLine(t *testing.T) {
	const page = `<!doctype html><html lang="en"><head><title>The quay grows longer</title><meta property="article:published_time" content="2026-05-04T08:00:00Z"></head>
<body><nav>Home and other pages</nav><article><h1>The quay grows longer</h1><p>By Jane Roe</p>`
	text := "<p>" + strings.Repeat("Kazakhstan builds a quay at Aktau, and the port needs it before the winter. ", 12) + "</p>"
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/f.xml":
			_, _ = w.Write([]byte(`<rss version="2.0"><channel><title>x</title><link>x</link><description>d</description><item><title>The quay grows longer</title><link>/a</link></item></channel></rss>`))
		case "/empty.xml":
			_, _ = w.Write([]byte(`<rss version="2.0"><channel><title>x</title><link>x</link><description>d</description></channel></rss>`))
		case "/a":
			_, _ = w.Write([]byte(page + text + `</article><aside class="promo"><p>Buy our book.</p></aside></body></html>`))
		default:
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(site.Close)
	source := func(name, path, selectors string) string {
		return "[[sources]]\nname = \"" + name + "\"\nkind = \"feed\"\nurl = \"" + site.URL + path + "\"\n" + selectors
	}
	term := newTerminal(t, readersConfig+"\n[gather]\nallow_networks = [\"127.0.0.0/8\"]\n"+source("port", "/f.xml", "")+source("none", "/empty.xml", "")+source("gone", "/gone.xml", "")+
		source("odd", "/f.xml", "[sources.selectors]\nbody = \".promo\"\ntitle = \".nothing\"\n"))
	term.play([]step{
		{"sources | test | " + site.URL + "/a", 0, []string{"verdict", "article, confidence", "source", "port", "The quay grows longer", "Jane Roe", "2026-05-04", "a gather would store it as new", "aside.promo"}},
		{"sources | test | " + site.URL + "/a | --text", 0, []string{"before the winter"}},
		{"sources | test | " + site.URL + "/a | --json", 0, []string{`"verdict": "article"`, `"labels"`, `"facts"`, `"known": null`}},
		{"sources | test | " + site.URL + "/a | --source | odd", 0, []string{"the source’s selector", ".promo", "selects nothing", "Buy our book."}},
		{"sources | test | " + site.URL + "/b", 1, []string{"404"}},
		{"sources | test | port", 0, []string{"port lists 1 entries; the newest 1", "The quay grows longer"}},
		{"sources | test | port | --json", 0, []string{`"verdict": "article"`}},
		{"sources | test | none", 1, []string{"none lists nothing that matches"}},
		{"sources | test | gone", 1, []string{"gone: ", "404"}},
		{"sources | test | nowhere", 2, []string{`there is no source "nowhere"`, "port, none, gone, odd"}},
		{"articles | list | --json", 0, []string{"[]"}},
	})
}
