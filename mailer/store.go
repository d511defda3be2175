package mailer

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"sync"
	"time"

	"corridor/postgres"
)

// Store is the durable side of sending: leases, marks and results of deliveries, and
// the outbox. It is safe for concurrent use, in any number of processes on one
// database.
type Store struct {
	db *postgres.DB
	// resend says what becomes of deliveries whose sender died: false, they are
	// uncertain; true, they are queued once more with the same Message-ID.
	resend bool

	prepare sync.Mutex
	conn    *sql.Conn // the ledger's own
	stmt    *sql.Stmt
}

// NewStore returns the store of db's deliveries. resend is sending.uncertain = "resend".
func NewStore(db *postgres.DB, resend bool) *Store { return &Store{db: db, resend: resend} }

// Close gives back what the store keeps on the server.
func (s *Store) Close() {
	s.prepare.Lock()
	defer s.prepare.Unlock()
	s.dropStatement()
}

// statement is the prepared statement of the ledger, on a connection of its own. Its
// plan is made once: planning it anew costs twice what running it does, and no other
// one than by the keys is ever better.
func (s *Store) statement(ctx context.Context) (*sql.Stmt, error) {
	s.prepare.Lock()
	defer s.prepare.Unlock()
	if s.stmt != nil {
		return s.stmt, nil
	}
	conn, err := s.db.Conn(ctx)
	if err != nil {
		return nil, fmt.Errorf("mailer: preparing: %w", err)
	}
	s.conn = conn
	for _, setting := range []string{`SET plan_cache_mode = force_generic_plan`, `SET enable_seqscan = off`} {
		if _, err = conn.ExecContext(ctx, setting); err != nil {
			break
		}
	}
	if err == nil {
		s.stmt, err = conn.PrepareContext(ctx, recordSQL)
	}
	if err != nil {
		s.dropStatement()
		return nil, fmt.Errorf("mailer: preparing: %w", err)
	}
	return s.stmt, nil
}

// forgetStatement begins anew after an error: the connection may be lost.
func (s *Store) forgetStatement() {
	s.prepare.Lock()
	defer s.prepare.Unlock()
	s.dropStatement()
}

func (s *Store) dropStatement() {
	if s.stmt != nil {
		_ = s.stmt.Close()
	}
	if s.conn != nil {
		dropConn(s.conn)
	}
	s.stmt, s.conn = nil, nil
}

// dropConn ends a connection; a mere Close would keep it in the pool, with its settings
// and locks.
func dropConn(c *sql.Conn) {
	_ = c.Raw(func(any) error { return driver.ErrBadConn })
	_ = c.Close()
}

func nullTime(t time.Time) sql.NullTime { return sql.NullTime{Time: t, Valid: !t.IsZero()} }
