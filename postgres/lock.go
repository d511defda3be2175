package postgres

import (
	"context"
	"database/sql"
	"fmt"
	"sync"
	"time"
)

const (
	// lockRetry is how often a lock that another process holds is tried again.
	lockRetry = 200 * time.Millisecond
	// lockTimeout bounds one statement of a lock's connection.
	lockTimeout = 10 * time.Second
)

// Locks holds session advisory locks, any number on one connection, so that holding and
// waiting use no other connection of the pool. The locks end with the connection, and so
// with the process.
type Locks struct {
	db   *DB
	mu   sync.Mutex
	conn *sql.Conn      // nil while nothing is held
	held map[int64]bool // a session may take its own lock twice: this forbids it
}

// NewLocks returns a holder of locks that takes its connection from db.
func NewLocks(db *DB) *Locks { return &Locks{db: db, held: map[int64]bool{}} }

// Lock waits for the lock key, which one holder at a time has over all processes, and
// returns the function that gives it back. The error is ctx's or the database's.
func (l *Locks) Lock(ctx context.Context, key int64) (unlock func(), err error) {
	for {
		locked, err := l.try(ctx, key)
		if err != nil {
			return nil, fmt.Errorf("postgres: waiting for a lock: %w", err)
		}
		if locked {
			return func() { l.unlock(key) }, nil
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(lockRetry):
		}
	}
}

// TryLock takes the lock key if no other holder has it; else unlock is nil.
func (l *Locks) TryLock(ctx context.Context, key int64) (unlock func(), err error) {
	locked, err := l.try(ctx, key)
	if err != nil {
		return nil, fmt.Errorf("postgres: trying a lock: %w", err)
	}
	if !locked {
		return nil, nil
	}
	return func() { l.unlock(key) }, nil
}

func (l *Locks) try(ctx context.Context, key int64) (locked bool, err error) {
	if ctx.Err() != nil {
		return false, ctx.Err()
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.held[key] {
		return false, nil
	}
	// A statement that its context ends would take the connection, and every lock, along.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lockTimeout)
	defer cancel()
	if l.conn == nil {
		if l.conn, err = l.db.Conn(ctx); err != nil {
			return false, err
		}
	}
	if err = l.conn.QueryRowContext(ctx, `SELECT pg_try_advisory_lock($1)`, key).Scan(&locked); err != nil {
		l.letGo()
		return false, err
	}
	if locked {
		l.held[key] = true
	} else if len(l.held) == 0 {
		l.letGo()
	}
	return locked, nil
}

func (l *Locks) unlock(key int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.held, key)
	if l.conn == nil {
		return // the connection was lost, and the lock with it
	}
	ctx, cancel := context.WithTimeout(context.Background(), lockTimeout)
	defer cancel()
	if _, err := l.conn.ExecContext(ctx, `SELECT pg_advisory_unlock($1)`, key); err != nil || len(l.held) == 0 {
		l.letGo()
	}
}

// letGo gives the connection back.
func (l *Locks) letGo() {
	_ = l.conn.Close()
	l.conn = nil
}
