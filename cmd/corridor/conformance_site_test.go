//go:build conformance

package main

import (
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// siteArticle is an article as its website shows it, and as feeds must.
type siteArticle struct {
	slug, title        string
	authors            []string
	programs, regions  []string // names
	published, updated time.Time
	image              string
	body               string // HTML
	says               []string
}

// articleSite is a website whose articles can be changed while it runs.
type articleSite struct {
	*httptest.Server
	mu       sync.Mutex
	articles map[string]siteArticle
}

func newArticleSite(t *testing.T) *articleSite {
	s := &articleSite{articles: map[string]siteArticle{}}
	s.Server = httptest.NewServer(http.HandlerFunc(s.answer))
	t.Cleanup(s.Close)
	return s
}

func (s *articleSite) publish(articles ...siteArticle) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range articles {
		s.articles[p.slug] = p
	}
}

func (s *articleSite) remove(slug string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.articles, slug)
}

func (s *articleSite) answer(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r.URL.Path == "/sitemap.xml" {
		fmt.Fprint(w, `<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">`)
		for slug := range s.articles {
			fmt.Fprintf(w, `<url><loc>%s/research/%s</loc></url>`, s.URL, slug)
		}
		fmt.Fprint(w, `</urlset>`)
		return
	}
	p, ok := s.articles[strings.TrimPrefix(r.URL.Path, "/research/")]
	if !ok {
		http.Error(w, "gone", http.StatusGone)
		return
	}
	fmt.Fprint(w, p.page())
}

func (p siteArticle) page() string {
	authors := []map[string]string{}
	for _, name := range p.authors {
		authors = append(authors, map[string]string{"@type": "Person", "name": name})
	}
	facts := map[string]any{
		"@context": "https://schema.org", "@type": "NewsArticle", "headline": p.title, "author": authors, "datePublished": p.published.Format(time.RFC3339),
		"articleSection": p.programs, "keywords": p.regions,
	}
	if !p.updated.IsZero() {
		facts["dateModified"] = p.updated.Format(time.RFC3339)
	}
	if p.image != "" {
		facts["image"] = p.image
	}
	ld, err := json.Marshal(facts)
	if err != nil {
		panic(err) // plain values
	}
	return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>` + html.EscapeString(p.title) + `</title><script type="application/ld+json">` + string(ld) +
		`</script></head><body><article><h1>` + html.EscapeString(p.title) + `</h1>` + p.body + `</article></body></html>`
}

// words makes a text that is long enough for an article.
func words(about string) string {
	return strings.Repeat("<p>What is written about "+about+" is long enough to be taken for an article, and goes on.</p>", 6)
}

// sampleArticles returns articles, some of which try to break out of every format.
func sampleArticles(day time.Time) []siteArticle {
	at := func(hours int) time.Time { return day.Add(-time.Duration(hours) * time.Hour) }
	return []siteArticle{
		{
			slug: "plain", title: "Pipes under Sand", authors: []string{"Ada Writer"}, programs: []string{"Energy"}, regions: []string{"Central Asia"}, published: at(1),
			body: words("pipes"), says: []string{"What is written about pipes"},
		},
		{
			slug: "several", title: "Ports & Rails: “Who pays?”", authors: []string{"Ada Writer", "Bo O’Hara", "Çiğdem Ünal"},
			programs: []string{"Energy", "Security & Politics"}, regions: []string{"Central Asia", "South Caucasus"}, published: at(2), updated: at(1),
			image: "https://www.example.org/ports.jpg?w=1&h=2", body: words("ports"), says: []string{"What is written about ports"},
		},
		{
			slug: "hostile", title: `3 < 4 & 5 > "2" ]]> 🚢 'x' done`, authors: []string{"Ann ]]> O'Hara"}, programs: []string{"Security & Politics"},
			regions: []string{"South Caucasus"}, published: at(3),
			body: words("what comes before") + `<p>Before the break ]]&gt; and A &amp; B &lt;tag&gt; 🚢 there are enough words for a paragraph` + "\x01\x0b" + `,
				<a href="/relative?a=1&amp;b=2" onclick="alert(1)">a link</a> among them, and <a href="javascript:alert(1)">another</a> that nobody should follow.</p>
				<script>alert("script")</script><style>p{}</style><iframe src="https://evil.example/"></iframe><p>A picture <img src="/picture.png" onerror="alert(1)" alt="of it">.</p>
				<form action="/x"><input name="x"></form><object data="x"></object><p style="color:red">` + "\u202b" + `שלום עולם` + "\u202c" + ` is how the next sentence, which is
				long enough as well, begins; it is not closed <b>bold` + words("breaking out"),
			says: []string{"Before the break ]]> and A & B <tag> 🚢", "שלום עולם", "What is written about breaking out"},
		},
		{
			slug: "long", title: strings.TrimSpace(strings.Repeat("A very long headline ", 14)), authors: []string{"Ada Writer"}, programs: []string{"Energy"},
			regions: []string{"South Caucasus"}, published: at(4), body: strings.Repeat(words("length"), 40), says: []string{"What is written about length"},
		},
		{
			slug: "to-be-edited", title: "Borders at Night", authors: []string{"Çiğdem Ünal"}, programs: []string{"Security & Politics"}, regions: []string{"South Caucasus"},
			published: at(5), body: words("borders"), says: []string{"What is written about borders"},
		},
		{
			slug: "to-be-withdrawn", title: "Written in Haste", authors: []string{"Ada Writer"}, programs: []string{"Energy"}, regions: []string{"Central Asia"},
			published: at(6), body: words("haste"), says: []string{"What is written about haste"},
		},
	}
}
