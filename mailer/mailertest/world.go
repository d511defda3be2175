// Package mailertest fills a database for the tests of the sender, and replaces package
// editions in them, which imports the sender. It does not import the packages under test,
// whose own tests import it. Its statements stand in a file of SQL: in Go, only the owner of
// a table writes it.
package mailertest

import (
	"context"
	_ "embed"
	"strings"
	"testing"
	"time"

	"corridor/postgres"
	"corridor/postgres/postgrestest"

	"github.com/jmoiron/sqlx"
)

//go:embed statements.sql
var statements string

// statement returns the SQL below the line "-- name" of statements.sql.
func statement(name string) string {
	_, rest, found := strings.Cut(statements, "-- "+name+"\n")
	if !found {
		panic("no statement " + name)
	}
	sql, _, _ := strings.Cut(rest, "\n-- ")
	return sql
}

// World is a database with readers and editions. Its methods fail the test on errors.
type World struct {
	t       testing.TB
	DB      *postgres.DB
	Context context.Context // not cancelled at the end of the test, as senders end after it

	protocol Protocol
}

// Protocol is the part of package deliveries that makes an edition ready to be sent.
type Protocol struct {
	EnqueueTx func(ctx context.Context, tx *sqlx.Tx, edition int64, query string, args ...any) (int64, error)
	ReadyTx   func(ctx context.Context, tx *sqlx.Tx, edition int64, now time.Time) error
}

// NewWorld returns an empty database that goes when the test ends.
func NewWorld(t testing.TB, p Protocol) *World {
	t.Helper()
	return &World{t: t, DB: postgrestest.New(t), Context: context.Background(), protocol: p}
}

// Exec executes a statement.
func (w *World) Exec(query string, args ...any) {
	w.t.Helper()
	if _, err := w.DB.Exec(query, args...); err != nil {
		w.t.Fatalf("%s: %v", query, err)
	}
}

// Number returns the only value of a query.
func (w *World) Number(query string, args ...any) (n int64) {
	w.t.Helper()
	if err := w.DB.Get(&n, query, args...); err != nil {
		w.t.Fatalf("%s: %v", query, err)
	}
	return n
}

// Readers adds n active readers, reader1@example.net and so on, at the given number of
// domains.
func (w *World) Readers(n, domains int) {
	w.t.Helper()
	w.Exec(statement("readers"), n, domains)
}

// Edition plans an edition with this HTML for all active readers, and returns its id.
func (w *World) Edition(html string) int64 {
	w.t.Helper()
	var planned struct{ Edition, Variant int64 }
	err := w.DB.InTx(w.Context, func(tx *sqlx.Tx) error {
		if err := tx.Get(&planned, statement("edition"), html); err != nil {
			return err
		}
		if _, err := w.protocol.EnqueueTx(w.Context, tx, planned.Edition, statement("planned"), planned.Variant); err != nil {
			return err
		}
		return w.protocol.ReadyTx(w.Context, tx, planned.Edition, time.Now())
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return planned.Edition
}

// States counts the deliveries of an edition by state; 0 means all editions.
func (w *World) States(edition int64) map[string]int {
	w.t.Helper()
	var rows []struct {
		State string
		N     int
	}
	if err := w.DB.Select(&rows, statement("states"), edition); err != nil {
		w.t.Fatal(err)
	}
	states := map[string]int{}
	for _, row := range rows {
		states[row.State] = row.N
	}
	return states
}

// Is reports whether an edition is in a state.
func (w *World) Is(edition int64, state string) bool {
	w.t.Helper()
	return w.Number(statement("state"), edition, state) == 1
}

// InFlight returns the number of deliveries in flight.
func (w *World) InFlight() int64 {
	w.t.Helper()
	return w.Number(statement("in flight"))
}

// Until waits for a condition.
func (w *World) Until(what string, ok func() bool) {
	w.t.Helper()
	deadline := time.Now().Add(time.Minute)
	for !ok() {
		if time.Now().After(deadline) {
			w.t.Fatalf("%s did not happen within a minute; states: %v", what, w.States(0))
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// DownTo reverts migrations down to the one with this name.
func (w *World) DownTo(last string) {
	w.t.Helper()
	for {
		name, err := w.DB.MigrateDown(w.Context)
		if err != nil || name == "" {
			w.t.Fatal(name, err)
		}
		if strings.Contains(name, last) {
			return
		}
	}
}
