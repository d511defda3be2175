package subscribers

import (
	"context"
	"fmt"
	"time"
)

// unconfirmed is how long an unconfirmed sign-up is kept. The confirmation link is valid
// for seven days; the rest is for a second message.
const unconfirmed = 30 * 24 * time.Hour

// Purge deletes sign-ups that were not confirmed within 30 days, because nothing justifies
// keeping their addresses, and returns the number of pending readers deleted. Pending
// readers that staff imported stay. A reader that left and signed up again stays left.
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
