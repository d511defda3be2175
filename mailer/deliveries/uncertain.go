package deliveries

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"corridor/postgres"
)

// ResendTx queues the uncertain deliveries of an edition again and returns their number.
// The email keeps its Message-ID, and the time limit for deferrals starts anew. If the
// result of the new attempt is unknown too, the delivery stays uncertain. The caller sends
// the edition in the same transaction.
func ResendTx(ctx context.Context, tx postgres.Tx, edition int64, now time.Time) (int64, error) {
	err := lockEditionTx(ctx, tx, edition)
	if err == nil { // before the deliveries, so that a sender that returns a batch meanwhile sees that it is due again
		_, err = tx.ExecContext(ctx, `
			SELECT FROM batches WHERE id IN (SELECT batch_id FROM deliveries WHERE edition_id = $1 AND state = 'uncertain') ORDER BY id FOR NO KEY UPDATE`, edition)
	}
	var queued sql.Result
	if err == nil {
		queued, err = tx.ExecContext(ctx, `
			UPDATE deliveries SET state = 'queued', due_at = NULL, first_at = NULL, resent = true WHERE edition_id = $1 AND state = 'uncertain'`, edition)
	}
	var n int64
	if err == nil {
		n, err = queued.RowsAffected()
	}
	if err == nil && n > 0 {
		_, err = tx.ExecContext(ctx, `
			UPDATE batches b SET due_at = $2 WHERE edition_id = $1
				AND EXISTS (SELECT 1 FROM deliveries d WHERE d.batch_id = b.id AND d.state = 'queued')`, edition, now)
	}
	if err == nil && n > 0 {
		_, err = tx.ExecContext(ctx, `SELECT pg_notify('mail', '')`)
	}
	if err != nil {
		return 0, fmt.Errorf("deliveries: queueing uncertain deliveries again: %w", err)
	}
	return n, nil
}

// DropTx turns the uncertain deliveries of an edition into failed ones with the reason
// dropped, and returns their number.
func DropTx(ctx context.Context, tx postgres.Tx, edition int64, now time.Time) (int64, error) {
	result, err := tx.ExecContext(ctx, `
		UPDATE deliveries SET state = 'failed', reason = 'dropped', last_at = $2 WHERE edition_id = $1 AND state = 'uncertain'`, edition, now)
	if err != nil {
		return 0, fmt.Errorf("deliveries: dropping uncertain deliveries: %w", err)
	}
	return result.RowsAffected()
}
