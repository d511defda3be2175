package editions

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"testing"
	"time"

	"github.com/lib/pq"

	"corridor/postgres"
	"corridor/postgres/postgrestest"
)

// world is a database with a store and short methods that change it.
type world struct {
	t     testing.TB
	db    *postgres.DB
	store *Store
	ctx   context.Context
}

// monday is 07:30 in New York on a Monday.
var monday = time.Date(2026, 11, 23, 12, 30, 0, 0, time.UTC)

func newWorld(t testing.TB) *world {
	db := postgrestest.New(t)
	store, err := New(db, testOptions(t), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return &world{t: t, db: db, store: store, ctx: context.Background()}
}

func testOptions(t testing.TB) Options {
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	schedules := map[Frequency]Schedule{}
	for f, s := range map[Frequency]string{Daily: "0 7 * * *", Weekly: "0 7 * * 1", Monthly: "0 7 1 * *"} {
		if schedules[f], err = ParseSchedule(s); err != nil {
			t.Fatal(err)
		}
	}
	return Options{
		Title: "Caspian Policy Center", SiteURL: "https://www.example.org", BaseURL: "https://news.example.org",
		Address: "1015 Example Street NW, Washington, DC", Language: "en", Zone: zone, Schedules: schedules,
		InstantDelay: 5 * time.Minute, Grace: 24 * time.Hour, MaxArticles: 20,
		Programs: []Label{{Slug: "eep", Name: "Energy and Economy Program"}, {Slug: "spp", Name: "Security and Politics Program"}},
		Regions:  []Label{{Slug: "central-asia", Name: "Central Asia"}, {Slug: "south-caucasus", Name: "South Caucasus"}},
	}
}

func (w *world) exec(query string, args ...any) {
	w.t.Helper()
	if _, err := w.db.Exec(query, args...); err != nil {
		w.t.Fatalf("%s: %v", query, err)
	}
}

func (w *world) number(query string, args ...any) int64 {
	w.t.Helper()
	var n int64
	if err := w.db.Get(&n, query, args...); err != nil {
		w.t.Fatalf("%s: %v", query, err)
	}
	return n
}

// reader adds an active reader without choices.
func (w *world) reader(email string, f Frequency, zone string, programs, regions []string) int64 {
	w.t.Helper()
	slices.Sort(programs)
	slices.Sort(regions)
	set := w.number(`
		INSERT INTO preference_sets (programs, regions) VALUES (COALESCE($1::text[], '{}'), COALESCE($2::text[], '{}'))
		ON CONFLICT (programs, regions) DO UPDATE SET programs = EXCLUDED.programs RETURNING id`, pq.Array(programs), pq.Array(regions))
	return w.number(`
		INSERT INTO subscribers (email, folded, state, frequency, time_zone, preference_set_id, created_at, confirmed_at)
		VALUES ($1, $1, 'active', $2, $3, $4, $5, $5) RETURNING id`, email, f, zone, set, monday.Add(-365*24*time.Hour))
}

// article adds an article that was released at the given time.
func (w *world) article(title string, at time.Time, programs, regions []string) int64 {
	w.t.Helper()
	id := w.number(`
		INSERT INTO articles (url, state, title, authors, published, programs, regions, summary, content_hash, changed_at, first_seen_at, checked_at)
		VALUES ($1, 'held', $2, '{Toghrul Ali}', $3, COALESCE($4::text[], '{}'), COALESCE($5::text[], '{}'), 'What it says.', '\x00', $3, $3, $3) RETURNING id`,
		"https://www.example.org/research/"+fmt.Sprint(w.number(`SELECT count(*) + 1 FROM articles`)), title, at, pq.Array(programs), pq.Array(regions))
	w.release(id, at)
	return id
}

// release gives an article the next number.
func (w *world) release(id int64, at time.Time) {
	w.t.Helper()
	w.exec(`WITH n AS (UPDATE release_counter SET last_no = last_no + 1 RETURNING last_no)
		UPDATE articles SET state = 'released', release_no = n.last_no, released_at = COALESCE(released_at, $2), numbered_at = $2, changed_at = $2 FROM n WHERE id = $1`, id, at)
}

func (w *world) send(f Frequency, at time.Time) *Plan {
	w.t.Helper()
	plan, err := w.store.SendDigest(w.ctx, f, at, at)
	if err != nil {
		w.t.Fatal(err)
	}
	return plan
}

func (w *world) planDue(now time.Time) {
	w.t.Helper()
	if err := w.store.PlanDue(w.ctx, now); err != nil {
		w.t.Fatal(err)
	}
}

// got returns the articles of a reader's deliveries, oldest delivery first.
func (w *world) got(reader int64) [][]int64 {
	w.t.Helper()
	rows, err := w.db.Query(`
		SELECT v.article_ids FROM deliveries d JOIN variants v ON v.id = d.variant_id
		WHERE d.subscriber_id = $1 ORDER BY d.edition_id`, reader)
	if err != nil {
		w.t.Fatal(err)
	}
	defer rows.Close()
	var all [][]int64
	for rows.Next() {
		var list pq.Int64Array
		if err := rows.Scan(&list); err != nil {
			w.t.Fatal(err)
		}
		all = append(all, list)
	}
	if err := rows.Err(); err != nil {
		w.t.Fatal(err)
	}
	return all
}
