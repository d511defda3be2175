package mailer

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"corridor/mailer/smtp"
	"corridor/postgres"
)

// outboxConnections is the number of connections for single messages, which editions cannot
// take.
const outboxConnections = 2

// outboxMessage is a message of the outbox that is being sent.
type outboxMessage struct {
	ID        int64     `db:"id"`
	Recipient string    `db:"recipient"`
	Message   []byte    `db:"message"`
	Attempt   int       `db:"attempt"`
	Created   time.Time `db:"created_at"`
}

// outbox sends single messages until ctx ends. part names this loop for progress.
func (s *Sender) outbox(ctx context.Context, part string, news <-chan struct{}) {
	client := s.newClient(nil)
	defer client.Close()
	for ctx.Err() == nil {
		s.progress.want(part)
		m, err := s.store.nextMessage(ctx)
		s.progress.got(part, err)
		if err != nil && ctx.Err() == nil {
			s.log.Warn("reading the outbox failed; it will be retried", "error", err)
		}
		if err == nil && m != nil {
			s.sendMessage(ctx, client, m)
			continue
		}
		client.Close() // the outbox is empty, and servers close idle connections
		select {
		case <-ctx.Done():
		case <-news:
		case <-time.After(pollEvery):
		}
	}
}

// sendMessage sends a message and stores the result.
func (s *Sender) sendMessage(ctx context.Context, client *smtp.Client, m *outboxMessage) {
	o := s.transmit(ctx, client, m)
	if o.Kind == smtp.Accepted {
		s.counters.outbox.Add(1)
	}
	if err := s.chargeMessage(m.Recipient, o); err != nil {
		s.log.Warn("counting a single message against the limits failed", "outbox_id", m.ID, "error", err)
	}
	state, due := "sent", time.Time{}
	switch o.Kind {
	case smtp.Accepted:
	case smtp.Uncertain:
		state = "uncertain"
	case smtp.Rejected, smtp.Bounced:
		state = "failed"
	default:
		if ctx.Err() != nil && o.Kind == smtp.NotSent { // this process stops
			state, due = "queued", time.Now()
			break
		}
		next, ok := s.options.Retry.NextRetry(m.Attempt, m.Created, time.Now(), rand.Float64())
		if state, due = "deferred", next; !ok {
			state = "failed"
		}
	}
	if err := s.store.messageDone(s.given, m, state, due, o); err != nil {
		s.log.Warn("storing the result of a single message failed", "outbox_id", m.ID, "error", err)
	}
}

// chargeMessage counts a single message against the rates, which it does not wait for, and
// pauses its domain after 421.
func (s *Sender) chargeMessage(recipient string, o smtp.Outcome) error {
	domain := strings.ToLower(recipient[strings.LastIndexByte(recipient, '@')+1:])
	var problems []error
	if o.SlowDown && domain != "" && !o.BeforeMail() {
		problems = append(problems, s.store.quiet(s.given, domain, s.options.Retry))
	}
	if o.Bytes == 0 {
		return errors.Join(problems...)
	}
	if s.options.Rate > 0 {
		problems = append(problems, s.store.charge(s.given, "relay "+s.options.Relays[0].String(), s.options.Rate))
	}
	if limit := s.options.Limits[domain]; limit.Rate > 0 {
		problems = append(problems, s.store.charge(s.given, domain, limit.Rate))
	}
	return errors.Join(problems...)
}

// transmit signs and sends a message. A signature contains its time, so the message is
// signed now rather than when it was written.
func (s *Sender) transmit(ctx context.Context, client *smtp.Client, m *outboxMessage) smtp.Outcome {
	text := m.Message
	if s.options.Signer != nil {
		var err error
		if text, err = s.options.Signer.Sign(text); err != nil {
			s.log.Error("signing a single message failed; it will be retried", "outbox_id", m.ID, "error", err)
			return smtp.Outcome{Kind: smtp.NotSent, Stage: "compose", Text: err.Error(), At: time.Now()}
		}
	}
	o, _ := client.Send(ctx, s.wire, &smtp.Message{From: s.options.EnvelopeFrom, To: m.Recipient, Data: smtp.AppendStuffed(nil, text)}, nil)
	return o
}

// nextMessage claims the next due message, or returns nil.
func (s *Store) nextMessage(ctx context.Context) (*outboxMessage, error) {
	var m outboxMessage
	err := s.db.GetContext(ctx, &m, `
		UPDATE outbox SET state = 'sending', attempt = attempt + 1, lease_until = now() + interval '15 minutes', last_at = now()
		WHERE id = (
			SELECT id FROM outbox WHERE due_at <= now() AND state IN ('queued', 'deferred') AND `+postgres.SchemaIsOurs+`
			ORDER BY due_at, id LIMIT 1 FOR UPDATE SKIP LOCKED)
		RETURNING id, recipient, message, attempt, created_at`)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("mailer: reading the outbox: %w", err)
	}
	return &m, nil
}

// messageDone stores the result of an attempt. It deletes the body of a finished message,
// because its links are for the reader only.
func (s *Store) messageDone(ctx context.Context, m *outboxMessage, state string, due time.Time, o smtp.Outcome) error {
	_, err := s.db.ExecContext(ctx, `
		UPDATE outbox SET state = $3, due_at = $4, lease_until = NULL, code = NULLIF($5, 0), enhanced = NULLIF($6, ''), reply = NULLIF($7, ''),
			message = CASE WHEN $3 IN ('sent', 'failed') THEN ''::bytea ELSE message END
		WHERE id = $1 AND attempt = $2 AND state = 'sending'`,
		m.ID, m.Attempt, state, postgres.NullTime(due), o.Code, o.Enhanced, o.ReplyText())
	if err != nil {
		return fmt.Errorf("mailer: writing to the outbox: %w", err)
	}
	return nil
}

// requeueOutbox makes messages due again whose sender died. A lost confirmation would keep
// a reader out, while two copies with one Message-ID do no harm, unlike those of a
// delivery.
func (s *Store) requeueOutbox(ctx context.Context) error {
	_, err := s.db.ExecContext(ctx, `
		UPDATE outbox SET state = 'queued', lease_until = NULL
		WHERE due_at IS NOT NULL AND state = 'sending' AND lease_until <= now()`)
	if err != nil {
		return fmt.Errorf("mailer: requeueing the outbox: %w", err)
	}
	return nil
}
