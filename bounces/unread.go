package bounces

import (
	"context"
	"fmt"
	"time"

	"corridor/postgres"

	"github.com/jmoiron/sqlx"
)

// Messages that were not understood are kept for staff, within these limits. The oldest go
// first. What a person wrote is counted and not kept.
const (
	maxUnread     = 200
	maxUnreadSize = 64 << 10 // bytes of a message that are kept
	unreadTime    = 14 * 24 * time.Hour
)

// Unread is a message that was not understood.
type Unread struct {
	ID      int64     `db:"id"`
	At      time.Time `db:"received_at"`
	Kind    Kind      `db:"kind"`
	Source  string    `db:"source"`
	Reason  string    `db:"reason"`
	Edition int64     `db:"edition_id"` // 0: not known
	Reader  int64     `db:"subscriber_id"`
	Kept    bool      `db:"kept"` // the message can be read
}

// keep keeps an event for staff. The reader's erasure deletes it.
func (d *Desk) keep(ctx context.Context, e Event, reason string) (Change, error) {
	text := e.Message[:min(len(e.Message), maxUnreadSize)]
	if e.Kind == Personal {
		text = nil
	}
	err := d.db.InTx(ctx, func(tx *sqlx.Tx) error {
		_, err := tx.ExecContext(ctx, `
			INSERT INTO unread_returns (received_at, kind, source, reason, edition_id, subscriber_id, message)
			VALUES ($1, $2, $3, $4, NULLIF($5, 0), (SELECT id FROM subscribers WHERE id = $6), $7)`,
			time.Now(), e.Kind, clip(e.Source, 250), reason, e.Edition, e.Reader, text)
		if err == nil {
			_, err = tx.ExecContext(ctx, `
				DELETE FROM unread_returns WHERE id <= (SELECT id FROM unread_returns ORDER BY id DESC OFFSET $1 LIMIT 1)`, maxUnread)
		}
		return err
	})
	if err != nil {
		return Change{}, fmt.Errorf("bounces: keeping a message for staff: %w", err)
	}
	return Change{Outcome: Kept, Reason: reason}, nil
}

// ForgetUnread deletes the messages that were kept for staff for two weeks.
func ForgetUnread(ctx context.Context, db *postgres.DB, now time.Time) error {
	if _, err := db.ExecContext(ctx, `DELETE FROM unread_returns WHERE received_at < $1`, now.Add(-unreadTime)); err != nil {
		return fmt.Errorf("bounces: forgetting messages: %w", err)
	}
	return nil
}

// Unread lists the messages that were not understood, newest first.
func (d *Desk) Unread(ctx context.Context) ([]Unread, error) {
	list := []Unread{}
	err := d.db.SelectContext(ctx, &list, `
		SELECT id, received_at, kind, source, reason, COALESCE(edition_id, 0) AS edition_id, COALESCE(subscriber_id, 0) AS subscriber_id, message IS NOT NULL AS kept
		FROM unread_returns ORDER BY id DESC`)
	if err != nil {
		return nil, fmt.Errorf("bounces: listing messages that were not understood: %w", err)
	}
	return list, nil
}

// UnreadMessage returns the kept part of a message. It is empty if the message was not kept.
func (d *Desk) UnreadMessage(ctx context.Context, id int64) ([]byte, error) {
	var text []byte
	if err := d.db.GetContext(ctx, &text, `SELECT message FROM unread_returns WHERE id = $1`, id); err != nil {
		return nil, fmt.Errorf("bounces: reading message %d: %w", id, err)
	}
	return text, nil
}

// TakeUnreadTx returns the number of messages that staff were not alerted of, once a day at
// most, and records the alert.
func TakeUnreadTx(ctx context.Context, tx postgres.Tx, now time.Time) (n int64, err error) {
	result, err := tx.ExecContext(ctx, `
		UPDATE unread_returns SET alerted_at = $1
		WHERE alerted_at IS NULL AND NOT EXISTS (SELECT FROM unread_returns WHERE alerted_at > $1::timestamptz - interval '1 day')`, now)
	if err == nil {
		n, err = result.RowsAffected()
	}
	if err != nil {
		return 0, fmt.Errorf("bounces: looking for messages that were not understood: %w", err)
	}
	return n, nil
}

// UnreadAlert is the alert about n messages that were not understood.
func UnreadAlert(n int64) string {
	if n == 1 {
		return "A message came back that Corridor could not understand. See 'corridor bounces unread'."
	}
	return fmt.Sprintf("%d messages came back that Corridor could not understand. See 'corridor bounces unread'.", n)
}
