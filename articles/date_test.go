package articles_test

import (
	"strings"
	"testing"
	"time"

	"corridor/articles"
	"corridor/postgres/postgrestest"
)

// A date of publication after the release, by a slip of years or of hours, neither orders
// nor is printed.
func TestDatesToCome(t *testing.T) {
	db := postgrestest.New(t)
	now := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	insert := func(title string, published, updated any) {
		t.Helper()
		if _, err := db.Exec(`
			INSERT INTO articles (url, state, title, published, updated, content_hash, released_at, changed_at, first_seen_at, checked_at)
			VALUES ('https://www.example.org/' || $1, 'released', $1, $2, $3, '', $4, $4, $4, $4)`, title, published, updated, now); err != nil {
			t.Fatal(err)
		}
	}
	minute := time.Minute
	insert("years ahead", now.AddDate(3, 0, 0), now.AddDate(3, 0, 1))
	insert("hours ahead", now.Add(5*time.Hour), nil)
	insert("undated", nil, nil)
	insert("before", now.Add(-minute), now.Add(-minute/2))
	now = now.Add(time.Minute) // the next was released later
	insert("newest", now, nil)

	store := articles.NewStore(db)
	want := "newest undated hours ahead years ahead before"
	newest, err := store.Newest(t.Context(), 5)
	if err != nil {
		t.Fatal(err)
	}
	var order []string
	for _, h := range newest {
		order = append(order, h.Title)
		if h.Date.After(now) {
			t.Errorf("%s is dated %s", h.Title, h.Date)
		}
	}
	if got := strings.Join(order, " "); got != want {
		t.Errorf("newest are %s, want %s", got, want)
	}
	list, err := store.List(t.Context(), articles.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	order = nil
	for _, a := range list {
		order = append(order, a.Title)
		public, err := store.FindPublic(t.Context(), a.UID)
		if err != nil {
			t.Fatal(err)
		}
		if !public.Date.Equal(a.Date) || public.Updated != a.Updated && !public.Updated.Equal(a.Updated) {
			t.Errorf("%s: %s and %s, %s and %s", a.Title, public.Date, a.Date, public.Updated, a.Updated)
		}
		if a.Date.After(now) || a.Updated.After(now) || a.Date.IsZero() != (a.Title == "undated") {
			t.Errorf("%s is dated %s, updated %s", a.Title, a.Date, a.Updated)
		}
	}
	if got := strings.Join(order, " "); got != want {
		t.Errorf("listed are %s, want %s", got, want)
	}
	if n, err := store.CountMatching(t.Context(), nil, nil, now.Add(time.Hour)); n != 0 || err != nil {
		t.Errorf("%d articles are dated in an hour, %v", n, err)
	}
}

// The order by date uses an index.
func TestIndexOfDates(t *testing.T) {
	db := postgrestest.New(t)
	tx := db.MustBegin()
	defer tx.Rollback() //nolint:errcheck // nothing was written
	tx.MustExec(`SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off`)
	var plan []string
	if err := tx.Select(&plan, `EXPLAIN SELECT id FROM articles ORDER BY `+articles.DateSQL+` DESC, id DESC LIMIT 5`); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(strings.Join(plan, "\n"), "articles_newest") {
		t.Error(strings.Join(plan, "\n"))
	}
}
