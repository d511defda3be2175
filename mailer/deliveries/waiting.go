package deliveries

import (
	"context"
	"fmt"
)

// Waiting is the number of due batches and of running senders.
type Waiting struct {
	Batches int64 `db:"batches"` // due, of editions in state sending
	Senders int64 `db:"senders"` // running, over all processes
}

// Waiting returns the counts of now.
func (s *Store) Waiting(ctx context.Context) (Waiting, error) {
	var w Waiting
	if err := s.db.GetContext(ctx, &w, `
		SELECT (SELECT count(*) FROM batches b JOIN editions e ON e.id = b.edition_id WHERE b.due_at <= now() AND e.state = 'sending') AS batches,
			(SELECT count(*) FROM senders) AS senders`); err != nil {
		return w, fmt.Errorf("deliveries: counting what waits: %w", err)
	}
	return w, nil
}
