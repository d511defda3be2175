package articles_test

import (
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

	newest, err := articles.Newest(t.Context(), db, 2)
	if err != nil || len(newest) != 2 || newest[0].Title != "b" || newest[1].Title != "a" || newest[1].Programs[1] != "spp" {
		t.Fatal(newest, err)
	}
	for _, c := range []struct {
		programs, regions []string
		want              int
	}{{nil, nil, 2}, {[]string{"eep"}, nil, 1}, {[]string{"eep", "spp"}, nil, 2}, {nil, []string{"central-asia"}, 1}, {[]string{"spp"}, []string{"south-caucasus"}, 0}} {
		got, err := articles.CountMatching(t.Context(), db, c.programs, c.regions, now.AddDate(0, 0, -30))
		if err != nil || got != c.want {
			t.Errorf("%v %v: %d, %v; want %d", c.programs, c.regions, got, err, c.want)
		}
	}
}
