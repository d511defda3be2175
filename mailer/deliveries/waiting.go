package deliveries

import (
	"context"
	"fmt"
	"strings"
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

// LastDeferral returns the stage and the words of the answer that deferred an email of an
// edition last, or "" if none is deferred.
func (s *Store) LastDeferral(ctx context.Context, edition int64) (string, error) {
	var words []string
	if err := s.db.SelectContext(ctx, &words, `
		SELECT concat_ws(': ', NULLIF(stage, ''), concat_ws(' ', NULLIF(code, 0), NULLIF(enhanced, ''), reply))
		FROM deliveries WHERE edition_id = $1 AND state = 'deferred' ORDER BY last_at DESC NULLS LAST LIMIT 1`, edition); err != nil {
		return "", fmt.Errorf("deliveries: reading the last deferral of edition %d: %w", edition, err)
	}
	return strings.Join(words, ""), nil
}
