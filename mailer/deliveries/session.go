package deliveries

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
)

const (
	// senderLock is the first key of the advisory lock that a living sender holds; the second
	// is its id.
	senderLock = 0x6d61696c
	// countLock is held while leases are counted against limits.
	countLock = senderLock + 1
)

// Session is the heartbeat of a sender: a separate connection that holds an advisory lock.
// When the process dies, its connection ends and the lock is free, and other senders end
// its leases. A process that hangs keeps the lock; its leases expire.
type Session struct {
	store *Store
	id    int64
	conn  *sql.Conn // nil if lost
}

// ID is the sender's id, as in batches.leased_by.
func (n *Session) ID() int64 { return n.id }

// OpenSession registers a new sender.
func (s *Store) OpenSession(ctx context.Context) (*Session, error) {
	conn, err := s.db.Conn(ctx)
	if err != nil {
		return nil, fmt.Errorf("deliveries: opening a session: %w", err)
	}
	n := &Session{store: s, conn: conn}
	err = conn.QueryRowContext(ctx, `SELECT nextval(pg_get_serial_sequence('senders', 'id'))`).Scan(&n.id)
	if err == nil { // the lock first: a row without a lock is a dead sender
		_, err = conn.ExecContext(ctx, `SELECT pg_advisory_lock($1, $2)`, senderLock, n.id)
	}
	if err == nil {
		_, err = conn.ExecContext(ctx, `INSERT INTO senders (id, started_at) OVERRIDING SYSTEM VALUE VALUES ($1, now())`, n.id)
	}
	if err != nil {
		n.Drop()
		return nil, fmt.Errorf("deliveries: opening a session: %w", err)
	}
	return n, nil
}

// Keep checks that the lock is still held, and takes it again on a new connection if the
// old one was lost. It returns false if other senders have declared this one dead and ended
// its leases.
func (n *Session) Keep(ctx context.Context) (bool, error) {
	if n.conn != nil {
		if _, err := n.conn.ExecContext(ctx, `SELECT 1`); err == nil {
			return true, nil
		}
		n.Drop()
	}
	conn, err := n.store.db.Conn(ctx)
	if err != nil {
		return true, fmt.Errorf("deliveries: opening the session again: %w", err)
	}
	var locked, known bool
	err = conn.QueryRowContext(ctx, `SELECT pg_try_advisory_lock($1, $2)`, senderLock, n.id).Scan(&locked)
	if err == nil && locked {
		err = conn.QueryRowContext(ctx, `SELECT EXISTS (SELECT FROM senders WHERE id = $1)`, n.id).Scan(&known)
	}
	if err != nil || !locked { // the server has not noticed the end of the old connection yet
		conn.Close()
		return true, err
	}
	n.conn = conn
	return known, nil
}

// Close ends the session and the leases that could not be returned.
func (n *Session) Close(ctx context.Context) error {
	_, err := n.store.db.ExecContext(ctx, `DELETE FROM senders WHERE id = $1`, n.id)
	if err == nil {
		err = n.store.LetGo(ctx, n.id, nil)
	}
	n.Drop()
	return err
}

// Drop ends the connection, and with it the lock.
func (n *Session) Drop() {
	if n.conn != nil {
		dropConn(n.conn)
		n.conn = nil
	}
}

// dropConn closes a connection. Close alone would return it to the pool, with its settings
// and locks.
func dropConn(c *sql.Conn) {
	_ = c.Raw(func(any) error { return driver.ErrBadConn })
	_ = c.Close()
}
