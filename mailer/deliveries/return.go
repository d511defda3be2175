package deliveries

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"corridor/postgres"

	"github.com/jmoiron/sqlx"
)

const (
	// returnSQL ends a lease: the batch is due again when its earliest delivery is. To make a
	// delivery due, its batch is locked and batches.due_at set: if that has changed, the
	// deliveries are read again with the batch locked.
	returnSQL = returnBatch + ` AND b.due_at = $5` + returned + `, ` + noWait

	returnBatch = `
		UPDATE batches b SET leased_by = NULL, lease_until = NULL, worked_at = now(), marks = '{}', due_at = (` + earliestDue + `)
		FROM editions e
		WHERE b.id = $1 AND b.fence = $3 AND b.leased_by = $4 AND e.id = b.edition_id`
	returned = ` RETURNING e.state, b.due_at IS NULL`

	// earliestDue is when a delivery of batch b is due, not before $2; null: never. With $2
	// in the past, a delivery without a time of its own is due since then.
	earliestDue = `
			SELECT GREATEST(min(COALESCE(d.due_at, LEAST(now(), $2::timestamptz))), $2::timestamptz)
			FROM deliveries d WHERE d.batch_id = b.id AND d.state IN ('queued', 'deferred')
			HAVING count(*) > 0`

	// isOverSQL is the conditions that an edition in state sending has no open delivery
	// left, and that it holds a domain.
	isOverSQL = `
		SELECT state = 'sending' AND NOT EXISTS (SELECT FROM batches WHERE edition_id = $1 AND due_at IS NOT NULL)
			AND NOT EXISTS (SELECT FROM variants WHERE edition_id = $1 AND rendering_id IS NULL) AS over,
			state = 'sending' AND EXISTS (SELECT FROM bounce_events WHERE edition_id = $1 AND held_at IS NOT NULL AND decided_at IS NULL) AS held
		FROM editions WHERE id = $1`
)

// Return ends a lease after all its results are applied. The batch is due again when its
// earliest delivery is, not before notBefore; without an open delivery it is done. With [Lease.Due] as notBefore the batch
// keeps its place before batches that became due later. See [Store.Finish] for the edition.
func (s *Store) Return(ctx context.Context, l *Lease, sender int64, notBefore time.Time) error {
	var edition string
	var closed bool
	args := []any{l.Batch, postgres.NullTime(notBefore), l.fence, sender}
	err := s.batching.one(ctx, returnSQL, append(slices.Clone(args), l.due), &edition, &closed, new(string))
	if errors.Is(err, sql.ErrNoRows) {
		err = s.db.InTx(ctx, func(tx *sqlx.Tx) error {
			if err := lockBatchTx(ctx, tx, l.Edition, l.Batch); err != nil {
				return err
			}
			err := tx.QueryRowContext(ctx, returnBatch+returned, args...).Scan(&edition, &closed)
			if errors.Is(err, sql.ErrNoRows) { // another sender has or had it: our results may make it due again
				return s.reopenTx(ctx, tx, l.Batch)
			}
			return err
		})
	}
	if err == nil && edition == "cancelled" && !closed {
		err = s.db.InTx(ctx, func(tx *sqlx.Tx) error { return s.closeCancelledTx(ctx, tx, l.Batch) })
	}
	if err != nil {
		return fmt.Errorf("deliveries: returning batch %d: %w", l.Batch, err)
	}
	return nil
}

// Finish finishes an edition when all its batches are done, and holds it when the others are
// of held domains, or staff have not decided about bounces. Each sender calls it after its
// last write for the edition, so that the last call sees the writes of all. The edition's row
// is locked before the second query, so that a batch reopened meanwhile is not missed.
func (s *Store) Finish(ctx context.Context, edition int64) error {
	var over, held bool
	if err := s.batching.one(ctx, isOverSQL, []any{edition}, &over, &held); err != nil {
		return err
	}
	switch {
	case held:
		return s.holdWaiting(ctx, edition)
	case over:
		return s.db.InTx(ctx, func(tx *sqlx.Tx) error {
			if err := lockEditionTx(ctx, tx, edition); err != nil {
				return err
			}
			if err := tx.QueryRowContext(ctx, isOverSQL, edition).Scan(&over, &held); err != nil || !over || held {
				return err
			}
			return s.events.Finished(ctx, tx, edition)
		})
	}
	return nil
}

// lockEditionTx locks an edition's row, before any other row of the edition.
func lockEditionTx(ctx context.Context, tx postgres.Tx, edition int64) error {
	_, err := tx.ExecContext(ctx, `SELECT FROM editions WHERE id = $1 FOR NO KEY UPDATE`, edition)
	return err
}

// lockBatchTx locks an edition and then a batch of it.
func lockBatchTx(ctx context.Context, tx postgres.Tx, edition, batch int64) error {
	if err := lockEditionTx(ctx, tx, edition); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `SELECT FROM batches WHERE id = $1 FOR NO KEY UPDATE`, batch)
	return err
}

// reopenTx makes a batch due in which a late result left an open delivery, also for a sender
// that has leased it now: see returnSQL. The caller has locked the edition and the batch.
func (s *Store) reopenTx(ctx context.Context, tx *sqlx.Tx, batch int64) error {
	var edition int64
	err := tx.GetContext(ctx, &edition, `
		UPDATE batches b SET due_at = now()
		WHERE id = $1 AND EXISTS (SELECT FROM deliveries d WHERE d.batch_id = b.id AND d.state IN ('queued', 'deferred'))
		RETURNING edition_id`, batch)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	return s.events.Reopened(ctx, tx, edition)
}
