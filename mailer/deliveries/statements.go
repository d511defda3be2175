package deliveries

import (
	"context"
	"database/sql"
	"fmt"

	"corridor/postgres"

	"github.com/jmoiron/sqlx"
)

// statements run over a connection outside the pool, one at a time, and are planned once:
// planning one of them costs more than running it, and a plan by keys is always the best.
// Their parameters are sent in binary. An error closes the connection, and the next
// statement opens another.
type statements struct {
	db   *postgres.DB
	turn chan struct{}

	conn      *sql.Conn // nil unless open
	closeConn func()
	prepared  map[string]*sql.Stmt
}

func newStatements(db *postgres.DB) *statements {
	return &statements{db: db, turn: make(chan struct{}, 1)}
}

// byKey are the settings for plans by keys, regardless of the contents of the tables.
var byKey = []string{
	`SET plan_cache_mode = force_generic_plan`, `SET enable_seqscan = off`, `SET enable_hashjoin = off`, `SET enable_mergejoin = off`, `SET jit = off`,
}

// run executes a statement and calls each for every row.
func (s *statements) run(ctx context.Context, query string, args []any, each func(*sql.Rows) error) error {
	select {
	case s.turn <- struct{}{}:
		defer func() { <-s.turn }()
	case <-ctx.Done():
		return ctx.Err()
	}
	err := s.execute(ctx, query, args, each)
	if err != nil {
		s.drop()
	}
	return err
}

func (s *statements) execute(ctx context.Context, query string, args []any, each func(*sql.Rows) error) error {
	stmt, err := s.prepare(ctx, query) //nolint:sqlclosecheck // drop closes it
	if err != nil {
		return fmt.Errorf("preparing: %w", err)
	}
	rows, err := stmt.QueryContext(ctx, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := each(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// ownTx is a transaction on the connection of statements. Only run keeps prepared
// statements; the other methods do not.
type ownTx struct {
	*sqlx.Conn
	statements *statements
}

// run is run of statements within the transaction.
func (t ownTx) run(ctx context.Context, query string, args []any, each func(*sql.Rows) error) error {
	return t.statements.execute(ctx, query, args, each)
}

// inTx runs fn in a transaction. An error of fn ends the connection, which rolls it back.
// [sql.Tx] would prepare every statement anew.
func (s *statements) inTx(ctx context.Context, fn func(tx ownTx) error) error {
	select {
	case s.turn <- struct{}{}:
		defer func() { <-s.turn }()
	case <-ctx.Done():
		return ctx.Err()
	}
	err := s.open(ctx)
	if err == nil {
		_, err = s.conn.ExecContext(ctx, `BEGIN`)
	}
	if err == nil {
		err = fn(ownTx{&sqlx.Conn{Conn: s.conn, Mapper: s.db.Mapper}, s})
	}
	if err == nil {
		_, err = s.conn.ExecContext(ctx, `COMMIT`)
	}
	if err != nil {
		s.drop()
	}
	return err
}

// open opens the connection, if it is not open.
func (s *statements) open(ctx context.Context) error {
	if s.conn != nil {
		return nil
	}
	conn, closeConn, err := s.db.OpenBinary(ctx)
	if err != nil {
		return err
	}
	s.conn, s.closeConn, s.prepared = conn, closeConn, map[string]*sql.Stmt{}
	for _, setting := range byKey {
		if _, err := conn.ExecContext(ctx, setting); err != nil {
			return err
		}
	}
	return nil
}

func (s *statements) prepare(ctx context.Context, query string) (*sql.Stmt, error) {
	if err := s.open(ctx); err != nil {
		return nil, err
	}
	if stmt := s.prepared[query]; stmt != nil {
		return stmt, nil
	}
	stmt, err := s.conn.PrepareContext(ctx, query)
	if err == nil {
		s.prepared[query] = stmt
	}
	return stmt, err
}

// one runs a statement that returns at most one row. The error is [sql.ErrNoRows] without a
// row.
func (s *statements) one(ctx context.Context, query string, args []any, into ...any) error {
	found := false
	err := s.run(ctx, query, args, func(rows *sql.Rows) error {
		found = true
		return rows.Scan(into...)
	})
	if err == nil && !found {
		return sql.ErrNoRows
	}
	return err
}

func (s *statements) close() {
	s.turn <- struct{}{}
	s.drop()
	<-s.turn
}

func (s *statements) drop() {
	if s.conn != nil {
		s.closeConn() // this ends the prepared statements too
		s.conn = nil
	}
}
