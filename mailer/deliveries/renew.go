package deliveries

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/lib/pq"
)

// Renew extends leases by [LeaseTime]. It returns the leases that the sender still holds of
// editions in state sending, and of its probes. The batches are locked in the order of [Store.Record].
func (s *Store) Renew(ctx context.Context, sender int64, leases []*Lease) (map[*Lease]bool, error) {
	ids := make([]int64, len(leases))
	for i, l := range leases {
		ids[i] = l.Batch
	}
	var held []struct {
		Batch int64 `db:"id"`
		Fence int64 `db:"fence"`
	}
	err := s.db.SelectContext(ctx, &held, `
		WITH ours AS (
			SELECT b.id FROM batches b JOIN editions e ON e.id = b.edition_id AND `+maySend+`
			WHERE b.id = ANY ($1) AND b.leased_by = $2 AND b.lease_until > now()
			ORDER BY b.id FOR NO KEY UPDATE OF b
		)
		UPDATE batches b SET lease_until = now() + $3::interval FROM ours WHERE b.id = ours.id
		RETURNING b.id, b.fence`, pq.Array(ids), sender, LeaseTime.String())
	if err != nil {
		return nil, fmt.Errorf("deliveries: renewing leases: %w", err)
	}
	fences := make(map[int64]int64, len(held))
	for _, h := range held {
		fences[h.Batch] = h.Fence
	}
	set := make(map[*Lease]bool, len(held))
	for _, l := range leases { // a batch that was lost may have been leased again
		set[l] = fences[l.Batch] == l.fence
	}
	return set, nil
}

// LetGo ends the leases of a sender except the known ones. It may hold others when an answer
// of the database was lost. The next holder settles their deliveries in flight.
func (s *Store) LetGo(ctx context.Context, sender int64, known []*Lease) error {
	ids := make([]int64, len(known))
	for i, l := range known {
		ids[i] = l.Batch
	}
	_, err := s.db.ExecContext(ctx, `
		UPDATE batches SET lease_until = now() WHERE leased_by = $1 AND lease_until > now() AND id <> ALL ($2)`, sender, pq.Array(ids))
	if err != nil {
		return fmt.Errorf("deliveries: letting go of leases: %w", err)
	}
	return nil
}

// IsHeld reports whether the sender still holds a lease of an edition in state sending, and
// renews it.
func (s *Store) IsHeld(ctx context.Context, l *Lease, sender int64) (bool, error) {
	held, err := s.Renew(ctx, sender, []*Lease{l})
	return held[l], err
}

// NextDue returns the time until the next batch of an edition in state sending is due, or
// false.
func (s *Store) NextDue(ctx context.Context) (time.Duration, bool, error) {
	var wait sql.NullFloat64
	err := s.db.GetContext(ctx, &wait, `
		SELECT extract(epoch FROM min(b.due_at) - now()) FROM batches b JOIN editions e ON e.id = b.edition_id
		WHERE b.due_at > now() AND b.due_at < 'infinity' AND e.state = 'sending'`)
	if err != nil {
		return 0, false, fmt.Errorf("deliveries: looking for the next due batch: %w", err)
	}
	return time.Duration(wait.Float64 * float64(time.Second)), wait.Valid, nil
}
