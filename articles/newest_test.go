package articles_test

import (
	"errors"
	"strconv"
	"testing"
	"time"

	"corridor/articles"
	"corridor/postgres/postgrestest"
)

func TestNewestAndMatching(t *testing.T) {
	db := postgrestest.New(t)
	now := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	insert := func(title, state, programs, regions string, age time.Duration) {
		t.Helper()
		_, err := db.Exec(`
			INSERT INTO articles (url, state, title, published, programs, regions, content_hash, changed_at, first_seen_at, checked_at)
			VALUES ('https://www.example.org/' || $1, $2, $1, $3, $4, $5, '', $6, $6, $6)`, title, state, now.Add(-age), programs, regions, now)
		if err != nil {
			t.Fatal(err)
		}
	}
	insert("old", "released", "{eep}", "{}", 60*24*time.Hour)
	insert("a", "released", "{eep,spp}", "{central-asia}", 2*time.Hour)
	insert("b", "released", "{spp}", "{}", time.Hour)
	insert("held", "held", "{spp}", "{}", time.Minute)

	newest, err := articles.NewStore(db).Newest(t.Context(), 2)
	if err != nil || len(newest) != 2 || newest[0].Title != "b" || newest[1].Title != "a" || newest[1].Programs[1] != "spp" {
		t.Fatal(newest, err)
	}
	for _, c := range []struct {
		programs, regions []string
		want              int
	}{{nil, nil, 2}, {[]string{"eep"}, nil, 1}, {[]string{"eep", "spp"}, nil, 2}, {nil, []string{"central-asia"}, 1}, {[]string{"spp"}, []string{"south-caucasus"}, 0}} {
		got, err := articles.NewStore(db).CountMatching(t.Context(), c.programs, c.regions, now.AddDate(0, 0, -30))
		if err != nil || got != c.want {
			t.Errorf("%v %v: %d, %v; want %d", c.programs, c.regions, got, err, c.want)
		}
	}
}

func TestFindPublic(t *testing.T) {
	db := postgrestest.New(t)
	var id int64
	var uid string
	err := db.QueryRow(`
		INSERT INTO articles (url, state, title, content_html, content_hash, changed_at, first_seen_at, checked_at)
		VALUES ('https://news.example.org/articles/1', 'released', 'A', '<p>b</p>', '', now(), now(), now()) RETURNING id, uid`).Scan(&id, &uid)
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{strconv.FormatInt(id, 10), uid} {
		a, err := articles.NewStore(db).FindPublic(t.Context(), key)
		if err != nil || a.Title != "A" || a.ContentHTML != "<p>b</p>" || !a.Published.IsZero() {
			t.Errorf("%s: %+v, %v", key, a, err)
		}
	}
	for _, key := range []string{"", "0", "99", "x", "1;", uid + "0"} {
		if _, err := articles.NewStore(db).FindPublic(t.Context(), key); !errors.Is(err, articles.ErrNoPage) {
			t.Errorf("%q: %v", key, err)
		}
	}
	for state, want := range map[string]error{"held": articles.ErrNoPage, "withdrawn": articles.ErrWithdrawn} {
		if _, err := db.Exec(`UPDATE articles SET state = $1`, state); err != nil {
			t.Fatal(err)
		}
		if _, err := articles.NewStore(db).FindPublic(t.Context(), uid); !errors.Is(err, want) {
			t.Errorf("%s: %v", state, err)
		}
	}
}
