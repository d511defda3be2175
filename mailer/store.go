package mailer

import (
	"database/sql"
	"database/sql/driver"
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

	marking  *statements // what connections wait for before they go on
	batching *statements // what happens once a batch
}

// NewStore returns the store of db's deliveries. resend is sending.uncertain = "resend".
func NewStore(db *postgres.DB, resend bool) *Store {
	return &Store{db: db, resend: resend, marking: newStatements(db), batching: newStatements(db)}
}

// Close gives back what the store keeps on the server.
func (s *Store) Close() {
	s.marking.close()
	s.batching.close()
}

// dropConn ends a connection; a mere Close would keep it in the pool, with its settings
// and locks.
func dropConn(c *sql.Conn) {
	_ = c.Raw(func(any) error { return driver.ErrBadConn })
	_ = c.Close()
}

func nullTime(t time.Time) sql.NullTime { return sql.NullTime{Time: t, Valid: !t.IsZero()} }
