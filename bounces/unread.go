package bounces

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
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
	err := d.db.GetContext(ctx, &text, `SELECT message FROM unread_returns WHERE id = $1`, id)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fmt.Errorf("there is no message %d; 'corridor bounces unread' lists them", id)
	}
	if err != nil {
		return nil, fmt.Errorf("bounces: reading message %d: %w", id, err)
	}
	return text, nil
}

// Untold is the numbers of messages that staff were not alerted of yet.
type Untold struct {
	Unread   int64 `db:"unread"`   // not understood
	Personal int64 `db:"personal"` // written by a person
}

// TakeUnreadTx returns the messages that staff must be alerted of, once a day at most, and
// records the alert.
func TakeUnreadTx(ctx context.Context, tx postgres.Tx, now time.Time) (u Untold, err error) {
	err = sqlx.GetContext(ctx, tx, &u, `
		WITH told AS (
			UPDATE unread_returns SET alerted_at = $1
			WHERE alerted_at IS NULL AND NOT EXISTS (SELECT FROM unread_returns WHERE alerted_at > $1::timestamptz - interval '1 day')
			RETURNING kind
		)
		SELECT count(*) FILTER (WHERE kind <> 'personal') AS unread, count(*) FILTER (WHERE kind = 'personal') AS personal FROM told`, now)
	if err != nil {
		return u, fmt.Errorf("bounces: looking for messages that were not understood: %w", err)
	}
	return u, nil
}

// HasUnreadTx reports whether there are messages for staff.
func HasUnreadTx(ctx context.Context, tx postgres.Tx) (has bool, err error) {
	if err = sqlx.GetContext(ctx, tx, &has, `SELECT EXISTS (SELECT FROM unread_returns)`); err != nil {
		return false, fmt.Errorf("bounces: looking for messages: %w", err)
	}
	return has, nil
}

// Alert is the text of the alert, empty if there is nothing to tell.
func (u Untold) Alert() string {
	var lines []string
	switch {
	case u.Unread == 1:
		lines = append(lines, "A message came back that Corridor could not understand.", "Read it with 'corridor bounces unread'.")
	case u.Unread > 1:
		lines = append(lines, fmt.Sprintf("%d messages came back that Corridor could not understand.", u.Unread), "Read them with 'corridor bounces unread'.")
	}
	switch {
	case u.Personal == 1:
		lines = append(lines, "A person has written to the address for bounces. Corridor does not keep such messages.")
	case u.Personal > 1:
		lines = append(lines, fmt.Sprintf("%d messages of persons went to the address for bounces. Corridor does not keep them.", u.Personal))
	}
	return strings.Join(lines, "\n")
}
