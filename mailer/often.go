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
	for _, query := range []string{leaseSQL, jobsSQL, giveBackSQL, editionStateSQL, batchDueSQL, finishSQL} {
		stmt, err := s.db.PrepareContext(ctx, query) //nolint:sqlclosecheck // Close closes it
		if err != nil {
			return fmt.Errorf("mailer: preparing: %w", err)
		}
		s.often[query] = stmt
	}
	return nil
}

// often is a statement in a transaction, prepared if a sender runs here.
type often struct {
	tx    *sqlx.Tx
	stmt  *sql.Stmt // nil: not prepared
	query string
}

func (s *Store) inTx(tx *sqlx.Tx, query string) often { return often{tx, s.often[query], query} }

func (o often) exec(ctx context.Context, args ...any) (sql.Result, error) {
	if o.stmt == nil {
		return o.tx.ExecContext(ctx, o.query, args...)
	}
	return o.tx.StmtContext(ctx, o.stmt).ExecContext(ctx, args...) //nolint:sqlclosecheck // it ends with the transaction
}

func (o often) rows(ctx context.Context, args ...any) (*sql.Rows, error) {
	if o.stmt == nil {
		return o.tx.QueryContext(ctx, o.query, args...)
	}
	return o.tx.StmtContext(ctx, o.stmt).QueryContext(ctx, args...) //nolint:sqlclosecheck // it ends with the transaction
}

func (o often) row(ctx context.Context, args ...any) *sql.Row {
	if o.stmt == nil {
		return o.tx.QueryRowContext(ctx, o.query, args...)
	}
	return o.tx.StmtContext(ctx, o.stmt).QueryRowContext(ctx, args...) //nolint:sqlclosecheck // it ends with the transaction
}
