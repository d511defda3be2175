package editions

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"corridor/mailer/deliveries"
	"corridor/postgres"

	"github.com/jmoiron/sqlx"
)

// Pause stops the sending of an edition until [Store.Resume]. Deliveries in flight finish.
func (s *Store) Pause(ctx context.Context, id int64) (err error) {
	defer wrap(&err, "pausing edition %d", id)
	return s.db.InTx(ctx, func(tx *sqlx.Tx) error {
		if err := setStateTx(ctx, tx, id, Paused, "paused", Sending); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `UPDATE editions SET reason = 'paused by staff', stopped_at = COALESCE(stopped_at, now()) WHERE id = $1`, id)
		return err
	})
}

// Resume continues a paused or held edition. Its overdue batches count as due from now
// on, so that the edition is not held again for being late. If the brake held the edition,
// the brake opens: the other editions that it held go on as well. Domains that wait because
// of their bounces go on, also those of an edition in state sending.
func (s *Store) Resume(ctx context.Context, id int64, now time.Time) (err error) {
	defer wrap(&err, "resuming edition %d", id)
	return s.db.InTx(ctx, func(tx *sqlx.Tx) error {
		var was struct {
			Stopped sql.NullTime `db:"stopped_at"`
			Braked  bool         `db:"braked"`
			Partly  bool         `db:"partly"`
		}
		err := tx.GetContext(ctx, &was, `
			SELECT stopped_at, braked, state = 'sending' AND domain_held AS partly FROM editions
			WHERE id = $1 AND (state IN ('paused', 'held') OR state = 'sending' AND domain_held) FOR UPDATE`, id)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		if err := setStateTx(ctx, tx, id, Sending, "resumed", Paused, Held); err != nil {
			return err
		}
		if was.Partly {
			if err := goOnTx(ctx, tx, id, Sending); err != nil {
				return err
			}
		}
		if was.Braked {
			if err := deliveries.OpenBrakesTx(ctx, tx); err != nil {
				return err
			}
		}
		return deliveries.ResumeTx(ctx, tx, id, was.Stopped.Time, now)
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
	return goOnTx(ctx, tx, id, to)
}

// goOnTx moves an edition to a state, and notifies the senders.
func goOnTx(ctx context.Context, tx postgres.Tx, id int64, to State) error {
	if _, err := tx.ExecContext(ctx, `UPDATE editions SET state = $2, reason = '', alerted_at = NULL, braked = false, domain_held = false, stopped_at = NULL WHERE id = $1`, id, to); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `SELECT pg_notify('editions', $1)`, fmt.Sprint(id)); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `SELECT pg_notify('mail', '')`)
	return err
}
