// Package alerts keeps the troubles that staff were told of, so that they hear of each trouble when it
// begins and when it is over, and posts alerts to a webhook, because an email cannot tell that
// email does not work.
package alerts

import (
	"context"
	"errors"
	"fmt"
	"time"

	"corridor/postgres"

	"github.com/jmoiron/sqlx"
)

// Kind is the kind of an alert, in the "kind" of the webhook's JSON.
type Kind string

// The kinds of alerts.
const (
	EditionHeld Kind = "edition_held"  // named by the edition's id
	Uncertain   Kind = "uncertain"     // named by the edition's id
	Source      Kind = "source"        // named by the source
	SourceWaits Kind = "source_braked" // a gather waits for staff; named by the source
	Held        Kind = "articles_held" // by gathering, for staff; named "held"
	MailServer  Kind = "mail_server"   // named by host:port
	Brake       Kind = "brake"         // named by host:port of the mail server
	Job         Kind = "job"           // named by the job
	Returned    Kind = "returned"      // messages that came back and wait for staff; named "unread"
	Doubted     Kind = "doubted"       // bounces; named by the edition's id
	Test        Kind = "test"          // of corridor check
)

// Ends reports whether a trouble of the kind ends. Staff hear of another one only once.
func (k Kind) Ends() bool { return k != Doubted && k != Test }

// Alert is a message to staff.
type Alert struct {
	Kind  Kind
	Name  string
	Title string // one line
	Text  string // paragraphs, with the commands to choose from
}

// Open is a trouble that staff were told of and that was not over at the last look.
type Open struct {
	Kind  Kind      `db:"kind"`
	Name  string    `db:"name"`
	Title string    `db:"title"`
	Begun time.Time `db:"begun_at"`
}

// Over returns the alert that the trouble is over.
func (o Open) Over(now time.Time) Alert {
	return Alert{o.Kind, o.Name, "Over: " + o.Title, fmt.Sprintf("Staff were told of it %s ago.", now.Sub(o.Begun).Round(time.Second))}
}

// ListTx returns the open troubles. It locks them until the end of tx, so that one process at
// a time decides about alerts.
func ListTx(ctx context.Context, tx *sqlx.Tx) ([]Open, error) {
	if _, err := tx.ExecContext(ctx, `LOCK TABLE alerts IN SHARE ROW EXCLUSIVE MODE`); err != nil {
		return nil, fmt.Errorf("alerts: locking the open alerts: %w", err)
	}
	list := []Open{}
	if err := tx.SelectContext(ctx, &list, `SELECT kind, name, title, begun_at FROM alerts ORDER BY begun_at, kind, name`); err != nil {
		return nil, fmt.Errorf("alerts: reading the open alerts: %w", err)
	}
	return list, nil
}

// BeginTx records that staff are told of a trouble now.
func BeginTx(ctx context.Context, tx postgres.Tx, a Alert, now time.Time) error {
	if _, err := tx.ExecContext(ctx, `
		INSERT INTO alerts (kind, name, title, begun_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (kind, name) DO UPDATE SET title = excluded.title`, a.Kind, a.Name, a.Title, now); err != nil {
		return fmt.Errorf("alerts: recording an alert: %w", err)
	}
	return nil
}

// EndTx records that a trouble is over.
func EndTx(ctx context.Context, tx postgres.Tx, o Open) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM alerts WHERE kind = $1 AND name = $2`, o.Kind, o.Name); err != nil {
		return fmt.Errorf("alerts: recording the end of an alert: %w", err)
	}
	return nil
}

// errGone is the error of a post that is given up.
var errGone = errors.New("alerts: the webhook took no alert for three days; the alert is dropped")
