package editions

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"corridor/mailer/deliveries"
	"corridor/postgres"
	"corridor/subscribers"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

// Events returns the functions with which editions and subscribers record the events of a
// sender.
func Events() deliveries.Events {
	return deliveries.Events{
		Undelivered:   undeliveredTx,
		Finished:      finishTx,
		Reopened:      reopenTx,
		Held:          holdTx,
		Braked:        brakeTx,
		Released:      releaseTx,
		DomainHeld:    holdDomainTx,
		Waiting:       waitTx,
		DomainDecided: decidedTx,
		Bounced:       bouncedTx,
		Complained: func(ctx context.Context, tx postgres.Tx, c deliveries.Complaint) (bool, error) {
			return subscribers.SuppressComplaintTx(ctx, tx, subscribers.Complained(c))
		},
		Doubted: doubtTx,
	}
}

// undeliveredTx records deliveries that did not reach their readers. The next digest of a
// reader considers their articles again. Failures that are about a reader are counted.
func undeliveredTx(ctx context.Context, tx postgres.Tx, missed []deliveries.Missed) error {
	readers, variants := make([]int64, len(missed)), make([]int64, len(missed))
	for i, m := range missed {
		readers[i], variants[i] = m.SubscriberID, m.VariantID
	}
	if err := countFailuresTx(ctx, tx, readers, variants); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `
		INSERT INTO missed_deliveries (subscriber_id, variant_id) SELECT * FROM unnest($1::bigint[], $2::bigint[])
		ON CONFLICT (subscriber_id, variant_id) DO NOTHING`, pq.Array(readers), pq.Array(variants)); err != nil {
		return fmt.Errorf("editions: recording missed deliveries: %w", err)
	}
	return nil
}

// finishTx ends an edition whose deliveries have all ended.
func finishTx(ctx context.Context, tx postgres.Tx, id int64) error {
	if _, err := tx.ExecContext(ctx, `
		WITH finished AS (
			UPDATE editions SET state = 'finished', finished_at = now(), alerted_at = NULL WHERE id = $1 RETURNING id
		)
		SELECT pg_notify('editions', id::text) FROM finished`, id); err != nil {
		return fmt.Errorf("editions: finishing edition %d: %w", id, err)
	}
	return nil
}

// reopenTx takes back the end of an edition. It updates the row in every state, for the
// lock: an edition that is finished meanwhile waits, and sees what there is to do.
func reopenTx(ctx context.Context, tx postgres.Tx, id int64) error {
	if _, err := tx.ExecContext(ctx, `
		UPDATE editions SET state = CASE state WHEN 'finished' THEN 'sending' ELSE state END, finished_at = CASE state WHEN 'finished' THEN NULL ELSE finished_at END
		WHERE id = $1`, id); err != nil {
		return fmt.Errorf("editions: reopening edition %d: %w", id, err)
	}
	return nil
}

// holdTx stops an edition in state sending until staff decide, and reports whether it was in
// that state.
func holdTx(ctx context.Context, tx postgres.Tx, id int64, reason string) (bool, error) {
	return stopTx(ctx, tx, id, reason, false)
}

// brakeTx stops an edition in state sending until the brake opens, and reports whether it
// was in that state.
func brakeTx(ctx context.Context, tx postgres.Tx, id int64, reason string) (bool, error) {
	return stopTx(ctx, tx, id, reason, true)
}

// stopTx holds an edition. After an alert about a brake, the editions that begin while it is
// closed cause no further alert.
func stopTx(ctx context.Context, tx postgres.Tx, id int64, reason string, braked bool) (bool, error) {
	result, err := tx.ExecContext(ctx, `
		WITH held AS (
			UPDATE editions SET state = 'held', reason = $2, stopped_at = now(), braked = $3,
				alerted_at = CASE WHEN $3 THEN (SELECT max(alerted_at) FROM editions WHERE state = 'held' AND braked AND reason = $2) END
			WHERE id = $1 AND state = 'sending' RETURNING id
		)
		SELECT pg_notify('editions', id::text) FROM held`, id, reason, braked)
	if err != nil {
		return false, fmt.Errorf("editions: holding edition %d: %w", id, err)
	}
	n, err := result.RowsAffected()
	return n > 0, err
}

// releaseTx continues an edition that the brake stopped.
func releaseTx(ctx context.Context, tx postgres.Tx, id int64) (since time.Time, released bool, err error) {
	var stopped []time.Time
	if err := sqlx.SelectContext(ctx, tx, &stopped, `SELECT COALESCE(stopped_at, now()) FROM editions WHERE id = $1 AND state = 'held' AND braked FOR NO KEY UPDATE`, id); err != nil {
		return since, false, fmt.Errorf("editions: releasing edition %d: %w", id, err)
	}
	if len(stopped) == 0 {
		return since, false, nil
	}
	if err := goOnTx(ctx, tx, id, Sending); err != nil {
		return since, false, fmt.Errorf("editions: releasing edition %d: %w", id, err)
	}
	return stopped[0], true, nil
}

// doubtTx lifts the suppressions of bounces that are not believed. An edition that is over
// cannot be held, so that its alert is about the doubt.
func doubtTx(ctx context.Context, tx postgres.Tx, d deliveries.Doubt) error {
	if _, err := subscribers.LiftEventTx(ctx, tx, d.Event); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `
		UPDATE editions SET doubted = $2, alerted_at = NULL WHERE id = $1 AND state IN ('finished', 'cancelled')`, d.Edition, d.Reason); err != nil {
		return fmt.Errorf("editions: recording doubted bounces of edition %d: %w", d.Edition, err)
	}
	return nil
}

// holdDomainTx records the reason why an edition in state sending does not send to some
// domains, and reports whether it was in that state. Staff are alerted.
func holdDomainTx(ctx context.Context, tx postgres.Tx, id int64, reason string) (bool, error) {
	result, err := tx.ExecContext(ctx, `
		WITH held AS (
			UPDATE editions SET reason = $2, domain_held = true, alerted_at = NULL WHERE id = $1 AND state = 'sending' RETURNING id
		)
		SELECT pg_notify('editions', id::text) FROM held`, id, reason)
	if err != nil {
		return false, fmt.Errorf("editions: holding domains of edition %d: %w", id, err)
	}
	n, err := result.RowsAffected()
	return n > 0, err
}

// waitTx stops an edition in state sending of which only deliveries to held domains are left.
// Staff were alerted of the domains.
func waitTx(ctx context.Context, tx postgres.Tx, id int64, reason string) (bool, error) {
	result, err := tx.ExecContext(ctx, `
		WITH held AS (
			UPDATE editions SET state = 'held', reason = $2, stopped_at = now(), domain_held = true WHERE id = $1 AND state = 'sending' RETURNING id
		)
		SELECT pg_notify('editions', id::text) FROM held`, id, reason)
	if err != nil {
		return false, fmt.Errorf("editions: holding edition %d: %w", id, err)
	}
	n, err := result.RowsAffected()
	return n > 0, err
}

// decidedTx records the reason why an edition holds further domains after a decision about
// others. Without one, the edition goes on.
func decidedTx(ctx context.Context, tx postgres.Tx, id int64, reason string) (since time.Time, resumed bool, err error) {
	var row struct {
		State   State        `db:"state"`
		Stopped sql.NullTime `db:"stopped_at"`
		Held    bool         `db:"held"`
	}
	err = sqlx.GetContext(ctx, tx, &row, `SELECT state, stopped_at, domain_held AND state IN ('sending', 'held') AS held FROM editions WHERE id = $1 FOR NO KEY UPDATE`, id)
	switch {
	case err != nil || !row.Held:
	case reason == "":
		err = goOnTx(ctx, tx, id, Sending)
		resumed = row.State == Held
	default:
		_, err = tx.ExecContext(ctx, `WITH one AS (UPDATE editions SET state = 'sending', reason = $2 WHERE id = $1 RETURNING id) SELECT pg_notify('mail', '') FROM one`, id, reason)
		resumed = row.State == Held
	}
	if err != nil {
		return since, false, fmt.Errorf("editions: continuing edition %d: %w", id, err)
	}
	return row.Stopped.Time, resumed, nil
}
