package mailer

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"
)

// hold stops an edition that is being sent until staff decide, and says so where this
// call did it: the alert by email may not get through.
func (s *Store) hold(ctx context.Context, edition int64, reason string) error {
	held, err := holdTx(ctx, s.db, edition, reason)
	if held {
		s.held(edition, reason)
	}
	return err
}

// holdTx is hold in the caller's transaction, and tells whether this call did it.
func holdTx(ctx context.Context, tx sqlx.ExtContext, edition int64, reason string) (bool, error) {
	result, err := tx.ExecContext(ctx, `
		WITH held AS (
			UPDATE editions SET state = 'held', reason = $2, alerted_at = NULL WHERE id = $1 AND state = 'sending' RETURNING id
		)
		SELECT pg_notify('editions', id::text) FROM held`, edition, reason)
	if err != nil {
		return false, fmt.Errorf("mailer: holding edition %d: %w", edition, err)
	}
	n, err := result.RowsAffected()
	return n > 0, err
}
