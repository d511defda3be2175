package deliveries

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"
)

// maySend is the condition that a sender may send the batch b of an edition e.
const maySend = `(e.state = 'sending' OR b.probing AND e.state = 'held' AND e.braked)`

// leaseProbeSQL leases a batch for a probe, also of an edition that the brake holds. On a
// newer schema, Record puts nothing in flight.
const leaseProbeSQL = `
	WITH next AS (
		SELECT b.id
		FROM batches b
		JOIN editions e ON e.id = b.edition_id AND (e.state = 'sending' OR e.state = 'held' AND e.braked)
		WHERE b.due_at <= now() AND (b.lease_until IS NULL OR b.lease_until <= now()) AND NOT ` + domainWaits + `
		ORDER BY b.due_at, b.id
		LIMIT 1
		FOR UPDATE OF b SKIP LOCKED
	)
	UPDATE batches b SET leased_by = $1, fence = b.fence + 1, lease_fence = b.fence + 1, lease_until = now() + $2::interval, probing = true
	FROM next WHERE b.id = next.id
	RETURNING b.id, b.edition_id, b.fence, b.domain, b.due_at, b.marks <> '{}' OR EXISTS (SELECT FROM journal j WHERE j.batch_id = b.id), pg_current_snapshot()::text`

// LeaseProbe leases one due delivery to a sender that tries it on a braked relay, if a probe
// of the relay is due. It returns nil if not, or if no delivery is due. wait is the time
// between two probes, after a number of probes.
func (s *Store) LeaseProbe(ctx context.Context, sender int64, relay string, wait func(probes int) time.Duration) (*Lease, error) {
	l, left := &Lease{}, false
	err := s.db.InTx(ctx, func(tx *sqlx.Tx) error {
		if err := claimProbeTx(ctx, tx, relay, wait); err != nil {
			return err
		}
		return tx.QueryRowContext(ctx, leaseProbeSQL, sender, LeaseTime.String()).Scan(&l.Batch, &l.Edition, &l.fence, &l.Domain, &l.due, &left, &l.snapshot)
	})
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err == nil && left {
		err = s.settle(ctx, l.Batch, l.fence)
	}
	if err == nil {
		err = s.read(ctx, l)
	}
	if err != nil {
		return nil, fmt.Errorf("deliveries: leasing a probe: %w", err)
	}
	if len(l.Deliveries) > 1 { // the least tried: another may be refused for reasons of its own
		first := slices.MinFunc(l.Deliveries, func(a, b Delivery) int { return cmp.Compare(a.Attempt, b.Attempt) })
		l.Deliveries = []Delivery{first}
	}
	return l, nil
}

// ClaimProbe reports whether the caller is to probe a relay now.
func (s *Store) ClaimProbe(ctx context.Context, relay string, wait func(probes int) time.Duration) (bool, error) {
	err := s.db.InTx(ctx, func(tx *sqlx.Tx) error { return claimProbeTx(ctx, tx, relay, wait) })
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("deliveries: claiming a probe: %w", err)
	}
	return true, nil
}

// claimProbeTx sets the time of the next probe. The error is [sql.ErrNoRows] if none is due.
func claimProbeTx(ctx context.Context, tx *sqlx.Tx, relay string, wait func(probes int) time.Duration) error {
	var probes int
	if err := tx.GetContext(ctx, &probes, `
		SELECT probes FROM relays WHERE address = $1 AND braked_at IS NOT NULL AND probe_at <= now() FOR UPDATE SKIP LOCKED`, relay); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `UPDATE relays SET probes = probes + 1, probe_at = now() + $2::interval WHERE address = $1`, relay, wait(probes+1).String())
	return err
}

// ProbeSoon makes a probe of every braked relay due: a sender starts, perhaps with another
// password.
func (s *Store) ProbeSoon(ctx context.Context) error {
	if _, err := s.db.ExecContext(ctx, `UPDATE relays SET probe_at = now() WHERE braked_at IS NOT NULL AND probe_at > now()`); err != nil {
		return fmt.Errorf("deliveries: making probes due: %w", err)
	}
	return nil
}
