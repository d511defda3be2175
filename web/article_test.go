package web

import (
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"

	"corridor/articles"
	"corridor/articles/reading"
	"corridor/postgres/postgrestest"
)

func TestArticlePage(t *testing.T) {
	store := articles.NewStore(postgrestest.New(t))
	own, _, err := store.Save(t.Context(), articles.Found{
		Reading: reading.Reading{
			Title: "Ports & \"corridors\"", Authors: []string{"Leyla", "Daniel"}, Published: noon, Summary: "Why ports matter.",
			ContentHTML: "<p>Body <em>text</em></p>", ContentText: strings.Repeat("word ", 960), Words: 960, Language: "en",
		},
		Programs: []string{"eep"}, Regions: []string{"central-asia"}, Language: "en",
	}, noon, func(id int64) string { return fmt.Sprintf("https://news.example.org/articles/%d", id) })
	if err != nil {
		t.Fatal(err)
	}
	elsewhere := saveArticle(t, store, "Elsewhere", "https://www.example.org/research/8", "eep")
	withdrawn := saveArticle(t, store, "Withdrawn", "", "eep")
	if _, err := store.Withdraw(t.Context(), withdrawn.ID, noon); err != nil {
		t.Fatal(err)
	}
	held := saveArticle(t, store, "Held", "", "eep")
	if _, err := store.Hold(t.Context(), held.ID, noon); err != nil {
		t.Fatal(err)
	}
	s := newServer(t, func(o *Options) { o.Articles = store })
	page := func(id int64) string { return fmt.Sprintf("/articles/%d", id) }
	for _, c := range []struct {
		path   string
		status int
		says   []string
	}{
		{page(own.ID), 200, []string{
			"<p>Body <em>text</em></p>", "Ports &amp;", "Leyla and Daniel", "2 March 2026", "4 minutes", `content="Why ports matter."`,
			`rel="canonical" href="https://news.example.org` + page(own.ID) + `"`, `href="https://news.example.org/feeds/programs/eep.atom"`, `href="https://news.example.org/feeds/all.rss"`,
		}},
		{"/articles/" + own.UID, 200, []string{"Ports &amp;"}},
		{page(elsewhere.ID), 302, nil},
		{page(withdrawn.ID), 410, []string{"withdrawn"}},
		{page(held.ID), 404, nil},
		{"/articles/1000", 404, nil},
	} {
		w := httptest.NewRecorder()
		s.ServeHTTP(w, httptest.NewRequest("GET", c.path, nil))
		if w.Code != c.status {
			t.Errorf("%s: %d, want %d", c.path, w.Code, c.status)
		}
		for _, text := range c.says {
			if !strings.Contains(w.Body.String(), text) {
				t.Errorf("%s does not say %q", c.path, text)
			}
		}
	}
	r := httptest.NewRequest("GET", page(own.ID), nil)
	r.Header.Set("Accept-Encoding", "gzip")
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	if w.Header().Get("Content-Encoding") != "gzip" || !strings.Contains(strings.Join(w.Header().Values("Vary"), ","), "Accept-Encoding") {
		t.Errorf("a public page is not compressed: %v", w.Header())
	}
}
