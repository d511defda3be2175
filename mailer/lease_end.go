package mailer

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
)

const (
	giveBackSQL = `
		UPDATE batches SET leased_by = NULL, lease_until = NULL, worked_at = now(), marks = '{}'
		WHERE id = $1 AND fence = $2 AND leased_by = $3 RETURNING id`
	editionStateSQL = `SELECT state FROM editions WHERE id = $1 FOR NO KEY UPDATE`

	batchDueSQL = `
		UPDATE batches b SET due_at = (
			SELECT GREATEST(min(COALESCE(d.due_at, now())), $2)
			FROM deliveries d WHERE d.batch_id = b.id AND d.state IN ('queued', 'deferred'))
		WHERE id = $1 AND due_at IS NOT NULL`

	finishSQL = `
		UPDATE editions SET state = 'finished', finished_at = now(), alerted_at = NULL
		WHERE id = $1 AND NOT EXISTS (SELECT FROM batches WHERE edition_id = $1 AND due_at IS NOT NULL)
			AND NOT EXISTS (SELECT FROM variants WHERE edition_id = $1 AND rendering_id IS NULL)`
)

// giveBack ends a lease. The batch is due again when its earliest delivery is, not
// before notBefore; when none is left it is done, and perhaps its edition with it.
func (s *Store) giveBack(ctx context.Context, l *lease, sender int64, notBefore time.Time) error {
	err := s.db.InTx(ctx, func(tx *sqlx.Tx) error {
		var batch int64
		err := s.inTx(tx, giveBackSQL).row(ctx, l.batch, l.fence, sender).Scan(&batch)
		if errors.Is(err, sql.ErrNoRows) {
			// Another has it, or had. What we found out too late may make it due again.
			return reopenTx(ctx, tx, l.batch)
		}
		if err != nil {
			return err
		}
		return s.closeTx(ctx, tx, l.edition, l.batch, notBefore)
	})
	if err != nil {
		return fmt.Errorf("mailer: handing batch %d back: %w", l.batch, err)
	}
	return nil
}

// closeTx says when a batch that nobody holds is due again. The edition's row is
// locked first: so the last two batches of an edition see each other, and what is
// left of an edition that was cancelled meanwhile is skipped, whichever came first.
func (s *Store) closeTx(ctx context.Context, tx *sqlx.Tx, edition, batch int64, notBefore time.Time) error {
	var state string
	if err := s.inTx(tx, editionStateSQL).row(ctx, edition).Scan(&state); err != nil {
		return err
	}
	if state == "cancelled" {
		if _, err := tx.ExecContext(ctx, `
			WITH unreached AS (
				UPDATE deliveries SET state = 'skipped', reason = 'cancelled', last_at = now()
				WHERE batch_id = $1 AND state IN ('queued', 'deferred')
				RETURNING subscriber_id, variant_id
			)
			INSERT INTO missed_deliveries (subscriber_id, variant_id) SELECT subscriber_id, variant_id FROM unreached
			ON CONFLICT (subscriber_id, variant_id) DO NOTHING`, batch); err != nil {
			return err
		}
	}
	if _, err := s.inTx(tx, batchDueSQL).exec(ctx, batch, nullTime(notBefore)); err != nil {
		return err
	}
	if state != "sending" {
		return nil
	}
	result, err := s.inTx(tx, finishSQL).exec(ctx, edition)
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		return err
	}
	_, err = tx.ExecContext(ctx, `SELECT pg_notify('editions', $1::text)`, edition)
	return err
}

// reopenTx makes a batch due again in which a late result left something to do.
func reopenTx(ctx context.Context, tx *sqlx.Tx, batch int64) error {
	var edition int64
	err := tx.GetContext(ctx, &edition, `
		UPDATE batches b SET due_at = now()
		WHERE id = $1 AND due_at IS NULL AND EXISTS (SELECT FROM deliveries d WHERE d.batch_id = b.id AND d.state IN ('queued', 'deferred'))
		RETURNING edition_id`, batch)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `UPDATE editions SET state = 'sending', finished_at = NULL WHERE id = $1 AND state = 'finished'`, edition)
	return err
}

// SettleDead frees what senders had that have died, in every edition, so that what they
// had marked is known to be uncertain also where no sender runs any more.
func (s *Store) SettleDead(ctx context.Context) error {
	if _, err := s.reap(ctx, 0); err != nil {
		return err
	}
	return s.settleExpired(ctx, true)
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
		if err := s.db.InTx(ctx, func(tx *sqlx.Tx) error {
			var id int64
			err := tx.GetContext(ctx, &id, `
				UPDATE batches SET leased_by = NULL, lease_until = NULL, fence = fence + 1
				WHERE id = $1 AND (leased_by IS NULL OR lease_until <= now()) RETURNING id`, b.Batch)
			if errors.Is(err, sql.ErrNoRows) {
				return nil
			}
			if err != nil {
				return err
			}
			if err := s.settleTx(ctx, tx, id); err != nil {
				return err
			}
			return s.closeTx(ctx, tx, b.Edition, id, time.Time{})
		}); err != nil {
			return fmt.Errorf("mailer: settling batch %d: %w", b.Batch, err)
		}
	}
	return nil
}

// holdOverdue stops editions whose batches have been due for longer than grace while
// nobody worked on them: after a long outage staff decide whether yesterday's news
// still goes out. It returns how many.
func (s *Store) holdOverdue(ctx context.Context, grace time.Duration) (int64, error) {
	if grace <= 0 {
		return 0, nil
	}
	result, err := s.db.ExecContext(ctx, `
		WITH late AS (
			SELECT DISTINCT edition_id FROM batches WHERE due_at < now() - $1::interval AND (lease_until IS NULL OR lease_until < now())
		), held AS (
			UPDATE editions e SET state = 'held', reason = 'overdue by more than ' || $2 || ': nothing was sent meanwhile', alerted_at = NULL
			FROM late WHERE e.id = late.edition_id AND e.state = 'sending'
				AND NOT EXISTS (SELECT FROM batches w WHERE w.edition_id = e.id AND (w.worked_at > now() - $1::interval OR w.lease_until > now()))
			RETURNING e.id
		)
		SELECT pg_notify('editions', id::text) FROM held`, grace.String(), shortDuration(grace))
	if err != nil {
		return 0, fmt.Errorf("mailer: holding overdue editions: %w", err)
	}
	return result.RowsAffected()
}

// ExcuseTx lets what is overdue of an edition count as due from now: staff decided that
// it goes out.
func ExcuseTx(ctx context.Context, tx *sqlx.Tx, editionID int64, now time.Time) error {
	if _, err := tx.ExecContext(ctx, `UPDATE batches SET due_at = $2 WHERE edition_id = $1 AND due_at < $2`, editionID, now); err != nil {
		return fmt.Errorf("mailer: excusing edition %d: %w", editionID, err)
	}
	return nil
}

// shortDuration writes whole hours as "24h".
func shortDuration(d time.Duration) string {
	if d%time.Hour == 0 {
		return fmt.Sprintf("%dh", d/time.Hour)
	}
	return d.String()
}
