package web

import (
	"context"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"corridor/editions"
	"corridor/postgres"
	"corridor/postgres/postgrestest"
)

// sentEdition returns a server with an edition of three articles, two of them in an emailed
// variant, and a draft.
func sentEdition(t *testing.T) (*Server, *postgres.DB, int64) {
	t.Helper()
	db, ctx := postgrestest.New(t), context.Background()
	schedule, err := editions.ParseSchedule("0 7 * * *")
	if err != nil {
		t.Fatal(err)
	}
	store, err := editions.New(db, editions.Options{
		Title: "Caspian Policy Center", BaseURL: "https://news.example.org", Language: "en", MaxArticles: 2, Zone: time.UTC,
		Schedules: map[editions.Frequency]editions.Schedule{editions.Daily: schedule}, Programs: []editions.Label{{Slug: "eep", Name: "Energy and Economy"}},
	}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	for i := range 3 {
		if _, err := db.Exec(`WITH n AS (UPDATE release_counter SET last_no = last_no + 1 RETURNING last_no)
			INSERT INTO articles (url, state, title, programs, content_hash, changed_at, first_seen_at, checked_at, release_no, released_at)
			SELECT $1, 'released', $2, '{eep}', '', $3, $3, $3, last_no, $3 FROM n`,
			fmt.Sprint("https://www.example.org/", i), fmt.Sprint("Article number ", i), noon.Add(-time.Hour)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := db.Exec(`WITH p AS (INSERT INTO preference_sets (programs, regions) VALUES ('{}', '{}') RETURNING id)
		INSERT INTO subscribers (email, folded, state, frequency, time_zone, preference_set_id, created_at) SELECT 'r@example.com', 'r@example.com', 'active', 'daily', 'UTC', id, $1 FROM p`, noon); err != nil {
		t.Fatal(err)
	}
	plan, err := store.SendDigest(ctx, editions.Daily, noon, noon)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := store.CreateSpecial(ctx, editions.Special{Subject: "A secret draft", Intro: "Not yet."}, noon); err != nil {
		t.Fatal(err)
	}
	return newServer(t, func(o *Options) { o.Editions = store }), db, plan.Variants[0].ID
}

func TestArchive(t *testing.T) {
	s, db, variant := sentEdition(t)
	var address string
	if err := db.Get(&address, `SELECT address FROM editions WHERE id = 1`); err != nil {
		t.Fatal(err)
	}
	edition := "/editions/" + address
	page := fmt.Sprintf("%s/%d", edition, variant)
	get := func(path string, status int, has, lacks []string) {
		t.Helper()
		w := httptest.NewRecorder()
		s.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		if w.Code != status {
			t.Errorf("%s: %d", path, w.Code)
		}
		for _, text := range has {
			if !strings.Contains(w.Body.String(), text) {
				t.Errorf("%s lacks %q", path, text)
			}
		}
		for _, text := range append(lacks, "corridor:") {
			if strings.Contains(w.Body.String(), text) {
				t.Errorf("%s has %q", path, text)
			}
		}
	}
	get("/editions", 200, []string{"Caspian Policy Center daily, 2 March 2026", "3 articles"}, []string{"secret draft"})
	get(edition, 200, []string{"Energy and Economy", "Article number 0", "Article number 2"}, nil)
	get(page, 200, []string{"Dear reader,", "Article number 0", "Article number 1", "And 1 more", "https://news.example.org" + page}, nil)
	get("/editions/1", 301, []string{edition}, nil)
	get(fmt.Sprintf("/editions/1/%d", variant), 301, []string{page}, nil)
	for _, path := range []string{edition + "/99", edition + "x", edition[:len(edition)-1], "/editions/0123456789abcdef0123456789abcdef", "/editions/2", "/editions/9", "/editions/x", "/editions/2/1", "/editions?before=x", "/editions/-1"} {
		get(path, 404, nil, []string{"secret draft"})
	}
	if _, err := db.Exec(`UPDATE articles SET state = 'withdrawn' WHERE title = 'Article number 1'`); err != nil {
		t.Fatal(err)
	}
	get(edition, 200, []string{"Article number 0"}, []string{"Article number 1"})
	get(page, 200, []string{"Article number 0", "Article number 2"}, []string{"Article number 1"})
	if _, err := db.Exec(`UPDATE editions SET state = 'held' WHERE id = 1`); err != nil {
		t.Fatal(err)
	}
	get(edition, 404, nil, []string{"Article number"})
	get(page, 404, nil, []string{"Article number"})
	get("/editions", 200, []string{"No edition has been sent yet"}, nil)
}
