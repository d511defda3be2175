package mailer

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"corridor/mailer/deliveries"
	"corridor/mailer/message"
	"corridor/mailer/smtp"
	"corridor/trouble"
)

// worker sends deliveries of the queue over one connection at a time.
type worker struct {
	*Sender
	client      *smtp.Client
	mail, ahead *prepared // the email that is being sent, and the next one
}

// idleTime is the time after which a worker closes an idle connection, because servers
// close them too.
const idleTime = 5 * time.Second

// work sends until ctx ends. While an email is being sent, the next is prepared and
// announced.
func (s *Sender) work(ctx context.Context) {
	w := &worker{Sender: s, client: s.newClient(&s.connected), mail: &prepared{}, ahead: &prepared{}}
	defer w.client.Close()
	var m delivery
	ok := false
	for {
		leave := func() {}
		if !ok {
			if m, ok = w.await(ctx); !ok {
				return
			}
			if m.lease.probe != "" {
				w.sendProbe(ctx, m)
				ok = false
				continue
			}
			if !w.client.Connected() {
				if leave, ok = w.relays.Enter(time.Now()); !ok {
					w.queue.putBack(m) // another worker may have a connection
					w.rest(ctx)
					continue
				}
			}
		}
		if ctx.Err() != nil || !w.queue.mayGo(m) {
			leave()
			w.takeBack(m)
			w.queue.done(m.lease)
			ok = false
			continue
		}
		next, more := w.queue.take(w, m.lease)
		var ahead *delivery
		if more {
			ahead = &next
		}
		outcome, connected := w.deliver(ctx, m, ahead)
		leave()
		if outcome.Relay == "" && !connected { // every relay is braked
			w.takeBack(m)
		} else {
			w.report(m, outcome)
		}
		switch {
		case !connected && w.connected.Load() == 0 && w.relays.Failing(2): // the dispatcher waits too
			w.queue.stop(w.queue.held()...)
		case !connected && m.lease.counts: // other workers have connections for it
			w.queue.stop(m.lease)
		case connected && outcome.SlowDown:
			w.setApart(m.Domain)
			if !outcome.BeforeRecipient() { // else it is the relay's answer for every domain
				w.troubles.Begin(trouble.Domain, m.Domain, errors.New(outcome.ReplyLine()))
			}
		}
		w.queue.done(m.lease)
		if !connected && more { // another worker may have a connection
			w.queue.putBack(next)
			more = false
		}
		m, ok = next, more
	}
}

// await waits for a delivery, or returns false when ctx ends. If connections are limited
// over all processes, it closes an idle connection at once.
func (w *worker) await(ctx context.Context) (delivery, bool) {
	idle := time.NewTimer(idleTime)
	defer idle.Stop()
	for ctx.Err() == nil {
		changed := w.queue.watch()
		if m, ok := w.queue.take(w, nil); ok {
			return m, true
		}
		if w.options.MaxConnections > 0 && !w.queue.owns(w) {
			w.client.Close()
		}
		select {
		case <-ctx.Done():
		case <-changed:
		case <-idle.C:
			w.client.Close()
		}
	}
	return delivery{}, false
}

// rest waits until a relay may be tried again.
func (w *worker) rest(ctx context.Context) {
	select {
	case <-ctx.Done():
	case <-time.After(max(w.relays.Pause(time.Now()), 50*time.Millisecond)):
	}
}

// prepared is a delivery's email, ready to be sent.
type prepared struct {
	delivery
	message smtp.Message
	err     error
}

// deliver sends one delivery and returns its outcome, and whether a relay could be
// connected to. after is the next delivery, if known: its email is composed and announced.
func (w *worker) deliver(ctx context.Context, m delivery, after *delivery) (o smtp.Outcome, connected bool) {
	if w.ahead.lease == m.lease && w.ahead.SubscriberID == m.SubscriberID && w.ahead.Attempt == m.Attempt {
		w.mail, w.ahead = w.ahead, w.mail
	} else {
		w.prepare(ctx, w.mail, m)
	}
	if err := w.mail.err; err != nil {
		if ctx.Err() == nil {
			w.troubles.Begin(trouble.Compose, "editions", err, "edition_id", m.EditionID, "subscriber_id", m.SubscriberID)
		}
		return smtp.Outcome{Kind: smtp.NotSent, Stage: "compose", Text: err.Error(), At: time.Now()}, true
	}
	w.troubles.End(trouble.Compose, "editions")
	var next *smtp.Message
	if after != nil {
		if w.prepare(ctx, w.ahead, *after); w.ahead.err == nil {
			next = &w.ahead.message
		}
	}
	return w.client.Send(ctx, w.wire, &w.mail.message, next)
}

// prepare composes the email of a delivery in p's buffer.
func (w *worker) prepare(ctx context.Context, p *prepared, m delivery) {
	marks := w.options.MessageIDs.Marks(m.EditionID, m.SubscriberID)
	p.delivery, p.message.From, p.message.To, p.message.ID = m, w.envelopeFrom(marks), m.Address, marks.EnvelopeID()
	template, err := w.composed.Template(ctx, m.RenderingID, m.Format)
	if err == nil {
		to := recipient(m.Delivery)
		personal := w.options.Personalise(to)
		personal.LeaveAddress = marks.Leave
		p.message.Data, err = template.Splice(p.message.Data[:0], personal, to, marks.MessageID, time.Now(), w.options.Signer)
	}
	p.err = err
}

// envelopeFrom is the envelope sender of an email: its own, or else the common one.
func (s *Sender) envelopeFrom(marks message.Marks) string {
	if marks.Bounce != "" {
		return marks.Bounce
	}
	return s.options.EnvelopeFrom
}

// recipient returns the reader of a delivery for package message.
func recipient(d deliveries.Delivery) message.Recipient {
	return message.Recipient{
		EditionID: d.EditionID, SubscriberID: d.SubscriberID, VariantID: d.VariantID, RenderingID: d.RenderingID, PreferenceSetID: d.PreferenceSetID,
		Address: d.Address, Name: d.Name, Format: d.Format, Language: d.Language, LinkVersion: d.LinkVersion,
	}
}

// takeBack reports that a delivery in flight was not sent.
func (s *Sender) takeBack(m delivery) { s.ledger.report(m.result(deliveries.Queued)) }

// report records an outcome, and returns true if the delivery will be tried again.
func (w *worker) report(m delivery, o smtp.Outcome) {
	if o.At.IsZero() {
		o.At = time.Now()
	}
	state, due := w.judge(m, o, time.Now())
	r := m.result(state)
	r.Due, r.RenderingID, r.At = due, m.RenderingID, o.At
	r.Code, r.Enhanced, r.Reply, r.Relay, r.Bytes = o.Code, o.Enhanced, o.ReplyText(), o.Relay, o.Bytes
	m.lease.spend(o)
	w.watchRelays(m.EditionID, m.SubscriberID, o)
	if o.Kind == smtp.Accepted {
		w.troubles.End(trouble.Domain, m.Domain)
	} else {
		r.Stage = o.Stage
	}
	w.count(state, o)
	w.ledger.report(r)
}

// judge returns the state after an outcome, and the time of the next attempt.
func (w *worker) judge(m delivery, o smtp.Outcome, now time.Time) (deliveries.State, time.Time) {
	switch o.Kind {
	case smtp.Accepted:
		return deliveries.Sent, time.Time{}
	case smtp.Bounced:
		return deliveries.Bounced, time.Time{}
	case smtp.Rejected:
		return deliveries.Failed, time.Time{}
	case smtp.Uncertain:
		if w.resend.Once && !m.Resent {
			return deliveries.Queued, o.At.Add(w.resend.After)
		}
		return deliveries.Uncertain, time.Time{}
	}
	first := m.First // 4xx, or the connection was lost before the final dot
	if first.IsZero() {
		first = now
	}
	if m.lease.probe != "" && (o.BeforeMail() || o.RefusesUs()) { // the next probe may be of another delivery
		return deliveries.Deferred, now
	}
	next, ok := w.options.Retry.NextRetry(m.Attempt, first, now, rand.Float64())
	if !ok && !w.mayGiveUp(first, o) {
		return deliveries.Deferred, now.Add(w.options.Retry.delay(m.Attempt, rand.Float64()))
	}
	if !ok {
		return deliveries.Failed, next
	}
	return deliveries.Deferred, next
}

// mayGiveUp reports whether a delivery may fail because of its age: not while no relay can be
// used, and not because of a refusal of us while no relay accepted another email.
func (s *Sender) mayGiveUp(first time.Time, o smtp.Outcome) bool {
	if o.BeforeMail() {
		return false
	}
	if o.Meaning != smtp.Us {
		return true
	}
	accepts, err := s.store.AcceptsOthers(s.given, first)
	return err == nil && accepts
}

// setApart pauses a recipient domain that answered 421.
func (w *worker) setApart(domain string) {
	_ = w.note(w.given, "pause a domain", w.store.Quiet(w.given, domain, w.options.Retry.Min, w.options.Retry.Max))
	w.queue.setApart(domain)
}
