package mailer

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"corridor/postgres"

	"github.com/jmoiron/sqlx"
)

// MessageRecipient returns the address of a message of the outbox. known is false if there
// is no such message, or not any more.
func MessageRecipient(ctx context.Context, db *postgres.DB, id int64) (address string, known bool, err error) {
	err = db.GetContext(ctx, &address, `SELECT recipient FROM outbox WHERE id = $1`, id)
	if errors.Is(err, sql.ErrNoRows) {
		return "", false, nil
	}
	if err != nil {
		return "", false, fmt.Errorf("mailer: reading the outbox: %w", err)
	}
	return address, true, nil
}

// MessageBounce is a report that a single message was not delivered after the mail server
// had accepted it.
type MessageBounce struct {
	Code     int    // RFC 5321; 0: not in the report
	Enhanced string // RFC 3463; may be empty
	Reply    string // of the mail server; may be empty
	Hard     bool   // the mailbox does not exist
}

// BounceMessage records that a message of the outbox failed after the mail server had
// accepted it. changed is false if the message has failed before, or was not sent.
func BounceMessage(ctx context.Context, db *postgres.DB, id int64, b MessageBounce) (changed bool, err error) {
	result, err := db.ExecContext(ctx, `
		UPDATE outbox SET state = 'failed', code = NULLIF($2, 0), enhanced = NULLIF($3, ''), reply = NULLIF($4, ''), message = ''::bytea,
			no_mailbox_at = CASE WHEN $5 THEN now() END
		WHERE id = $1 AND state IN ('sent', 'uncertain')`, id, b.Code, b.Enhanced, b.Reply, b.Hard)
	if err != nil {
		return false, fmt.Errorf("mailer: recording a bounce in the outbox: %w", err)
	}
	n, err := result.RowsAffected()
	return n > 0, err
}

// HasNoMailbox reports whether a mail server has stated, after a time, that the mailbox of
// a single message's recipient does not exist.
func HasNoMailbox(ctx context.Context, tx sqlx.QueryerContext, recipient string, after time.Time) (is bool, err error) {
	err = sqlx.GetContext(ctx, tx, &is, `SELECT EXISTS (SELECT FROM outbox WHERE lower(recipient) = lower($1) AND no_mailbox_at > $2)`, recipient, after)
	if err != nil {
		return false, fmt.Errorf("mailer: reading the outbox: %w", err)
	}
	return is, nil
}
