package mailer

import (
	"database/sql"
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

	prepare    sync.Mutex
	recordStmt *sql.Stmt
}

// NewStore returns the store of db's deliveries. resend is sending.uncertain = "resend".
func NewStore(db *postgres.DB, resend bool) *Store { return &Store{db: db, resend: resend} }

// Close gives back what the store keeps on the server.
func (s *Store) Close() error {
	s.prepare.Lock()
	defer s.prepare.Unlock()
	if s.recordStmt == nil {
		return nil
	}
	err := s.recordStmt.Close()
	s.recordStmt = nil
	return err
}

func nullTime(t time.Time) sql.NullTime { return sql.NullTime{Time: t, Valid: !t.IsZero()} }
