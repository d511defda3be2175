package editions

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"corridor/mailer"

	"github.com/jmoiron/sqlx"
)

// ErrNotFound says that there is no such edition, reader or article.
var ErrNotFound = errors.New("not found")

// notFound is [ErrNotFound] in a sentence.
type notFound struct{ sentence string }

func (e notFound) Error() string        { return e.sentence }
func (e notFound) Is(target error) bool { return target == ErrNotFound }

func missing(format string, args ...any) error { return notFound{fmt.Sprintf(format, args...)} }

// StateError says that an edition is not in a state in which that can be done.
type StateError struct {
	ID    int64
	State string
	Doing string // "paused", "resumed", ...
}

// Error is the sentence.
func (e StateError) Error() string {
	return fmt.Sprintf("edition %d is %s and cannot be %s", e.ID, e.State, e.Doing)
}

// Pause stops an edition's sending until it is resumed. Mails on the wire finish.
func (s *Store) Pause(ctx context.Context, id int64) error {
	return s.db.InTx(ctx, func(tx *sqlx.Tx) error {
		if err := setStateTx(ctx, tx, id, "paused", "paused", "sending"); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `UPDATE editions SET reason = 'paused by staff' WHERE id = $1`, id)
		return err
	})
}

// Resume goes on with a paused edition, or lets a held one go. It is staff's decision:
// what was overdue before it holds nothing.
func (s *Store) Resume(ctx context.Context, id int64, now time.Time) error {
	return s.db.InTx(ctx, func(tx *sqlx.Tx) error {
		if err := setStateTx(ctx, tx, id, "sending", "resumed", "paused", "held"); err != nil {
			return err
		}
		return mailer.ExcuseTx(ctx, tx, id, now)
	})
}

// Cancel ends an edition. Readers whom it has not reached yet get its articles with
// their next digest, as far as they match.
func (s *Store) Cancel(ctx context.Context, id int64, now time.Time) error {
	return s.db.InTx(ctx, func(tx *sqlx.Tx) error {
		if err := setStateTx(ctx, tx, id, "cancelled", "cancelled", "draft", "approved", "sending", "paused", "held"); err != nil {
			return err
		}
		// What a sender holds may be on the wire. It sees to the rest of its batches when
		// it hands them back; so does it with one that it takes or gives back just now.
		_, err := tx.ExecContext(ctx, `
			WITH free AS (
				SELECT id FROM batches WHERE edition_id = $1 AND due_at IS NOT NULL AND leased_by IS NULL FOR UPDATE SKIP LOCKED
			), closed AS (
				UPDATE batches b SET due_at = NULL FROM free WHERE b.id = free.id
			), unreached AS (
				UPDATE deliveries d SET state = 'skipped', reason = 'cancelled', last_at = $2
				FROM free
				WHERE d.batch_id = free.id AND d.state IN ('queued', 'deferred')
				RETURNING d.subscriber_id, d.variant_id
			)
			INSERT INTO missed_deliveries (subscriber_id, variant_id) SELECT subscriber_id, variant_id FROM unreached
			ON CONFLICT (subscriber_id, variant_id) DO NOTHING`, id, now)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `UPDATE editions SET finished_at = $2, reason = 'cancelled by staff' WHERE id = $1`, id, now)
		return err
	})
}

// setStateTx moves an edition from one of the states to another and tells senders.
func setStateTx(ctx context.Context, tx *sqlx.Tx, id int64, to, doing string, from ...string) error {
	var state string
	err := tx.GetContext(ctx, &state, `SELECT state FROM editions WHERE id = $1 FOR UPDATE`, id)
	if errors.Is(err, sql.ErrNoRows) {
		return missing("there is no edition %d; 'corridor editions list' shows all", id)
	}
	if err != nil || state == to {
		return err
	}
	if !slices.Contains(from, state) {
		return StateError{id, state, doing}
	}
	if _, err := tx.ExecContext(ctx, `UPDATE editions SET state = $2, reason = '', alerted_at = NULL WHERE id = $1`, id, to); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `SELECT pg_notify('editions', $1)`, fmt.Sprint(id)); err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `SELECT pg_notify('mail', '')`)
	return err
}
