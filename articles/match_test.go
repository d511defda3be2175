package articles_test

import (
	"testing"
	"time"

	"corridor/articles"
	"corridor/postgres/postgrestest"

	"github.com/lib/pq"
	"pgregory.net/rapid"
)

func TestMatches(t *testing.T) {
	list := func(s ...string) []string { return s }
	for _, tt := range []struct {
		name                      string
		programs, regions, sp, sr []string
		want                      bool
	}{
		{"open set takes everything", nil, nil, nil, nil, true},
		{"open set takes labelled", list("eep"), list("ca"), nil, nil, true},
		{"same program", list("eep"), nil, list("eep"), nil, true},
		{"shares one of several", list("eep", "spp"), list("ca", "sc"), list("spp", "x"), list("sc"), true},
		{"other program", list("eep"), list("ca"), list("spp"), nil, false},
		{"program right, region wrong", list("eep"), list("ca"), list("eep"), list("sc"), false},
		{"no program label, program chosen", nil, list("ca"), list("eep"), list("ca"), false},
		{"no program label, open in programs", nil, list("ca"), nil, list("ca"), true},
		{"no region label, region chosen", list("eep"), nil, nil, list("ca"), false},
	} {
		if got := articles.Matches(tt.programs, tt.regions, tt.sp, tt.sr); got != tt.want {
			t.Errorf("%s: %v", tt.name, got)
		}
	}
}

// drawLabels draws some of three labels.
func drawLabels(t *rapid.T, name string) []string {
	return rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"a", "b", "c"}), 0, 3, rapid.ID).Draw(t, name)
}

// The rule in SQL agrees with the rule in Go.
func TestCountMatchingMatches(t *testing.T) {
	db := postgrestest.New(t)
	var id int64
	if err := db.Get(&id, `
		INSERT INTO articles (url, state, title, content_hash, released_at, changed_at, first_seen_at, checked_at)
		VALUES ('https://www.example.org/a', 'released', 'A', '', now(), now(), now(), now()) RETURNING id`); err != nil {
		t.Fatal(err)
	}
	store := articles.NewStore(db)
	rapid.Check(t, func(rt *rapid.T) {
		programs, regions := drawLabels(rt, "programs"), drawLabels(rt, "regions")
		setPrograms, setRegions := drawLabels(rt, "set programs"), drawLabels(rt, "set regions")
		if _, err := db.Exec(`UPDATE articles SET programs = $2, regions = $3 WHERE id = $1`, id, pq.Array(programs), pq.Array(regions)); err != nil {
			rt.Fatal(err)
		}
		n, err := store.CountMatching(t.Context(), setPrograms, setRegions, time.Now().Add(-time.Hour))
		if want := articles.Matches(programs, regions, setPrograms, setRegions); err != nil || (n == 1) != want {
			rt.Errorf("%d, %v; want %v", n, err, want)
		}
	})
}

func TestNames(t *testing.T) {
	known := []articles.Topic{{Slug: "b", Name: "Bees"}, {Slug: "a", Name: "Ants"}}
	labels, others := articles.Named(known, []string{"a", "gone", "b"})
	if len(labels) != 2 || labels[0].Name != "Bees" || labels[1].Name != "Ants" || len(others) != 1 || others[0] != "gone" {
		t.Error(labels, others)
	}
	if articles.NameOf(known, "a") != "Ants" || articles.NameOf(known, "gone") != "gone" {
		t.Error("names")
	}
}
