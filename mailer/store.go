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

	prepare  sync.Mutex
	prepared *recordStatements // nil: not yet, or no longer
	often    map[string]*sql.Stmt
	ending   chan struct{} // bounds how many leases end at once: each such connection costs the server a start
}

// NewStore returns the store of db's deliveries. resend is sending.uncertain = "resend".
func NewStore(db *postgres.DB, resend bool) *Store {
	return &Store{db: db, resend: resend, often: map[string]*sql.Stmt{}, ending: make(chan struct{}, 2)}
}

// Close gives back what the store keeps on the server.
func (s *Store) Close() {
	s.forgetStatements()
	for _, stmt := range s.often {
		_ = stmt.Close()
	}
}

// recordStatements are the ledger's, on a connection of its own. Their plans are made
// once: planning one anew costs twice what running it does, and no other plan than by
// the keys is ever better.
type recordStatements struct {
	conn        *sql.Conn
	closeConn   func()
	quick, full *sql.Stmt
}

func (s *Store) recordStatements(ctx context.Context) (*recordStatements, error) {
	s.prepare.Lock()
	defer s.prepare.Unlock()
	if s.prepared != nil {
		return s.prepared, nil
	}
	conn, closeConn, err := s.db.OpenBinary(ctx)
	if err != nil {
		return nil, fmt.Errorf("mailer: preparing: %w", err)
	}
	p := &recordStatements{conn: conn, closeConn: closeConn}
	for _, setting := range []string{`SET plan_cache_mode = force_generic_plan`, `SET enable_seqscan = off`, `SET enable_memoize = off`} {
		if _, err = conn.ExecContext(ctx, setting); err != nil {
			break
		}
	}
	if err == nil {
		p.quick, err = conn.PrepareContext(ctx, quickRecordSQL)
	}
	if err == nil {
		p.full, err = conn.PrepareContext(ctx, fullRecordSQL)
	}
	if err != nil {
		p.drop()
		return nil, fmt.Errorf("mailer: preparing: %w", err)
	}
	s.prepared = p
	return p, nil
}

// forgetStatements begins anew after an error: the connection may be lost.
func (s *Store) forgetStatements() {
	s.prepare.Lock()
	defer s.prepare.Unlock()
	if s.prepared != nil {
		s.prepared.drop()
	}
	s.prepared = nil
}

func (p *recordStatements) drop() {
	for _, stmt := range []*sql.Stmt{p.quick, p.full} {
		if stmt != nil {
			_ = stmt.Close()
		}
	}
	p.closeConn()
}

// dropConn ends a connection; a mere Close would keep it in the pool, with its settings
// and locks.
func dropConn(c *sql.Conn) {
	_ = c.Raw(func(any) error { return driver.ErrBadConn })
	_ = c.Close()
}

func nullTime(t time.Time) sql.NullTime { return sql.NullTime{Time: t, Valid: !t.IsZero()} }
