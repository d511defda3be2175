package mailer

import (
	"context"
	"fmt"
)

// hold stops an edition that is being sent until staff decide, and says whether this call
// did it.
func (s *Store) hold(ctx context.Context, edition int64, reason string) (bool, error) {
	result, err := s.db.ExecContext(ctx, `
		WITH held AS (
			UPDATE editions SET state = 'held', reason = $2, alerted_at = NULL WHERE id = $1 AND state = 'sending' RETURNING id
		)
		SELECT pg_notify('editions', id::text) FROM held`, edition, reason)
	if err != nil {
		return false, fmt.Errorf("mailer: holding edition %d: %w", edition, err)
	}
	n, err := result.RowsAffected()
	return n > 0, err
}

// holdAndSay is hold with a line in the log: the alert by email may not get through.
func (s *Sender) holdAndSay(ctx context.Context, edition int64, reason string) error {
	held, err := s.store.hold(ctx, edition, reason)
	if held {
		s.log.Error("an edition is held; staff decide: corridor editions resume ID or cancel ID", "edition_id", edition, "reason", reason)
	}
	return err
}
