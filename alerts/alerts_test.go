package alerts

import (
	"testing"
	"time"

	"corridor/postgres/postgrestest"

	"github.com/jmoiron/sqlx"
)

// A trouble is open from its beginning to its end. A second beginning changes the title, and
// not the time.
func TestOpenTroubles(t *testing.T) {
	db := postgrestest.New(t)
	step := func(do func(tx *sqlx.Tx, open []Open) error) {
		t.Helper()
		if err := db.InTx(t.Context(), func(tx *sqlx.Tx) error {
			open, err := ListTx(t.Context(), tx)
			if err != nil {
				return err
			}
			return do(tx, open)
		}); err != nil {
			t.Fatal(err)
		}
	}
	begin := func(title string, at time.Time) {
		t.Helper()
		step(func(tx *sqlx.Tx, _ []Open) error {
			return BeginTx(t.Context(), tx, Alert{Kind: Source, Name: "site", Title: title}, at)
		})
	}
	begin("It fails", noon)
	begin("It fails again", noon.Add(time.Minute))
	step(func(tx *sqlx.Tx, open []Open) error {
		if len(open) != 1 || open[0].Title != "It fails again" || !open[0].Begun.Equal(noon) {
			t.Errorf("open: %+v", open)
		}
		over := open[0].Over(noon.Add(90 * time.Second))
		if over.Kind != Source || over.Name != "site" || over.Title != "Over: It fails again" || over.Text != "Staff were told of it 1m30s ago." {
			t.Errorf("over: %+v", over)
		}
		return EndTx(t.Context(), tx, open[0])
	})
	step(func(_ *sqlx.Tx, open []Open) error {
		if len(open) != 0 {
			t.Errorf("open after the end: %+v", open)
		}
		return nil
	})
}

// Without the database nothing is lost: every call fails.
func TestAlertsWithoutTheirTables(t *testing.T) {
	db := postgrestest.New(t)
	enqueue(t, db, Hook{}, "First")
	if n, err := Waiting(t.Context(), db); err != nil || n != 1 {
		t.Fatal(n, err)
	}
	db.MustExec(`ALTER TABLE alerts RENAME TO a; ALTER TABLE alert_posts RENAME TO p`)
	h := Hook{URL: "http://127.0.0.1:1"}
	for name, do := range map[string]func(tx *sqlx.Tx) error{
		"list":    func(tx *sqlx.Tx) error { _, err := ListTx(t.Context(), tx); return err },
		"begin":   func(tx *sqlx.Tx) error { return BeginTx(t.Context(), tx, Alert{}, noon) },
		"end":     func(tx *sqlx.Tx) error { return EndTx(t.Context(), tx, Open{}) },
		"enqueue": func(tx *sqlx.Tx) error { return h.EnqueueTx(t.Context(), tx, Alert{}, noon) },
		"deliver": func(*sqlx.Tx) error { _, err := h.Deliver(t.Context(), db, noon); return err },
		"waiting": func(*sqlx.Tx) error { _, err := Waiting(t.Context(), db); return err },
	} {
		if err := db.InTx(t.Context(), do); err == nil {
			t.Errorf("%s succeeds", name)
		}
	}
}
