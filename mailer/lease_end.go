package mailer

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
	// giveBackSQL ends a lease: the batch is due again when its earliest delivery is. Who
	// makes a delivery due says so in due_at, with the batch locked before: if that has
	// changed, deliveries must be looked at after locking it.
	giveBackSQL = giveBack + ` AND b.due_at = $5` + givenBack + `, ` + noWait

	// endSQL is giveBackSQL for a batch in which nothing is left.
	endSQL = `
		UPDATE batches SET leased_by = NULL, lease_until = NULL, worked_at = now(), marks = '{}', due_at = NULL
		WHERE id = $1 AND fence = $2 AND leased_by = $3 AND due_at = $4 RETURNING ` + noWait

	giveBack = `
		UPDATE batches b SET leased_by = NULL, lease_until = NULL, worked_at = now(), marks = '{}', due_at = (` + earliestDue + `)
		FROM editions e
		WHERE b.id = $1 AND b.fence = $3 AND b.leased_by = $4 AND e.id = b.edition_id`
	givenBack = ` RETURNING e.state, b.due_at IS NULL`

	// earliestDue is when a batch b has something to do, not before $2; null: never.
	earliestDue = `
			SELECT GREATEST(min(COALESCE(d.due_at, now())), $2::timestamptz)
			FROM deliveries d WHERE d.batch_id = b.id AND d.state IN ('queued', 'deferred')
			HAVING count(*) > 0`

	// isOverSQL tells whether an edition that is going out has nothing left to do.
	isOverSQL = `
		SELECT state = 'sending' AND NOT EXISTS (SELECT FROM batches WHERE edition_id = $1 AND due_at IS NOT NULL)
			AND NOT EXISTS (SELECT FROM variants WHERE edition_id = $1 AND rendering_id IS NULL)
		FROM editions WHERE id = $1`
)

// handBack ends a lease of which nothing more comes, when everything is written.
func (s *Sender) handBack(l *lease) {
	err := s.ledger.close(s.given, l, l.alone || s.queue.idle())
	if l.domain == "" {
		for _, domain := range l.quiet {
			if err == nil {
				err = s.store.split(s.given, l, domain)
			}
		}
	}
	if err == nil {
		err = s.store.giveBack(s.given, l, s.id(), l.notBefore)
	}
	if last := s.queue.remove(l); err == nil && last { // if not, others look when they are done
		err = s.store.finish(s.given, l.edition)
	}
	if err != nil {
		s.log.Warn("a batch could not be handed back; another sender takes it when its lease ends", "batch_id", l.batch, "error", err)
	}
}

// giveBack ends a lease. The batch is due again when its earliest delivery is, not
// before notBefore; when none is left it is done, and perhaps its edition with it: see
// finish.
func (s *Store) giveBack(ctx context.Context, l *lease, sender int64, notBefore time.Time) error {
	var edition string
	var done bool
	if l.finished {
		err := s.batching.one(ctx, endSQL, []any{l.batch, l.fence, sender, l.due}, new(string))
		if !errors.Is(err, sql.ErrNoRows) {
			return err
		}
	}
	args := []any{l.batch, postgres.NullTime(notBefore), l.fence, sender}
	err := s.batching.one(ctx, giveBackSQL, append(slices.Clone(args), l.due), &edition, &done, new(string))
	if errors.Is(err, sql.ErrNoRows) {
		err = s.db.InTx(ctx, func(tx *sqlx.Tx) error {
			if err := lockBatchTx(ctx, tx, l.edition, l.batch); err != nil {
				return err
			}
			err := tx.QueryRowContext(ctx, giveBack+givenBack, args...).Scan(&edition, &done)
			if errors.Is(err, sql.ErrNoRows) { // another has it, or had: what we found out may make it due again
				return s.reopenTx(ctx, tx, l.batch)
			}
			return err
		})
	}
	if err == nil && edition == "cancelled" && !done {
		err = s.db.InTx(ctx, func(tx *sqlx.Tx) error { return s.closeCancelledTx(ctx, tx, l.batch) })
	}
	if err != nil {
		return fmt.Errorf("mailer: handing batch %d back: %w", l.batch, err)
	}
	return nil
}

// finish finishes an edition when all its batches are done. Each sender looks after the
// last thing it did in it: whoever looks last sees what all have done. The edition's row
// is locked before the second look, so that what is reopened meanwhile is not missed.
func (s *Store) finish(ctx context.Context, edition int64) error {
	var over bool
	if err := s.batching.one(ctx, isOverSQL, []any{edition}, &over); err != nil || !over {
		return err
	}
	return s.db.InTx(ctx, func(tx *sqlx.Tx) error {
		if err := lockEditionTx(ctx, tx, edition); err != nil {
			return err
		}
		if err := tx.GetContext(ctx, &over, isOverSQL, edition); err != nil || !over {
			return err
		}
		return s.events.Finished(ctx, tx, edition)
	})
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

// finishForgotten finishes editions whose last sender died before it did.
func (s *Store) finishForgotten(ctx context.Context) error {
	var ids []int64
	if err := s.db.SelectContext(ctx, &ids, `
		SELECT id FROM editions e
		WHERE state = 'sending' AND EXISTS (SELECT FROM batches WHERE edition_id = e.id)
			AND NOT EXISTS (SELECT FROM batches WHERE edition_id = e.id AND due_at IS NOT NULL)
		ORDER BY id`); err != nil {
		return fmt.Errorf("mailer: looking for editions that are over: %w", err)
	}
	for _, id := range ids {
		if err := s.finish(ctx, id); err != nil {
			return fmt.Errorf("mailer: finishing edition %d: %w", id, err)
		}
	}
	return nil
}

// reopenTx makes a batch due in which a late result left something to do, also for who
// has it now: see giveBackSQL. The caller has locked the edition and the batch.
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

// SettleDead frees what senders had that have died, in every edition, so that what they
// had marked is known to be uncertain also where no sender runs any more.
func (s *Store) SettleDead(ctx context.Context) error {
	if _, err := s.reap(ctx, 0); err != nil {
		return err
	}
	if err := s.settleExpired(ctx, true); err != nil {
		return err
	}
	return s.postForgotten(ctx)
}

// settleExpired ends leases whose time is over in editions that nobody may lease from
// now, so that paused and cancelled ones tell the truth about what a dead sender had
// marked, and finishes editions that nobody is left to finish; it closes what was cut
// off a batch while its edition was cancelled. all: expired leases also of editions that
// the next sender would lease from.
func (s *Store) settleExpired(ctx context.Context, all bool) error {
	var expired []struct {
		Batch   int64 `db:"id"`
		Edition int64 `db:"edition_id"`
	}
	if err := s.db.SelectContext(ctx, &expired, `
		SELECT b.id, b.edition_id FROM batches b JOIN editions e ON e.id = b.edition_id
		WHERE b.due_at IS NOT NULL AND (b.lease_until <= now() AND ($1 OR e.state <> 'sending') OR b.leased_by IS NULL AND e.state = 'cancelled')
		ORDER BY b.id LIMIT 1000`, all); err != nil {
		return fmt.Errorf("mailer: looking for expired leases: %w", err)
	}
	for _, b := range expired {
		if err := s.db.InTx(ctx, func(tx *sqlx.Tx) error { return s.settleExpiredTx(ctx, tx, b.Batch) }); err != nil {
			return fmt.Errorf("mailer: settling batch %d: %w", b.Batch, err)
		}
		if err := s.finish(ctx, b.Edition); err != nil {
			return fmt.Errorf("mailer: finishing edition %d: %w", b.Edition, err)
		}
	}
	return nil
}

// settleExpiredTx ends one lease, if it has still expired, and says when its batch is
// due again.
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

// ExcuseTx lets what is overdue of an edition count as due from now: staff decided that
// it goes out. Deliveries that a mail server refused because of us are due at once, with
// all their time before them, and refusals are counted anew.
func ExcuseTx(ctx context.Context, tx *sqlx.Tx, editionID int64, now time.Time) error {
	if _, err := tx.ExecContext(ctx, `
		WITH late AS MATERIALIZED (SELECT id FROM batches WHERE edition_id = $1 AND due_at < $2 ORDER BY id FOR NO KEY UPDATE)
		UPDATE batches b SET due_at = $2 FROM late WHERE b.id = late.id`, editionID, now); err != nil {
		return fmt.Errorf("mailer: excusing edition %d: %w", editionID, err)
	}
	if err := retryRefusedTx(ctx, tx, editionID, now); err != nil {
		return fmt.Errorf("mailer: excusing edition %d: %w", editionID, err)
	}
	return nil
}

// retryRefusedTx makes an edition's deliveries due that were refused for good and
// deferred all the same. To make a delivery due, its batch is locked before.
func retryRefusedTx(ctx context.Context, tx *sqlx.Tx, editionID int64, now time.Time) error {
	for _, q := range []string{
		`SELECT FROM batches WHERE edition_id = $1 AND due_at <> 'infinity' AND $2::timestamptz IS NOT NULL ORDER BY id FOR NO KEY UPDATE`,
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
