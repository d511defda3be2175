package mailer

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/jmoiron/sqlx"
)

// prepareOften prepares what leasing and handing back run for every batch: planning
// those statements costs more than running them. It is called before there are
// transactions, which would each keep a connection from it.
func (s *Store) prepareOften(ctx context.Context) error {
	for _, query := range []string{leaseSQL, jobsSQL, giveBackSQL, isOverSQL} {
		stmt, err := s.db.PrepareContext(ctx, query) //nolint:sqlclosecheck // Close closes it
		if err != nil {
			return fmt.Errorf("mailer: preparing: %w", err)
		}
		s.often[query] = stmt
	}
	return nil
}

// often is a statement that is prepared if a sender runs here.
type often struct {
	on interface {
		QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
		QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
	}
	stmt  *sql.Stmt // nil: not prepared
	query string
}

// alone is the statement in a transaction of its own.
func (s *Store) alone(query string) often { return often{s.db, s.often[query], query} }

// inTx is the statement in that transaction.
func (s *Store) inTx(ctx context.Context, tx *sqlx.Tx, query string) often {
	o := often{tx, s.often[query], query}
	if o.stmt != nil {
		o.stmt = tx.StmtContext(ctx, o.stmt) //nolint:sqlclosecheck // it ends with the transaction
	}
	return o
}

func (o often) rows(ctx context.Context, args ...any) (*sql.Rows, error) {
	if o.stmt == nil {
		return o.on.QueryContext(ctx, o.query, args...)
	}
	return o.stmt.QueryContext(ctx, args...)
}

func (o often) row(ctx context.Context, args ...any) *sql.Row {
	if o.stmt == nil {
		return o.on.QueryRowContext(ctx, o.query, args...)
	}
	return o.stmt.QueryRowContext(ctx, args...)
}
