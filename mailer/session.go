package mailer

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
)

const (
	// senderLock is the first key of the advisory lock that a living sender holds; the
	// second is its id.
	senderLock = 0x6d61696c
	// countLock is held while leases are counted against limits.
	countLock = senderLock + 1
)

// session is a sender's sign of life: a connection of its own that holds an advisory
// lock. When the process dies its connection ends, the lock is free, and others see
// at once that its batches are theirs. A process that only hangs keeps the lock; its
// leases run out.
type session struct {
	store *Store
	id    int64
	conn  *sql.Conn
}

// openSession registers a new sender.
func (s *Store) openSession(ctx context.Context) (*session, error) {
	conn, err := s.db.Conn(ctx)
	if err != nil {
		return nil, fmt.Errorf("mailer: opening a session: %w", err)
	}
	n := &session{store: s, conn: conn}
	err = conn.QueryRowContext(ctx, `SELECT nextval(pg_get_serial_sequence('senders', 'id'))`).Scan(&n.id)
	if err == nil { // the lock first: whoever sees the row without it takes the sender for dead
		_, err = conn.ExecContext(ctx, `SELECT pg_advisory_lock($1, $2)`, senderLock, n.id)
	}
	if err == nil {
		_, err = conn.ExecContext(ctx, `INSERT INTO senders (id, started_at) OVERRIDING SYSTEM VALUE VALUES ($1, now())`, n.id)
	}
	if err != nil {
		n.drop()
		return nil, fmt.Errorf("mailer: opening a session: %w", err)
	}
	return n, nil
}

// keep checks that the lock is still held, and takes it again on a new connection
// when the old one was lost. False: others have declared this sender dead, and given
// its batches away.
func (n *session) keep(ctx context.Context) (bool, error) {
	if n.conn != nil {
		if _, err := n.conn.ExecContext(ctx, `SELECT 1`); err == nil {
			return true, nil
		}
		n.drop()
	}
	conn, err := n.store.db.Conn(ctx)
	if err != nil {
		return true, fmt.Errorf("mailer: opening the session again: %w", err)
	}
	var locked, known bool
	err = conn.QueryRowContext(ctx, `SELECT pg_try_advisory_lock($1, $2)`, senderLock, n.id).Scan(&locked)
	if err == nil && locked {
		err = conn.QueryRowContext(ctx, `SELECT EXISTS (SELECT FROM senders WHERE id = $1)`, n.id).Scan(&known)
	}
	if err != nil || !locked { // not locked: the old connection's end has not been noticed yet
		conn.Close()
		return true, err
	}
	n.conn = conn
	return known, nil
}

// close signs off, and lets go of what could not be handed back.
func (n *session) close(ctx context.Context) error {
	_, err := n.store.db.ExecContext(ctx, `DELETE FROM senders WHERE id = $1`, n.id)
	if err == nil {
		err = n.store.letGo(ctx, n.id, nil)
	}
	n.drop()
	return err
}

// drop ends the connection, and with it the lock.
func (n *session) drop() {
	if n.conn != nil {
		dropConn(n.conn)
		n.conn = nil
	}
}

// reap frees the batches of senders that have died and returns how many those were.
func (s *Store) reap(ctx context.Context, self int64) (int, error) {
	var ids []int64
	if err := s.db.SelectContext(ctx, &ids, `SELECT id FROM senders WHERE id <> $1`, self); err != nil {
		return 0, fmt.Errorf("mailer: looking for dead senders: %w", err)
	}
	dead := 0
	for _, id := range ids {
		err := s.db.InTx(ctx, func(tx *sqlx.Tx) error {
			var free bool
			if err := tx.GetContext(ctx, &free, `SELECT pg_try_advisory_xact_lock($1, $2)`, senderLock, id); err != nil || !free {
				return err
			}
			dead++
			if _, err := tx.ExecContext(ctx, `
				WITH its AS MATERIALIZED (SELECT id FROM batches WHERE leased_by = $1 AND lease_until > now() ORDER BY id FOR NO KEY UPDATE)
				UPDATE batches b SET lease_until = now() FROM its WHERE b.id = its.id`, id); err != nil {
				return err
			}
			_, err := tx.ExecContext(ctx, `DELETE FROM senders WHERE id = $1`, id)
			return err
		})
		if err != nil {
			return dead, fmt.Errorf("mailer: burying sender %d: %w", id, err)
		}
	}
	return dead, nil
}

// nextDue returns when the next batch of an edition that is going out is due; false
// when none is.
func (s *Store) nextDue(ctx context.Context) (time.Duration, bool, error) {
	var wait sql.NullFloat64
	err := s.db.GetContext(ctx, &wait, `
		SELECT extract(epoch FROM min(b.due_at) - now()) FROM batches b JOIN editions e ON e.id = b.edition_id
		WHERE b.due_at > now() AND b.due_at < 'infinity' AND e.state = 'sending'`)
	if err != nil {
		return 0, false, fmt.Errorf("mailer: looking for what is due: %w", err)
	}
	return time.Duration(wait.Float64 * float64(time.Second)), wait.Valid, nil
}
