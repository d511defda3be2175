package deliveries

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
)

// Recovered is the number of senders and editions that [Store.Recover] found.
type Recovered struct {
	Dead int   // senders that have died
	Held int64 // editions that were held because they are overdue
}

// Recover completes the work of dead senders: it ends their leases, settles expired leases
// of editions that are not being sent, applies results in the journal, finishes editions,
// and decides about bounces. self is the id of the calling sender. Editions overdue by more
// than grace are held; 0 means never. After an error the next call continues.
func (s *Store) Recover(ctx context.Context, self int64, grace time.Duration) (r Recovered, err error) {
	if r.Dead, err = s.reap(ctx, self); err != nil {
		return r, err
	}
	if r.Held, err = s.holdOverdue(ctx, grace); err != nil {
		return r, err
	}
	if err := s.settleExpired(ctx, false); err != nil {
		return r, err
	}
	if err := s.applyForgotten(ctx); err != nil {
		return r, err
	}
	if err := s.finishForgotten(ctx); err != nil {
		return r, err
	}
	if err := s.brakeBounces(ctx); err != nil {
		return r, err
	}
	return r, s.holdAllWaiting(ctx)
}

// SettleDead ends the leases of dead senders in every edition and settles their deliveries in
// flight, also where no sender runs any more.
func (s *Store) SettleDead(ctx context.Context) error {
	if _, err := s.reap(ctx, 0); err != nil {
		return err
	}
	if err := s.settleExpired(ctx, true); err != nil {
		return err
	}
	return s.applyForgotten(ctx)
}

// settleExpired settles expired leases of editions that no sender may lease from, so that
// paused and cancelled editions show the true states of deliveries that a dead sender had in
// flight, and finishes these editions. It closes batches that were split off while their
// edition was cancelled. all: also expired leases that the next sender would settle.
func (s *Store) settleExpired(ctx context.Context, all bool) error {
	var expired []struct {
		Batch   int64 `db:"id"`
		Edition int64 `db:"edition_id"`
	}
	if err := s.db.SelectContext(ctx, &expired, `
		SELECT b.id, b.edition_id FROM batches b JOIN editions e ON e.id = b.edition_id
		WHERE b.due_at IS NOT NULL AND (b.lease_until <= now() AND ($1 OR e.state <> 'sending') OR b.leased_by IS NULL AND e.state = 'cancelled')
		ORDER BY b.id LIMIT 1000`, all); err != nil {
		return fmt.Errorf("deliveries: looking for expired leases: %w", err)
	}
	for _, b := range expired {
		if err := s.db.InTx(ctx, func(tx *sqlx.Tx) error { return s.settleExpiredTx(ctx, tx, b.Batch) }); err != nil {
			return fmt.Errorf("deliveries: settling batch %d: %w", b.Batch, err)
		}
		if err := s.Finish(ctx, b.Edition); err != nil {
			return fmt.Errorf("deliveries: finishing edition %d: %w", b.Edition, err)
		}
	}
	return nil
}

// settleExpiredTx ends one lease, if it is still expired, and sets when its batch is due
// again.
func (s *Store) settleExpiredTx(ctx context.Context, tx *sqlx.Tx, batch int64) error {
	var fence int64
	err := tx.GetContext(ctx, &fence, `
		UPDATE batches SET leased_by = NULL, lease_until = NULL, fence = fence + 1
		WHERE id = $1 AND (leased_by IS NULL OR lease_until <= now()) RETURNING fence`, batch)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := s.settleTx(ctx, tx, batch, fence); err != nil {
		return err
	}
	var edition string
	if err := tx.GetContext(ctx, &edition, `
		UPDATE batches b SET due_at = (`+earliestDue+`) FROM editions e WHERE b.id = $1 AND e.id = b.edition_id
		RETURNING e.state`, batch, sql.NullTime{}); err != nil || edition != "cancelled" {
		return err
	}
	return s.closeCancelledTx(ctx, tx, batch)
}

// reap ends the leases of dead senders and returns the number of these senders.
func (s *Store) reap(ctx context.Context, self int64) (int, error) {
	var ids []int64
	if err := s.db.SelectContext(ctx, &ids, `SELECT id FROM senders WHERE id <> $1`, self); err != nil {
		return 0, fmt.Errorf("deliveries: looking for dead senders: %w", err)
	}
	dead := 0
	for _, id := range ids {
		err := s.db.InTx(ctx, func(tx *sqlx.Tx) error {
			var free bool
			if err := tx.GetContext(ctx, &free, `SELECT pg_try_advisory_xact_lock($1, $2)`, senderLock, id); err != nil || !free {
				return err
			}
			dead++
			if _, err := tx.ExecContext(ctx, `
				WITH its AS MATERIALIZED (SELECT id FROM batches WHERE leased_by = $1 AND lease_until > now() ORDER BY id FOR NO KEY UPDATE)
				UPDATE batches b SET lease_until = now() FROM its WHERE b.id = its.id`, id); err != nil {
				return err
			}
			_, err := tx.ExecContext(ctx, `DELETE FROM senders WHERE id = $1`, id)
			return err
		})
		if err != nil {
			return dead, fmt.Errorf("deliveries: burying sender %d: %w", id, err)
		}
	}
	return dead, nil
}

// settle is settleTx in its own transaction, which locks the batch first.
func (s *Store) settle(ctx context.Context, batch, fence int64) error {
	return s.db.InTx(ctx, func(tx *sqlx.Tx) error {
		if _, err := tx.ExecContext(ctx, `SELECT FROM batches WHERE id = $1 FOR NO KEY UPDATE`, batch); err != nil {
			return err
		}
		return s.settleTx(ctx, tx, batch, fence)
	})
}

// settleTx completes the work of former holders of a batch: it applies their results in the
// journal, and makes deliveries in flight without a result uncertain, with their rendering
// of that time. If it fails, they stay in flight for the next holder. The caller has locked
// the batch.
func (s *Store) settleTx(ctx context.Context, tx *sqlx.Tx, batch, fence int64) error {
	if err := s.applyJournalTx(ctx, tx, batch, fence-1); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `
		WITH b AS (
			SELECT id, edition_id, marks, marked_at FROM batches WHERE id = $1 AND fence = $2 FOR NO KEY UPDATE
		), settled AS (
			UPDATE deliveries d SET
				state = CASE WHEN `+sentAgain+` THEN 'queued' ELSE 'uncertain' END, resent = d.resent OR `+sentAgain+`,
				due_at = CASE WHEN `+sentAgain+` THEN b.marked_at + $4::interval END,
				reason = NULL, attempt = b.marks[i][2], first_at = COALESCE(d.first_at, b.marked_at), last_at = b.marked_at,
				rendering_id = COALESCE(
					(SELECT n.id FROM renderings n WHERE n.variant_id = d.variant_id AND n.created_at <= b.marked_at ORDER BY n.id DESC LIMIT 1),
					(SELECT v.rendering_id FROM variants v WHERE v.id = d.variant_id))
			FROM b, generate_subscripts(b.marks, 1) i
			WHERE d.edition_id = b.edition_id AND d.subscriber_id = b.marks[i][1] AND d.attempt = b.marks[i][2] - 1
				AND (d.state IN ('queued', 'deferred') OR `+calledOff+`)
		)
		UPDATE batches SET marks = '{}' FROM b WHERE batches.id = b.id`, batch, fence, s.resend.Once, s.resend.After.String())
	return err
}

// sentAgain is the condition that a delivery d with an unknown result is sent again: once,
// if $3 is true, unless it was called off.
const sentAgain = `$3 AND NOT d.resent AND d.state <> 'skipped'`

// applyForgotten applies results that a sender wrote into the journal after it had lost its
// lease, before it died.
func (s *Store) applyForgotten(ctx context.Context) error {
	var forgotten []struct {
		Batch   int64 `db:"id"`
		Edition int64 `db:"edition_id"`
		Fence   int64 `db:"fence"`
	}
	if err := s.db.SelectContext(ctx, &forgotten, `
		SELECT b.id, b.edition_id, max(j.fence) AS fence
		FROM journal j JOIN batches b ON b.id = j.batch_id
		WHERE j.fence < b.fence OR b.leased_by IS NULL
		GROUP BY b.id ORDER BY b.id LIMIT 1000`); err != nil {
		return fmt.Errorf("deliveries: looking for results that are not applied: %w", err)
	}
	for _, f := range forgotten {
		if err := s.applyLeft(ctx, f.Batch, f.Fence, f.Edition); err != nil {
			return fmt.Errorf("deliveries: applying the results left of batch %d: %w", f.Batch, err)
		}
	}
	return nil
}

// finishForgotten finishes editions whose last sender died before it could.
func (s *Store) finishForgotten(ctx context.Context) error {
	var ids []int64
	if err := s.db.SelectContext(ctx, &ids, `
		SELECT id FROM editions e
		WHERE state = 'sending' AND EXISTS (SELECT FROM batches WHERE edition_id = e.id)
			AND NOT EXISTS (SELECT FROM batches WHERE edition_id = e.id AND due_at IS NOT NULL)
		ORDER BY id`); err != nil {
		return fmt.Errorf("deliveries: looking for editions that are over: %w", err)
	}
	for _, id := range ids {
		if err := s.Finish(ctx, id); err != nil {
			return fmt.Errorf("deliveries: finishing edition %d: %w", id, err)
		}
	}
	return nil
}
