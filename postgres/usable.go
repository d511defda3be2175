package postgres

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// ErrUnusable is wrapped by the errors of [DB.CheckUsable] for a database that answers and
// that Corridor cannot work with.
var ErrUnusable = errors.New("this database cannot be used")

// CheckUsable returns an error of one line for a database that would fail later: one with
// another encoding than UTF-8, and one behind a pooler that gives a session's statements
// to several server connections, such as PgBouncer in transaction or statement mode.
// Advisory locks, LISTEN, prepared statements and settings need a session.
func (db *DB) CheckUsable(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	var encoding string
	if err := db.GetContext(ctx, &encoding, `SHOW server_encoding`); err != nil {
		return fmt.Errorf("postgres: reading the database's encoding: %w", err)
	}
	if encoding != "UTF8" {
		return fmt.Errorf("%w: its encoding is %s and must be UTF8; make another with: createdb --encoding=UTF8 --template=template0 NAME", ErrUnusable, encoding)
	}
	for range 3 {
		shared, err := db.sharesSessions(ctx)
		if err != nil {
			return err
		}
		if shared {
			return fmt.Errorf("%w: a pooler in front of it runs a session's statements on several connections (PgBouncer: pool_mode = transaction or statement); let database.url lead to PostgreSQL itself, or set pool_mode = session", ErrUnusable)
		}
	}
	return nil
}

// poolWait is how long a transaction may wait for a server connection. A pooler has no
// connection left where a transaction and another session's statement need two and it
// holds one.
const poolWait = 5 * time.Second

// sharesSessions reports whether something between us and the server moves sessions
// between its connections. A setting of one session must not show in a transaction of
// another, and must still be there while that transaction holds its connection. The
// statements take no parameters, which a pooler may not be able to carry.
func (db *DB) sharesSessions(ctx context.Context) (bool, error) {
	one, err := db.Conn(ctx)
	if err != nil {
		return false, err
	}
	defer one.Close()
	other, err := db.Conn(ctx)
	if err != nil {
		return false, err
	}
	defer other.Close()
	mark := rand.Text()
	if _, err := one.ExecContext(ctx, `SET corridor.session = '`+mark+`'`); err != nil {
		return false, fmt.Errorf("postgres: trying a session: %w", err)
	}
	seen, err := seenIn(ctx, one, other, mark)
	if err == nil && !seen {
		_, err = one.ExecContext(ctx, `RESET corridor.session`)
	}
	return seen, err
}

func seenIn(ctx context.Context, one, other *sql.Conn, mark string) (bool, error) {
	const look = `SELECT COALESCE(current_setting('corridor.session', true), '')`
	if _, err := other.ExecContext(ctx, `BEGIN`); err != nil {
		// A pooler in statement mode refuses a transaction, by an error or by hanging up.
		if _, gone := one.ExecContext(ctx, `SELECT 1`); gone == nil {
			return true, nil
		}
		return false, fmt.Errorf("postgres: trying a session: %w", err)
	}
	defer other.ExecContext(context.WithoutCancel(ctx), `ROLLBACK`) //nolint:errcheck // the connection is closed or goes on
	var inOther, inOne string
	if err := other.QueryRowContext(ctx, look).Scan(&inOther); err != nil {
		return false, fmt.Errorf("postgres: trying a session: %w", err)
	}
	waited, cancel := context.WithTimeout(ctx, poolWait)
	defer cancel()
	err := one.QueryRowContext(waited, look).Scan(&inOne)
	if err != nil && waited.Err() != nil && ctx.Err() == nil {
		return true, nil
	}
	if err != nil {
		return false, fmt.Errorf("postgres: trying a session: %w", err)
	}
	return inOther == mark || inOne != mark, nil
}
