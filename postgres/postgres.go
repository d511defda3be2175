// Package postgres is Corridor's only store: it connects, runs transactions,
// applies the schema of package migrations, listens for notifications, and keeps
// a private server when no other is configured.
//
// The other packages own their tables and their SQL; they get a [DB] from here.
package postgres

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

// DB is a pool of connections to one database, and the address it was opened with
// (a listener needs a separate connection).
type DB struct {
	*sqlx.DB
	URL string

	connections *connections  // of this pool and of those apart from it
	limit       time.Duration // of a statement; 0: none
}

// statementTime is how long a statement of [Open]'s pool may take: planning for a million
// readers takes a minute.
const statementTime = 15 * time.Minute

// patience is how long the server lets a transaction wait for its program. After it the
// transaction of a stopped program loses its locks, and other programs go on.
const patience = `SET idle_in_transaction_session_timeout = '30s'`

// durable makes commits wait for the disk, also where the default of the role, the
// database or the server is another; a stronger setting stays. A delivery's mark and a
// reader's opt-out must survive a power cut. Statements whose loss costs nothing opt out
// one by one.
const durable = `SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') NOT IN ('on', 'remote_apply')`

// connector makes connections. Their settings are set by statement: a pooler in between
// may refuse to begin a session with them.
type connector struct {
	*pq.Connector
	settings string
}

// connector returns the connector of the DB. The server ends a statement at the limit. A
// connection is closed when the server has not done so after a further quarter of the
// limit.
func (db *DB) connector(c pq.Config) (connector, error) {
	if c.ConnectTimeout == 0 {
		c.ConnectTimeout = connectTime
	}
	inner, err := pq.NewConnectorConfig(c)
	if err != nil {
		return connector{}, fmt.Errorf("postgres: %w", err)
	}
	inner.Dialer(dialer{db.connections, db.limit + db.limit/4})
	limit := fmt.Sprintf(`SET statement_timeout = %d`, db.limit.Milliseconds())
	return connector{inner, strings.Join([]string{patience, limit, durable}, "; ")}, nil
}

// Connect is [driver.Connector]'s.
func (c connector) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := conn.(driver.ExecerContext).ExecContext(ctx, c.settings, nil); err != nil {
		_ = conn.Close()
		return nil, err
	}
	return conn, nil
}

// Open connects to url, a libpq connection string or postgres:// address, and
// checks that the server answers. The pool holds at most maxConns connections. A
// statement may take a quarter of an hour.
func Open(ctx context.Context, url string, maxConns int) (*DB, error) {
	db, err := open(url, newConnections(), maxConns, statementTime)
	if err != nil {
		return nil, err
	}
	if err := db.PingContext(ctx); err != nil {
		db.Close()
		return nil, fmt.Errorf("postgres: cannot reach the database: %w", err)
	}
	return db, nil
}

// open makes a pool without connecting.
func open(url string, connections *connections, maxConns int, limit time.Duration) (*DB, error) {
	c, err := pq.NewConfig(url)
	if err != nil {
		return nil, fmt.Errorf("postgres: %w", err)
	}
	db := &DB{URL: url, connections: connections, limit: limit}
	connector, err := db.connector(c)
	if err != nil {
		return nil, err
	}
	db.DB = sqlx.NewDb(sql.OpenDB(connector), "postgres")
	db.SetMaxOpenConns(maxConns)
	db.SetMaxIdleConns(maxConns)
	db.SetConnMaxIdleTime(5 * time.Minute)
	return db, nil
}

// Apart returns a separate pool to the same database, of maxConns connections at most. Its
// statements are ended after limit; 0: no limit. It connects when it is used, and must be
// closed.
func (db *DB) Apart(maxConns int, limit time.Duration) (*DB, error) {
	return open(db.URL, db.connections, maxConns, limit)
}

// Cut ends all connections of the DB and of the pools apart from it, for a server that no
// longer answers: calls that wait for an answer get an error, and the next statement
// connects anew.
func (db *DB) Cut() { db.connections.cut() }

// Tx is a transaction of any kind of connection. [sqlx.Tx] is one; [sqlx.GetContext] and
// [sqlx.SelectContext] take one.
type Tx interface {
	sqlx.QueryerContext
	sqlx.ExecerContext
}

// InTx runs fn in a transaction and commits it when fn returns nil; otherwise, and
// when fn panics, it is rolled back. fn may be long in statements but must not wait
// for anything outside the database.
func (db *DB) InTx(ctx context.Context, fn func(tx *sqlx.Tx) error) error {
	tx, err := db.BeginTxx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if err := fn(tx); err != nil {
		return err
	}
	return tx.Commit()
}

// Constraint tells which named constraint err violates, or "" when it is no
// violation of one. Stores use it to turn driver errors into their own.
func Constraint(err error) string {
	var e *pq.Error
	if errors.As(err, &e) && strings.HasPrefix(string(e.Code), "23") {
		return e.Constraint
	}
	return ""
}
