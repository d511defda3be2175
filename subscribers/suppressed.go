package subscribers

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// Suppressed is an address that must not be written to.
type Suppressed struct {
	Email  sql.NullString `db:"email"` // null: erased, only a hash is kept
	Reason string         `db:"reason"`
	Detail string         `db:"detail"` // a server's words, or staff's
	Source string         `db:"source"` // what found it out: smtp, staff, reader; empty: unknown
	Event  string         `db:"event"`  // bounces of one event, "edition:domain"; empty: none
	At     time.Time      `db:"created_at"`
}

// Suppressed lists suppressed addresses, newest first; those of one event unless event is
// empty.
func (s *Store) Suppressed(ctx context.Context, event string) ([]Suppressed, error) {
	list := []Suppressed{}
	if err := s.db.SelectContext(ctx, &list, `
		SELECT email, reason, detail, source, event, created_at FROM suppressions
		WHERE $1 = '' OR event = $1 ORDER BY created_at DESC, email`, event); err != nil {
		return nil, fmt.Errorf("subscribers: listing suppressions: %w", err)
	}
	return list, nil
}

// LiftEvent lets the addresses be written to again that one event suppressed, and returns
// how many those are. An address that its owner had erased since stays suppressed.
func (s *Store) LiftEvent(ctx context.Context, event string) (int64, error) {
	result, err := s.db.ExecContext(ctx, `DELETE FROM suppressions WHERE event = $1 AND event <> '' AND reason = 'hard_bounce' AND email IS NOT NULL`, event)
	if err != nil {
		return 0, fmt.Errorf("subscribers: lifting event %s: %w", event, err)
	}
	return result.RowsAffected()
}
