package mailer

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"time"

	"corridor/mailer/message"
	"corridor/postgres"

	"github.com/lib/pq"
)

// Store is the durable side of sending: leases, marks and results of deliveries, and
// the outbox. It is safe for concurrent use, in any number of processes on one
// database.
type Store struct {
	db     *postgres.DB
	resend Resend
	events Events
	held   func(edition int64, reason string) // called when the store has held an edition

	marking  *statements // what connections wait for before they go on
	batching *statements // what happens once a batch
}

// Resend says what becomes of a delivery of unknown fate: its sender died, or the answer
// to its message never came. The zero value leaves it to staff.
type Resend struct {
	Once  bool          // it is sent once more, with the same Message-ID; after that staff decide
	After time.Duration // how long after the attempt
}

// NewStore returns the store of db's deliveries. It panics when a function of events is
// missing.
func NewStore(db *postgres.DB, resend Resend, events Events) *Store {
	if !events.complete() {
		panic("mailer: a store needs all functions of events")
	}
	return &Store{db: db, resend: resend, events: events, held: func(int64, string) {}, marking: newStatements(db), batching: newStatements(db)}
}

// Close gives back what the store keeps on the server.
func (s *Store) Close() {
	s.marking.close()
	s.batching.close()
}

// rendering reads a rendering, which package editions has written.
func (s *Store) rendering(ctx context.Context, id int64) (message.Rendering, error) {
	r := message.Rendering{ID: id}
	err := s.db.QueryRowContext(ctx, `
		SELECT subject, html, html_places, text, text_places FROM renderings WHERE id = $1`, id).
		Scan(&r.Subject, &r.HTML, (*pq.Int64Array)(&r.HTMLPlaces), &r.Text, (*pq.Int64Array)(&r.TextPlaces))
	if errors.Is(err, sql.ErrNoRows) {
		return r, fmt.Errorf("mailer: rendering %d is gone", id)
	}
	if err != nil {
		return r, fmt.Errorf("mailer: reading rendering %d: %w", id, err)
	}
	return r, nil
}

// dropConn ends a connection; a mere Close would keep it in the pool, with its settings
// and locks.
func dropConn(c *sql.Conn) {
	_ = c.Raw(func(any) error { return driver.ErrBadConn })
	_ = c.Close()
}
