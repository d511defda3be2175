package subscribers

import (
	"context"
	"fmt"
	"time"
)

// unconfirmed is how long a sign-up waits for its confirmation. The link works for
// seven days; the rest is for a second letter.
const unconfirmed = 30 * 24 * time.Hour

// Purge forgets sign-ups that nobody has confirmed in a month, and returns how many:
// we have no business with those addresses. What staff imported as pending stays, and
// who left keeps their state.
func (s *Store) Purge(ctx context.Context, now time.Time) (int64, error) {
	before := now.Add(-unconfirmed)
	_, err := s.db.ExecContext(ctx, `
		UPDATE subscribers SET requested = NULL
		WHERE state = 'left' AND requested IS NOT NULL AND (requested->'consent'->>'at')::timestamptz < $1`, before)
	if err != nil {
		return 0, fmt.Errorf("subscribers: forgetting sign-ups: %w", err)
	}
	res, err := s.db.ExecContext(ctx, `
		DELETE FROM subscribers
		WHERE state = 'pending' AND created_at < $1 AND (consent->>'at')::timestamptz < $1 AND consent->>'how' IN ('form', 'json')`, before)
	if err != nil {
		return 0, fmt.Errorf("subscribers: forgetting sign-ups: %w", err)
	}
	_, err = s.db.ExecContext(ctx, `DELETE FROM merged_readers m WHERE NOT EXISTS (SELECT FROM subscribers WHERE id = m.subscriber_id)`)
	if err != nil {
		return 0, fmt.Errorf("subscribers: forgetting merged readers: %w", err)
	}
	return res.RowsAffected()
}
