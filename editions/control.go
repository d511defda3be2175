package editions

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"corridor/mailer/deliveries"

	"github.com/jmoiron/sqlx"
)

// Pause stops the sending of an edition until [Store.Resume]. Deliveries in flight finish.
func (s *Store) Pause(ctx context.Context, id int64) (err error) {
	defer wrap(&err, "pausing edition %d", id)
	return s.db.InTx(ctx, func(tx *sqlx.Tx) error {
		if err := setStateTx(ctx, tx, id, Paused, "paused", Sending); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `UPDATE editions SET reason = 'paused by staff' WHERE id = $1`, id)
		return err
	})
}

// Resume continues a paused or held edition. Its overdue batches count as due from now
// on, so that the edition is not held again for being late.
func (s *Store) Resume(ctx context.Context, id int64, now time.Time) (err error) {
	defer wrap(&err, "resuming edition %d", id)
	return s.db.InTx(ctx, func(tx *sqlx.Tx) error {
		if err := setStateTx(ctx, tx, id, Sending, "resumed", Paused, Held); err != nil {
			return err
		}
		return deliveries.ExcuseTx(ctx, tx, id, now)
	})
}

// Cancel ends an edition. The readers that it has not reached get its articles in their
// next digest, as far as the articles match their preferences.
func (s *Store) Cancel(ctx context.Context, id int64, now time.Time) (err error) {
	defer wrap(&err, "cancelling edition %d", id)
	return s.db.InTx(ctx, func(tx *sqlx.Tx) error {
		if err := setStateTx(ctx, tx, id, Cancelled, "cancelled", Draft, Approved, Sending, Paused, Held); err != nil {
			return err
		}
		if err := deliveries.CancelTx(ctx, tx, id, now, undeliveredTx); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `UPDATE editions SET finished_at = $2, reason = 'cancelled by staff' WHERE id = $1`, id, now)
		return err
	})
}

// setStateTx moves an edition from one of the states from to the state to, and notifies
// the senders. It does nothing when the edition is in the state to already, and returns a
// [StateError] for any other state.
func setStateTx(ctx context.Context, tx *sqlx.Tx, id int64, to State, doing string, from ...State) error {
	var state State
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
