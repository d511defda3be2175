package mailer

import (
	"context"
	"math/rand/v2"
	"time"

	"corridor/mailer/smtp"
)

// worker sends what it takes from the queue over one connection at a time.
type worker struct {
	*Sender
	client      *smtp.Client
	mail, ahead *prepared // what goes to the wire now, and what is made ready meanwhile
}

// idleTime is how long a worker keeps its connection without anything to send: servers
// do not like idlers.
const idleTime = 5 * time.Second

// work sends until ctx ends. While one mail is on the wire the next is taken already, so
// that it can be made ready and announced.
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
		case !connected && w.connected.Load() == 0 && w.relays.Failing(2): // the dispatcher waits, too
			w.queue.stop(w.queue.held()...)
		case !connected && m.lease.counts: // others have connections for it
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

// await waits for a delivery; false: ctx has ended. Where all processes share a number of
// connections, one that idles is taken from the others.
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

// prepared is a delivery's mail, ready for the wire.
type prepared struct {
	marked
	message smtp.Message
	err     error
}

// deliver puts one message on the wire and returns what became of it, and whether a
// relay could be connected to. What comes after it, if that is known, is made ready and
// announced.
func (w *worker) deliver(ctx context.Context, m marked, after *marked) (o smtp.Outcome, connected bool) {
	if w.ahead.lease == m.lease && w.ahead.SubscriberID == m.SubscriberID && w.ahead.attempt == m.attempt {
		w.mail, w.ahead = w.ahead, w.mail
	} else {
		w.prepare(ctx, w.mail, m)
	}
	if err := w.mail.err; err != nil {
		if ctx.Err() == nil {
			w.log.Error("a mail could not be made; it is tried again", "edition_id", m.EditionID, "subscriber_id", m.SubscriberID, "error", err)
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

// prepare makes the mail of a delivery in p's buffer.
func (w *worker) prepare(ctx context.Context, p *prepared, m marked) {
	p.marked, p.message.From, p.message.To = m, w.options.EnvelopeFrom, m.Address
	template, err := w.composed.Template(ctx, m.RenderingID, m.Format)
	if err == nil {
		p.message.Data, err = template.Splice(p.message.Data[:0], w.options.Personalise(m.Recipient), m.Recipient,
			w.options.MessageIDs.ID(m.EditionID, m.SubscriberID), time.Now(), w.options.Signer)
	}
	p.err = err
}

// result is what became of an attempt at m.
func (m *marked) result(state string) result {
	return result{lease: m.lease, edition: m.EditionID, subscriber: m.SubscriberID, place: m.place, attempt: m.attempt, state: state}
}

// takeBack hands in that a delivery was marked and has not gone to the wire.
func (s *Sender) takeBack(m marked) { s.ledger.report(m.result("queued")) }

// report hands an outcome to the ledger as the state that it means, and tells whether the
// delivery is to be tried again.
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

// setApart leaves a domain that asked for it alone.
func (w *worker) setApart(domain string) {
	if err := w.store.quiet(w.given, domain, w.options.Retry); err != nil {
		w.log.Warn("a receiving domain asked to be left alone, and that could not be noted", "error", err)
	}
	w.queue.setApart(domain)
}
