package mailer

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"corridor/mailer/deliveries"
	"corridor/mailer/smtp"
	"corridor/trouble"
)

// outboxConnections is the number of connections for single messages, which editions cannot
// take.
const outboxConnections = 2

// sendOutbox sends single messages until ctx ends. part names this loop for progress.
func (s *Sender) sendOutbox(ctx context.Context, part string, news <-chan struct{}) {
	client := s.newClient(nil)
	defer client.Close()
	for ctx.Err() == nil {
		s.progress.want(part)
		probe, m, err := s.claimMessage(ctx)
		s.progress.got(part, err)
		if s.note(ctx, "read the outbox", err) == nil && m != nil && s.sendWithin(ctx, client, m, probe) {
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

// claimMessage claims the next message, or returns nil. While every relay is braked, it is
// an alert, or any message for a probe of the relay probe.
func (s *Sender) claimMessage(ctx context.Context) (probe string, m *outboxMessage, err error) {
	braked := s.relays.AllBraked()
	if m, err = s.outbox.claim(ctx, braked); m != nil || err != nil || !braked {
		return "", m, err
	}
	due, _ := s.brakes.due(time.Now())
	for _, b := range due {
		if smtp.IsConnecting(b.Stage) {
			continue
		}
		if m, err = s.outbox.claim(ctx, false); m == nil || err != nil {
			return "", nil, err
		}
		mine, err := s.store.ClaimProbe(ctx, b.Relay, s.options.Retry.probeAfter)
		if mine {
			return b.Relay, m, nil
		}
		return "", nil, errors.Join(err, s.outbox.finish(s.given, m, deliveries.Queued, time.Now(), smtp.Outcome{}))
	}
	return "", nil, nil
}

// sendMessage sends a message, stores the result and returns it. probe is the braked relay
// that the message probes, or empty.
func (s *Sender) sendMessage(ctx context.Context, client *smtp.Client, m *outboxMessage, probe string) smtp.Outcome {
	o := s.transmit(ctx, client, m, probe)
	s.watchRelays(0, m.ID, o)
	if stage := s.brakes.stage(o.Relay); m.Kind != alertKind || !smtp.DependsOnEmail(stage) {
		s.probed(o.Relay, stage, o)
	}
	if o.Kind == smtp.Accepted {
		s.counters.outbox.Add(1)
	}
	_ = s.note(s.given, "count a single message against the limits", s.chargeMessage(m.Recipient, o))
	state, due := deliveries.Sent, time.Time{}
	switch o.Kind {
	case smtp.Accepted:
	case smtp.Uncertain:
		state = deliveries.Uncertain
	case smtp.Rejected, smtp.Bounced:
		state = deliveries.Failed
		s.options.Log.Info("a single message was refused", "kind", m.Kind, "message", m.ID, "code", o.Code, "concerns", o.Meaning)
	default:
		if ctx.Err() != nil && o.Kind == smtp.NotSent { // this process stops
			state, due = deliveries.Queued, time.Now()
			break
		}
		next, ok := s.options.Retry.NextRetry(m.Attempt, m.Created, time.Now(), rand.Float64())
		if !ok && !s.mayGiveUp(m.Created, o) {
			next, ok = time.Now().Add(s.options.Retry.delay(m.Attempt, rand.Float64())), true
		}
		if state, due = deliveries.Deferred, next; !ok {
			state = deliveries.Failed
		}
	}
	s.noteAlert(m, state, o)
	_ = s.note(s.given, "store the result of a single message", s.outbox.finish(s.given, m, state, due, o))
	return o
}

// chargeMessage counts a single message against the rates, which it does not wait for, and
// pauses its domain after 421.
func (s *Sender) chargeMessage(recipient string, o smtp.Outcome) error {
	domain := strings.ToLower(recipient[strings.LastIndexByte(recipient, '@')+1:])
	var problems []error
	if o.Kind == smtp.Accepted {
		s.troubles.End(trouble.Domain, domain)
	}
	if o.SlowDown && domain != "" && !o.BeforeMail() {
		s.troubles.Begin(trouble.Domain, domain, errors.New(o.ReplyLine()))
		problems = append(problems, s.store.Quiet(s.given, domain, s.options.Retry.Min, s.options.Retry.Max))
	}
	if o.Bytes == 0 {
		return errors.Join(problems...)
	}
	if s.options.Rate > 0 {
		problems = append(problems, s.store.Charge(s.given, "relay "+s.options.Relays[0].String(), s.options.Rate))
	}
	if limit := s.options.Limits[domain]; limit.Rate > 0 {
		problems = append(problems, s.store.Charge(s.given, domain, limit.Rate))
	}
	return errors.Join(problems...)
}

// transmit signs and sends a message. A signature contains its time, so the message is
// signed now rather than when it was written.
func (s *Sender) transmit(ctx context.Context, client *smtp.Client, m *outboxMessage, probe string) smtp.Outcome {
	text := slices.Concat(s.options.SingleHeaders.Append(nil, s.options.MessageIDs.SingleID(m.ID)), m.Message)
	if s.options.Signer != nil {
		var err error
		text, err = s.options.Signer.Sign(text)
		if s.troubles.Note(ctx, trouble.Compose, "single messages", err) != nil {
			return smtp.Outcome{Kind: smtp.NotSent, Stage: "compose", Text: err.Error(), At: time.Now()}
		}
	}
	marks := s.options.MessageIDs.Marks(0, m.ID)
	email := smtp.Message{
		From: s.envelopeFrom(marks), To: m.Recipient, ID: marks.EnvelopeID(), Data: smtp.AppendStuffed(nil, text), Urgent: m.Kind == alertKind,
	}
	var o smtp.Outcome
	if probe != "" {
		o, _ = client.Probe(ctx, s.wire, &email, probe)
	} else {
		o, _ = client.Send(ctx, s.wire, &email, nil)
	}
	return o
}
