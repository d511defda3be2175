package mailer

import (
	"context"
	"math/rand/v2"
	"time"

	"corridor/mailer/smtp"
)

// worker sends deliveries of the queue over one connection at a time.
type worker struct {
	*Sender
	client      *smtp.Client
	mail, ahead *prepared // the email that is being sent, and the one prepared meanwhile
}

// idleTime is the time after which a worker closes an idle connection, because servers
// close them too.
const idleTime = 5 * time.Second

// work sends until ctx ends. While an email is being sent, the next is already taken, so
// that it can be prepared and announced.
func (s *Sender) work(ctx context.Context) {
	w := &worker{Sender: s, client: s.newClient(&s.connected), mail: &prepared{}, ahead: &prepared{}}
	defer w.client.Close()
	var m marked
	ok := false
	for {
		leave := func() {}
		if !ok {
			if m, ok = w.await(ctx); !ok {
				return
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
			w.queue.done(m.lease, true)
			ok = false
			continue
		}
		next, more := w.queue.take(w, m.lease)
		var ahead *marked
		if more {
			ahead = &next
		}
		outcome, connected := w.deliver(ctx, m, ahead)
		leave()
		again := w.report(m, outcome)
		switch {
		case !connected && w.connected.Load() == 0 && w.relays.Failing(2): // the dispatcher waits too
			w.queue.stop(w.queue.held()...)
		case !connected && m.lease.counts: // other senders have the connections
			w.queue.stop(m.lease)
		case connected && outcome.SlowDown:
			w.setApart(m.domain)
		}
		w.queue.done(m.lease, again)
		if !connected && more { // another worker may have a connection
			w.queue.putBack(next)
			more = false
		}
		m, ok = next, more
	}
}

// await waits for a delivery, or returns false when ctx ends. If connections are limited
// over all processes, it closes an idle connection at once.
func (w *worker) await(ctx context.Context) (marked, bool) {
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
	return marked{}, false
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
	marked
	message smtp.Message
	err     error
}

// deliver sends one message and returns its outcome, and whether a relay could be connected
// to. after is the next delivery, if known: its message is prepared and announced.
func (w *worker) deliver(ctx context.Context, m marked, after *marked) (o smtp.Outcome, connected bool) {
	if w.ahead.lease == m.lease && w.ahead.SubscriberID == m.SubscriberID && w.ahead.attempt == m.attempt {
		w.mail, w.ahead = w.ahead, w.mail
	} else {
		w.prepare(ctx, w.mail, m)
	}
	if err := w.mail.err; err != nil {
		if ctx.Err() == nil {
			w.log.Error("composing an email failed; it will be retried", "edition_id", m.EditionID, "subscriber_id", m.SubscriberID, "error", err)
		}
		return smtp.Outcome{Kind: smtp.NotSent, Stage: "compose", Text: err.Error(), At: time.Now()}, true
	}
	var next *smtp.Message
	if after != nil {
		if w.prepare(ctx, w.ahead, *after); w.ahead.err == nil {
			next = &w.ahead.message
		}
	}
	return w.client.Send(ctx, w.wire, &w.mail.message, next)
}

// prepare makes the email of a delivery in p's buffer.
func (w *worker) prepare(ctx context.Context, p *prepared, m marked) {
	p.marked, p.message.From, p.message.To = m, w.options.EnvelopeFrom, m.Address
	template, err := w.composed.Template(ctx, m.RenderingID, m.Format)
	if err == nil {
		p.message.Data, err = template.Splice(p.message.Data[:0], w.options.Personalise(m.Recipient), m.Recipient,
			w.options.MessageIDs.ID(m.EditionID, m.SubscriberID), time.Now(), w.options.Signer)
	}
	p.err = err
}

// result returns a result of an attempt at m.
func (m *marked) result(state string) result {
	return result{lease: m.lease, edition: m.EditionID, subscriber: m.SubscriberID, place: m.place, attempt: m.attempt, state: state}
}

// takeBack reports that a marked delivery was not sent.
func (s *Sender) takeBack(m marked) { s.ledger.report(m.result("queued")) }

// report reports an outcome to the ledger as a state, and returns true if the delivery will
// be tried again.
func (w *worker) report(m marked, o smtp.Outcome) (again bool) {
	if o.At.IsZero() {
		o.At = time.Now()
	}
	r := m.result("")
	r.rendering, r.outcome = m.RenderingID, o
	switch o.Kind {
	case smtp.Accepted:
		r.state = "sent"
	case smtp.Bounced:
		r.state = "bounced"
	case smtp.Rejected:
		r.state = "failed"
	case smtp.Uncertain:
		r.state = "uncertain"
		if w.store.resend.Once && !m.resent {
			r.state, r.due = "queued", o.At.Add(w.store.resend.After)
		}
	default: // 4xx, or lost before the final dot
		now := time.Now()
		if m.first.IsZero() {
			m.first = now
		}
		next, ok := w.options.Retry.NextRetry(m.attempt, m.first, now, rand.Float64())
		if r.state, r.due = "deferred", next; !ok {
			r.state = "failed"
		}
	}
	w.watchRelay(m, o)
	w.count(r.state, o)
	w.ledger.report(r)
	return r.state == "deferred" || r.state == "queued"
}

// setApart pauses a recipient domain that asked for it.
func (w *worker) setApart(domain string) {
	if err := w.store.quiet(w.given, domain, w.options.Retry); err != nil {
		w.log.Warn("pausing a recipient domain failed", "error", err)
	}
	w.queue.setApart(domain)
}
