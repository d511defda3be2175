package web

import (
	"fmt"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"corridor/articles"
	"corridor/articles/reading"
	"corridor/postgres/postgrestest"
)

// TestPageOfAMergedArticle: the page of an article that was merged into another one leads to
// the page of that one.
func TestPageOfAMergedArticle(t *testing.T) {
	db := postgrestest.New(t)
	store := articles.NewStore(db)
	save := func() articles.Article {
		t.Helper()
		text := strings.Repeat("Ships come in and trains go out. ", 20)
		a, _, err := store.Save(t.Context(), articles.Found{
			Reading: reading.Reading{Title: "The port", Published: noon, ContentText: text, ContentHTML: "<p>" + text + "</p>"}, Source: "feed",
		}, noon, func(id int64) string { return fmt.Sprintf("https://news.example.org/articles/%d", id) })
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	older, younger := save(), save()
	g := articles.NewGatherer(db, nil, articles.Options{Log: slog.New(slog.DiscardHandler), Zone: time.UTC, Now: func() time.Time { return noon }})
	if _, _, err := g.Gather(t.Context()); err != nil {
		t.Fatal(err)
	}
	s := newServer(t, func(o *Options) { o.Articles = store })
	for path, want := range map[string]string{
		fmt.Sprintf("/articles/%d", older.ID):   "",
		"/articles/" + older.UID:                "",
		fmt.Sprintf("/articles/%d", younger.ID): older.URL,
		"/articles/" + younger.UID:              older.URL,
	} {
		w := httptest.NewRecorder()
		s.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		if got := w.Header().Get("Location"); got != want || w.Code != 200 && w.Code != 301 {
			t.Errorf("%s: %d to %q, want %q", path, w.Code, got, want)
		}
	}
}
