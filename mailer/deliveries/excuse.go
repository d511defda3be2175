package deliveries

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
)

// ExcuseTx makes the overdue batches of an edition due from now, after staff decided to
// send it, or the brake has opened. Deferred deliveries that a relay refused with a final
// code are due at once, with their whole retry time, and refusals are counted from zero.
// The time since, when the edition was stopped, does not count toward the retry time of the
// others, which a late answer may defer; a zero time means that it was not.
func ExcuseTx(ctx context.Context, tx *sqlx.Tx, editionID int64, since, now time.Time) error {
	if _, err := tx.ExecContext(ctx, `
		WITH late AS MATERIALIZED (SELECT id FROM batches WHERE edition_id = $1 AND due_at < $2 ORDER BY id FOR NO KEY UPDATE)
		UPDATE batches b SET due_at = $2 FROM late WHERE b.id = late.id`, editionID, now); err != nil {
		return fmt.Errorf("deliveries: excusing edition %d: %w", editionID, err)
	}
	if err := retryRefusedTx(ctx, tx, editionID, now); err != nil {
		return fmt.Errorf("deliveries: excusing edition %d: %w", editionID, err)
	}
	if since.IsZero() {
		return nil
	}
	if _, err := tx.ExecContext(ctx, `
		WITH open AS MATERIALIZED (
			SELECT subscriber_id FROM deliveries WHERE edition_id = $1 AND state IN ('queued', 'deferred', 'uncertain') AND first_at < $2
			ORDER BY subscriber_id FOR UPDATE
		)
		UPDATE deliveries d SET first_at = first_at + ($2::timestamptz - GREATEST(first_at, $3::timestamptz))
		FROM open WHERE d.edition_id = $1 AND d.subscriber_id = open.subscriber_id`, editionID, now, since); err != nil {
		return fmt.Errorf("deliveries: excusing edition %d: %w", editionID, err)
	}
	return nil
}

// openBatchesSQL locks the batches of an edition that may have open deliveries.
const openBatchesSQL = `SELECT FROM batches WHERE edition_id = $1 AND due_at <> 'infinity' ORDER BY id FOR NO KEY UPDATE`

// retryRefusedTx makes an edition's deferred deliveries due that were refused with a final
// code. Their batches are locked first.
func retryRefusedTx(ctx context.Context, tx *sqlx.Tx, editionID int64, now time.Time) error {
	if _, err := tx.ExecContext(ctx, openBatchesSQL, editionID); err != nil {
		return err
	}
	for _, q := range []string{
		`WITH refused AS (
			UPDATE deliveries SET due_at = $2, first_at = NULL
			WHERE edition_id = $1 AND state = 'deferred' AND code >= 500
			RETURNING batch_id
		)
		UPDATE batches b SET due_at = $2 FROM (SELECT DISTINCT batch_id FROM refused) r WHERE b.id = r.batch_id`,
		`UPDATE relays SET refused = 0 WHERE refused > 0 AND $1::bigint IS NOT NULL AND $2::timestamptz IS NOT NULL`,
	} {
		if _, err := tx.ExecContext(ctx, q, editionID, now); err != nil {
			return err
		}
	}
	return nil
}
