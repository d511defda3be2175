package mailer

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"corridor/mailer/deliveries"
	"corridor/mailer/smtp"
	"corridor/postgres"
)

// outboxMessage is a message of the outbox that is being sent.
type outboxMessage struct {
	ID        int64     `db:"id"`
	Kind      string    `db:"kind"` // see [PostTx]
	Recipient string    `db:"recipient"`
	Message   []byte    `db:"message"`
	Attempt   int       `db:"attempt"`
	Created   time.Time `db:"created_at"`
}

// outboxTable is the outbox for senders.
type outboxTable struct{ db *postgres.DB }

// claim claims the next due message, or returns nil. While every relay is braked, only
// alerts are claimed.
func (b outboxTable) claim(ctx context.Context, braked bool) (*outboxMessage, error) {
	var m outboxMessage
	err := b.db.GetContext(ctx, &m, `
		UPDATE outbox SET state = 'sending', attempt = attempt + 1, lease_until = now() + interval '15 minutes', last_at = now()
		WHERE id = (
			SELECT id FROM outbox WHERE due_at <= now() AND state IN ('queued', 'deferred') AND (NOT $1 OR kind = '`+alertKind+`') AND `+postgres.SchemaIsOurs+`
			ORDER BY due_at, id LIMIT 1 FOR UPDATE SKIP LOCKED)
		RETURNING id, kind, recipient, message, attempt, created_at`, braked)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("mailer: reading the outbox: %w", err)
	}
	return &m, nil
}

// alertKind is the kind of the messages that tell staff of trouble. They are sent through
// any relay, also a braked one.
const alertKind = "alert"

// finish stores the result of an attempt. It deletes the body of a finished message,
// because its links are for the reader only.
func (b outboxTable) finish(ctx context.Context, m *outboxMessage, state deliveries.State, due time.Time, o smtp.Outcome) error {
	_, err := b.db.ExecContext(ctx, `
		UPDATE outbox SET state = $3, due_at = $4, lease_until = NULL, code = NULLIF($5, 0), enhanced = NULLIF($6, ''), reply = NULLIF($7, ''),
			no_mailbox_at = CASE WHEN $8 THEN now() END,
			message = CASE WHEN $3 IN ('sent', 'failed') THEN ''::bytea ELSE message END
		WHERE id = $1 AND attempt = $2 AND state = 'sending'`,
		m.ID, m.Attempt, state, postgres.NullTime(due), o.Code, o.Enhanced, o.ReplyText(), o.Kind == smtp.Bounced)
	if err != nil {
		return fmt.Errorf("mailer: writing to the outbox: %w", err)
	}
	return nil
}

// putBack undoes a claim: the message was not attempted and is due again after wait.
func (b outboxTable) putBack(ctx context.Context, m *outboxMessage, wait time.Duration) error {
	_, err := b.db.ExecContext(ctx, `
		UPDATE outbox SET state = CASE WHEN attempt > 1 THEN 'deferred' ELSE 'queued' END, attempt = attempt - 1, lease_until = NULL, due_at = now() + $3::interval
		WHERE id = $1 AND attempt = $2 AND state = 'sending'`, m.ID, m.Attempt, wait.String())
	if err != nil {
		return fmt.Errorf("mailer: returning a message to the outbox: %w", err)
	}
	return nil
}

// requeue makes messages of dead senders due again. A lost confirmation would keep a reader
// out, while two copies with one Message-ID do no harm, unlike those of a delivery.
func (b outboxTable) requeue(ctx context.Context) error {
	_, err := b.db.ExecContext(ctx, `
		UPDATE outbox SET state = 'queued', lease_until = NULL
		WHERE due_at IS NOT NULL AND state = 'sending' AND lease_until <= now()`)
	if err != nil {
		return fmt.Errorf("mailer: requeueing the outbox: %w", err)
	}
	return nil
}
