package deliveries

import (
	"context"
	"strings"
	"testing"
	"time"

	"corridor/postgres"
	"corridor/postgres/postgrestest"

	"github.com/jmoiron/sqlx"
)

// world is a database with editions to deliver, and helpers to change it.
type world struct {
	t   testing.TB
	db  *postgres.DB
	ctx context.Context
}

func newWorld(t testing.TB) *world {
	return &world{t: t, db: postgrestest.New(t), ctx: context.Background()}
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

// readers adds n active readers, reader1@example.net and so on, at the given number of
// domains.
func (w *world) readers(n, domains int) {
	w.t.Helper()
	set := w.number(`INSERT INTO preference_sets (programs, regions) VALUES ('{}', '{}') ON CONFLICT (programs, regions) DO UPDATE SET programs = '{}' RETURNING id`)
	w.exec(`
		INSERT INTO subscribers (email, folded, name, state, frequency, time_zone, preference_set_id, created_at, confirmed_at)
		SELECT email, email, 'Reader ' || i, 'active', 'daily', 'UTC', $3, now(), now()
		FROM generate_series(1, $1::int) i,
			LATERAL (SELECT 'reader' || i || '@' || CASE $2::int WHEN 1 THEN '' ELSE 'd' || i % $2::int || '.' END || 'example.net' AS email) e`, n, domains, set)
}

// edition plans an edition for all readers.
func (w *world) edition(html string) int64 {
	w.t.Helper()
	edition := w.number(`INSERT INTO editions (kind, subject, state, created_at, started_at) VALUES ('special', 'News', 'sending', now(), now()) RETURNING id`)
	variant := w.number(`INSERT INTO variants (edition_id, article_ids, shown) VALUES ($1, '{}', 0) RETURNING id`, edition)
	rendering := w.number(`INSERT INTO renderings (variant_id, subject, html, text, created_at) VALUES ($1, 'News of today', $2, $3, now()) RETURNING id`,
		variant, html, "{{corridor:greeting}}\n\nThe news.\n\n{{corridor:why}}\nLeave: {{corridor:unsubscribe_url}}\n")
	w.exec(`UPDATE variants SET rendering_id = $2 WHERE id = $1`, variant, rendering)
	err := w.db.InTx(w.ctx, func(tx *sqlx.Tx) error {
		if _, err := EnqueueTx(w.ctx, tx, edition, `SELECT id AS subscriber_id, $1::bigint AS variant_id, domain FROM subscribers WHERE state = 'active'`, variant); err != nil {
			return err
		}
		return ReadyTx(w.ctx, tx, edition, time.Now())
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return edition
}

// downTo reverts migrations down to the given one.
func (w *world) downTo(last string) {
	w.t.Helper()
	for {
		name, err := w.db.MigrateDown(w.ctx)
		if err != nil || name == "" {
			w.t.Fatal(name, err)
		}
		if strings.Contains(name, last) {
			return
		}
	}
}

// until waits for a condition.
func (w *world) until(what string, ok func() bool) {
	w.t.Helper()
	deadline := time.Now().Add(60 * time.Second)
	for !ok() {
		if time.Now().After(deadline) {
			w.t.Fatalf("%s did not happen within a minute; states: %v", what, w.states(0))
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// states counts the deliveries of an edition by state; 0 means all editions.
func (w *world) states(edition int64) map[string]int {
	w.t.Helper()
	rows, err := w.db.Query(`SELECT state, count(*) FROM deliveries WHERE edition_id = $1 OR $1 = 0 GROUP BY state`, edition)
	if err != nil {
		w.t.Fatal(err)
	}
	defer rows.Close()
	states := map[string]int{}
	for rows.Next() {
		var state string
		var n int
		if err := rows.Scan(&state, &n); err != nil {
			w.t.Fatal(err)
		}
		states[state] = n
	}
	if err := rows.Err(); err != nil {
		w.t.Fatal(err)
	}
	return states
}

func (w *world) finished(edition int64) bool {
	return w.number(`SELECT count(*) FROM editions WHERE id = $1 AND state = 'finished'`, edition) == 1
}

func (w *world) held(edition int64) bool {
	return w.number(`SELECT count(*) FROM editions WHERE id = $1 AND state = 'held'`, edition) == 1
}

// holder is a sender with one lease, driven step by step.
type holder struct {
	*Store
	w      *world
	id     int64
	lease  *Lease
	flight *Flight
}

func (w *world) holder(id int64, resend bool) *holder {
	w.t.Helper()
	h := &holder{Store: New(w.db, Resend{Once: resend, After: time.Hour}, testEvents(), nil), w: w, id: id}
	w.t.Cleanup(h.Close)
	var err error
	if h.lease, err = h.Lease(w.ctx, id, 0, nil); err != nil || h.lease == nil {
		w.t.Fatal("nothing to lease: ", err)
	}
	h.flight = NewFlight(h.lease)
	return h
}

// mark puts all due deliveries in flight, and returns those that may be sent.
func (h *holder) mark() []Delivery {
	h.w.t.Helper()
	answers, err := h.Record(h.w.ctx, h.id, nil, []Ask{{Flight: h.flight, Want: h.lease.Deliveries}})
	if err != nil {
		h.w.t.Fatal(err)
	}
	return answers[0]
}

// end records and applies the result of a delivery in flight.
func (h *holder) end(d Delivery, state State) {
	h.w.t.Helper()
	if err := h.Apply(h.w.ctx, h.note(d, state)); err != nil {
		h.w.t.Fatal(err)
	}
}

// note records the result of a delivery in flight.
func (h *holder) note(d Delivery, state State) []Result {
	h.w.t.Helper()
	r := h.flight.Result(d, state)
	r.RenderingID, r.Code, r.Enhanced, r.Reply, r.Relay, r.Bytes, r.At = d.RenderingID, 250, "2.0.0", `2.0.0 "Ok"\`+"\uFFFD", "mx:25", 7, time.Now()
	if state == Deferred {
		r.Due = time.Now().Add(time.Hour)
	}
	results := []Result{r}
	Number(results)
	if _, err := h.Record(h.w.ctx, h.id, results, nil); err != nil {
		h.w.t.Fatal(err)
	}
	return results
}

func (w *world) expireLeases()    { w.exec(`UPDATE batches SET lease_until = now()`) }
func (w *world) beingSent() int64 { return w.number(`SELECT count(*) FROM being_sent`) }
