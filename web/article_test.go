package web

import (
	"context"
	"net/http/httptest"
	"strings"
	"testing"

	"corridor/articles"
)

func TestArticlePage(t *testing.T) {
	known := map[string]articles.Article{
		"7": {
			URL: "https://news.example.org/articles/7", Title: "Ports & \"corridors\"", Authors: []string{"Leyla", "Daniel"}, Published: noon, Words: 960,
			Programs: []string{"eep"}, Regions: []string{"central-asia"}, Summary: "Why ports matter.", ContentHTML: "<p>Body <em>text</em></p>", Language: "en",
		},
		"8": {URL: "https://www.example.org/research/8", Title: "Elsewhere"},
	}
	s := newServer(t, func(o *Options) {
		o.Article = func(_ context.Context, key string) (articles.Article, error) {
			if a, ok := known[key]; ok {
				return a, nil
			}
			if key == "9" {
				return articles.Article{}, articles.ErrWithdrawn
			}
			return articles.Article{}, articles.ErrNoPage
		}
	})
	for _, c := range []struct {
		path   string
		status int
		says   []string
	}{
		{"/articles/7", 200, []string{
			"<p>Body <em>text</em></p>", "Ports &amp;", "Leyla and Daniel", "2 March 2026", "4 minutes", `content="Why ports matter."`,
			`rel="canonical" href="https://news.example.org/articles/7"`, `href="https://news.example.org/feeds/programs/eep.atom"`, `href="https://news.example.org/feeds/all.rss"`,
		}},
		{"/articles/8", 302, nil},
		{"/articles/9", 410, []string{"withdrawn"}},
		{"/articles/10", 404, nil},
	} {
		w := httptest.NewRecorder()
		s.ServeHTTP(w, httptest.NewRequest("GET", c.path, nil))
		if w.Code != c.status {
			t.Errorf("%s: %d", c.path, w.Code)
		}
		for _, text := range c.says {
			if !strings.Contains(w.Body.String(), text) {
				t.Errorf("%s does not say %q", c.path, text)
			}
		}
	}
	r := httptest.NewRequest("GET", "/articles/7", nil)
	r.Header.Set("Accept-Encoding", "gzip")
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	if w.Header().Get("Content-Encoding") != "gzip" || !strings.Contains(strings.Join(w.Header().Values("Vary"), ","), "Accept-Encoding") {
		t.Errorf("a public page is not compressed: %v", w.Header())
	}
}
