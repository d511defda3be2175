package deliveries

import (
	"context"
	"fmt"
	"slices"
	"time"

	"corridor/postgres"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

// closedAtOnce is the number of batches that one statement closes, which bounds its memory.
const closedAtOnce = 50

// CancelTx skips the open deliveries of an edition that its caller cancels in tx, with the
// edition's row locked, and passes them to undelivered. A leased batch may have deliveries
// in flight: its sender skips the others when it returns the batch. The same holds for a
// batch that SKIP LOCKED leaves out because a sender leases or returns it at this moment.
func CancelTx(ctx context.Context, tx postgres.Tx, edition int64, now time.Time, undelivered func(ctx context.Context, tx postgres.Tx, missed []Missed) error) error {
	var free []int64
	if err := sqlx.SelectContext(ctx, tx, &free, `
		SELECT id FROM batches WHERE edition_id = $1 AND due_at IS NOT NULL AND leased_by IS NULL
		ORDER BY id FOR NO KEY UPDATE SKIP LOCKED`, edition); err != nil {
		return fmt.Errorf("deliveries: cancelling edition %d: %w", edition, err)
	}
	for batches := range slices.Chunk(free, closedAtOnce) {
		if err := closeTx(ctx, tx, batches, now, undelivered); err != nil {
			return fmt.Errorf("deliveries: cancelling edition %d: %w", edition, err)
		}
	}
	return nil
}

// closeCancelledTx skips the open deliveries of a batch of a cancelled edition, if no sender
// has leased it.
func (s *Store) closeCancelledTx(ctx context.Context, tx postgres.Tx, batch int64) error {
	return closeTx(ctx, tx, []int64{batch}, time.Now(), s.events.Undelivered)
}

// closeTx skips the open deliveries of batches that no sender has leased.
func closeTx(ctx context.Context, tx postgres.Tx, batches []int64, now time.Time, undelivered func(ctx context.Context, tx postgres.Tx, missed []Missed) error) error {
	var missed []Missed
	if err := sqlx.SelectContext(ctx, tx, &missed, `
		WITH closed AS (
			UPDATE batches SET due_at = NULL WHERE id = ANY ($1) AND leased_by IS NULL
			RETURNING id
		), unreached AS (
			UPDATE deliveries d SET state = 'skipped', reason = 'cancelled', last_at = $2
			FROM closed
			WHERE d.batch_id = closed.id AND d.state IN ('queued', 'deferred')
			RETURNING d.subscriber_id, d.variant_id
		)
		SELECT subscriber_id, variant_id FROM unreached ORDER BY subscriber_id, variant_id`, pq.Array(batches), now); err != nil || len(missed) == 0 {
		return err
	}
	return undelivered(ctx, tx, missed)
}

// SkipVariantTx skips the open deliveries of a variant without remaining articles, and does
// not report them as missed. Senders read their leased deliveries of the variant again.
func SkipVariantTx(ctx context.Context, tx postgres.Tx, edition, variant int64, now time.Time) error {
	if _, err := tx.ExecContext(ctx, `
		WITH open AS MATERIALIZED (
			SELECT subscriber_id FROM deliveries WHERE edition_id = $1 AND variant_id = $2 AND state IN ('queued', 'deferred')
			ORDER BY subscriber_id FOR UPDATE
		), spared AS (
			UPDATE deliveries d SET state = 'skipped', reason = 'cancelled', last_at = $3
			FROM open WHERE d.edition_id = $1 AND d.subscriber_id = open.subscriber_id
		)
		INSERT INTO changes (of, id) VALUES ('variant', $2)`, edition, variant, now); err != nil {
		return fmt.Errorf("deliveries: skipping variant %d: %w", variant, err)
	}
	return nil
}
