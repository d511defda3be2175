package subscribers

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"corridor/postgres"
)

// Suppressed is a suppressed address.
type Suppressed struct {
	Email  sql.NullString `db:"email"` // null: the reader was erased, and only a hash is kept
	Reason string         `db:"reason"`
	Detail string         `db:"detail"` // the mail server's reply, or a remark of staff
	Source string         `db:"source"` // smtp, staff or reader; empty: unknown
	Event  string         `db:"event"`  // event of many bounces, "edition:domain"; empty: no event
	At     time.Time      `db:"created_at"`
}

// ofEdition is the condition that $1 is the event of an edition's bounces at all domains,
// like "7:*", and that event belongs to that edition.
const ofEdition = `$1 LIKE '%:*' AND split_part(event, ':', 1) = split_part($1, ':', 1)`

// Suppressed lists the suppressed addresses of an event, newest first. An empty event
// stands for all suppressed addresses.
func (s *Store) Suppressed(ctx context.Context, event string) ([]Suppressed, error) {
	list := []Suppressed{}
	if err := s.db.SelectContext(ctx, &list, `
		SELECT email, reason, detail, source, event, created_at FROM suppressions
		WHERE $1 = '' OR event = $1 OR `+ofEdition+` ORDER BY created_at DESC, email`, event); err != nil {
		return nil, fmt.Errorf("subscribers: listing suppressions: %w", err)
	}
	return list, nil
}

// CountWithoutReader returns the number of suppressed addresses that have no reader, and are in no
// export of readers.
func (s *Store) CountWithoutReader(ctx context.Context) (n int64, err error) {
	err = s.db.GetContext(ctx, &n, `
		SELECT count(*) FROM suppressions x WHERE NOT EXISTS (SELECT FROM subscribers s WHERE `+SuppressionOf+`)`)
	if err != nil {
		return 0, fmt.Errorf("subscribers: counting suppressions: %w", err)
	}
	return n, nil
}

// LiftEvent deletes the suppressions of an event and returns their number. A first bounce
// of the event does not count. The address of a
// reader that was erased meanwhile stays suppressed.
func (s *Store) LiftEvent(ctx context.Context, event string) (int64, error) {
	return LiftEventTx(ctx, s.db, event)
}

// LiftEventTx is LiftEvent in the caller's transaction.
func LiftEventTx(ctx context.Context, tx postgres.Tx, event string) (int64, error) {
	if _, err := tx.ExecContext(ctx, `DELETE FROM hard_bounces WHERE event = $1 OR `+ofEdition, event); err != nil {
		return 0, fmt.Errorf("subscribers: forgetting the first bounces of event %s: %w", event, err)
	}
	result, err := tx.ExecContext(ctx, `
		DELETE FROM suppressions WHERE (event = $1 OR `+ofEdition+`) AND event <> '' AND reason = 'hard_bounce' AND email IS NOT NULL`, event)
	if err != nil {
		return 0, fmt.Errorf("subscribers: lifting event %s: %w", event, err)
	}
	return result.RowsAffected()
}
