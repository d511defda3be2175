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

// outboxConnections are for single messages alone, so that they pass any digest.
const outboxConnections = 2

// letter is a message of the outbox that is on its way.
type letter struct {
	ID        int64     `db:"id"`
	Recipient string    `db:"recipient"`
	Message   []byte    `db:"message"`
	Attempt   int       `db:"attempt"`
	Created   time.Time `db:"created_at"`
}

// outbox sends single messages until ctx ends. part names this of its loops.
func (s *Sender) outbox(ctx context.Context, part string, news <-chan struct{}) {
	client := s.newClient(nil)
	defer client.Close()
	for ctx.Err() == nil {
		s.progress.want(part)
		m, err := s.store.nextLetter(ctx)
		s.progress.got(part, err)
		if err != nil && ctx.Err() == nil {
			s.log.Warn("the outbox could not be read; it is tried again", "error", err)
		}
		if err == nil && m != nil {
			s.sendLetter(ctx, client, m)
			continue
		}
		client.Close() // nothing more now, and servers do not like idlers
		select {
		case <-ctx.Done():
		case <-news:
		case <-time.After(pollEvery):
		}
	}
}

// sendLetter puts a message on the wire and writes down what became of it.
func (s *Sender) sendLetter(ctx context.Context, client *smtp.Client, m *letter) {
	o := s.putLetter(ctx, client, m)
	if o.Kind == smtp.Accepted {
		s.counters.outbox.Add(1)
	}
	if err := s.countLetter(m.Recipient, o); err != nil {
		s.log.Warn("a single message could not be counted against the limits", "outbox_id", m.ID, "error", err)
	}
	state, due := "sent", time.Time{}
	switch o.Kind {
	case smtp.Accepted:
	case smtp.Uncertain:
		state = "uncertain"
	case smtp.Rejected, smtp.Bounced:
		state = "failed"
	default:
		if ctx.Err() != nil && o.Kind == smtp.NotSent { // our own stop
			state, due = "queued", time.Now()
			break
		}
		next, ok := s.options.Retry.NextRetry(m.Attempt, m.Created, time.Now(), rand.Float64())
		if state, due = "deferred", next; !ok {
			state = "failed"
		}
	}
	if err := s.store.letterDone(s.given, m, state, due, o); err != nil {
		s.log.Warn("the result of a single message could not be written", "outbox_id", m.ID, "error", err)
	}
}

// countLetter lets editions make up for a single message, which waits for no limit, and
// leaves its domain to itself when that asks for it.
func (s *Sender) countLetter(recipient string, o smtp.Outcome) error {
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

// putLetter signs a message, now and not when it was written: a signature has a date.
func (s *Sender) putLetter(ctx context.Context, client *smtp.Client, m *letter) smtp.Outcome {
	text := m.Message
	if s.options.Signer != nil {
		var err error
		if text, err = s.options.Signer.Sign(text); err != nil {
			s.log.Error("a single message could not be signed; it is tried again", "outbox_id", m.ID, "error", err)
			return smtp.Outcome{Kind: smtp.NotSent, Stage: "compose", Text: err.Error(), At: time.Now()}
		}
	}
	o, _ := client.Send(ctx, s.wire, &smtp.Message{From: s.options.EnvelopeFrom, To: m.Recipient, Data: smtp.AppendStuffed(nil, text)}, nil)
	return o
}

// nextLetter claims the next message that is due; nil: none.
func (s *Store) nextLetter(ctx context.Context) (*letter, error) {
	var m letter
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

// letterDone writes the result of an attempt. A message that is done keeps no body:
// its links are for its reader alone.
func (s *Store) letterDone(ctx context.Context, m *letter, state string, due time.Time, o smtp.Outcome) error {
	_, err := s.db.ExecContext(ctx, `
		UPDATE outbox SET state = $3, due_at = $4, lease_until = NULL, code = NULLIF($5, 0), enhanced = NULLIF($6, ''), reply = NULLIF($7, ''),
			message = CASE WHEN $3 IN ('sent', 'failed') THEN ''::bytea ELSE message END
		WHERE id = $1 AND attempt = $2 AND state = 'sending'`,
		m.ID, m.Attempt, state, nullTime(due), o.Code, o.Enhanced, o.ReplyText())
	if err != nil {
		return fmt.Errorf("mailer: writing to the outbox: %w", err)
	}
	return nil
}

// requeueOutbox tries messages again whose sender died. Unlike a delivery, a
// confirmation that never arrives keeps a reader out, and one that arrives twice, with
// one Message-ID, does no harm.
func (s *Store) requeueOutbox(ctx context.Context) error {
	_, err := s.db.ExecContext(ctx, `
		UPDATE outbox SET state = 'queued', lease_until = NULL
		WHERE due_at IS NOT NULL AND state = 'sending' AND lease_until <= now()`)
	if err != nil {
		return fmt.Errorf("mailer: looking after the outbox: %w", err)
	}
	return nil
}
