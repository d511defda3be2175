package postgres

import (
	"context"
	"fmt"
)

// Lock waits for the session advisory lock key, on a connection of its own, and
// returns what gives it back. The lock goes with the process however it ends.
func (db *DB) Lock(ctx context.Context, key int64) (unlock func(), err error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := conn.ExecContext(ctx, `SELECT pg_advisory_lock($1)`, key); err != nil {
		conn.Close()
		return nil, fmt.Errorf("postgres: waiting for a lock: %w", err)
	}
	return func() {
		// Not the caller's context: the lock must go also when that has ended.
		_, _ = conn.ExecContext(context.WithoutCancel(ctx), `SELECT pg_advisory_unlock($1)`, key)
		conn.Close()
	}, nil
}
