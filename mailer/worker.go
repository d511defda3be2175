package mailer

import (
	"context"
	"math/rand/v2"
	"time"
)

const (
	// marksEach is how many deliveries a connection may have marked, on average over all of
	// them: after a kill so many per connection are uncertain. One that asks while others
	// still have some gets more, up to mostMarks.
	marksEach, mostMarks = 10, 20
	// askBelow is when a worker asks for the next marks, and hurryBelow when it needs
	// them soon: in between, others ask too, and one statement serves them all. What is
	// left keeps the wire busy meanwhile.
	askBelow, hurryBelow = 2, 1
)

// worker sends batch after batch over one connection at a time.
type worker struct {
	*Sender
	line        line
	mail, ahead *prepared // what goes to the wire now, and what is made ready meanwhile
}

// batch works on a lease until its jobs are done, or it may not go on.
func (w *worker) batch(ctx context.Context, l *lease) {
	next := l.jobs
	var ready []marked
	var asked <-chan answer
	take := func(a answer) { ready, next, asked = append(ready, a.ready...), next[a.taken:], nil }
	quiet := "" // a domain that answered 421: the rest of its mails is set apart
	for w.mayGoOn(ctx, l) {
		if asked == nil && len(next) > 0 && len(ready) <= askBelow && time.Since(l.read) < leaseAge {
			n, ok := w.turns(ctx, l, len(ready), len(next))
			if !ok && len(ready) == 0 {
				break
			}
			if ok {
				asked = w.ledger.mark(l, next[:n])
			}
		}
		if asked != nil && len(ready) <= hurryBelow {
			w.ledger.hurry()
		}
		if len(ready) == 0 {
			if asked == nil {
				break // done
			}
			select {
			case a := <-asked:
				take(a)
			case <-w.given.Done(): // a stop does not wait for a database that is away
			}
			if len(ready) == 0 && !w.stillHeld(ctx, l) {
				break
			}
			continue
		}
		if asked != nil { // take what has come, without waiting
			select {
			case a := <-asked:
				take(a)
			default:
			}
		}
		m := ready[0]
		ready = ready[1:]
		outcome, connected := w.deliver(ctx, m, ready)
		w.report(l, m, outcome)
		if !connected {
			break // the dispatcher waits before the relay is tried again
		}
		if outcome.SlowDown {
			quiet = m.domain
			break
		}
	}
	w.finish(l, ready, asked, quiet)
}

// mayGoOn tells whether this worker may put another message on the wire. The lease's
// deadline is checked here, before each: after a long stop others have the batch.
func (w *worker) mayGoOn(ctx context.Context, l *lease) bool {
	return ctx.Err() == nil && !l.stopped.Load() && w.clock() < time.Duration(l.deadline.Load())
}

// stillHeld tells whether a lease is worth going on with after nothing could be
// marked: the readers may all have left, or the lease may be lost.
func (w *worker) stillHeld(ctx context.Context, l *lease) bool {
	held, err := w.store.isHeld(ctx, l, w.id())
	return err == nil && held
}

// turns asks the limits how many of the next mails may be marked, when so many are
// ready; false when the domain must wait.
func (w *worker) turns(ctx context.Context, l *lease, ready, next int) (int, bool) {
	limit := w.options.Limits[l.domain]
	limited := l.domain != "" && limit.Rate > 0
	if !limited && w.options.Rate <= 0 {
		return min(mostMarks, next), true // the ledger sees to it that they are not too many
	}
	n := min(marksEach-ready, next) // a turn that was taken is not to be lost
	if limited {
		granted, wait, err := w.store.grant(ctx, l.domain, limit.Rate, n)
		if err != nil || granted == 0 {
			l.notBefore = time.Now().Add(wait)
			return 0, false
		}
		n = granted
	}
	for w.options.Rate > 0 { // everybody's limit: wait for the turn
		granted, wait, err := w.store.grant(ctx, "relay "+w.relays.list[0].String(), w.options.Rate, n)
		if err == nil && granted > 0 {
			return granted, true
		}
		if !w.mayGoOn(ctx, l) {
			return 0, false
		}
		select {
		case <-ctx.Done():
			return 0, false
		case <-time.After(max(wait, 10*time.Millisecond)):
		}
	}
	return n, true
}

// prepared is a delivery's mail, ready for the wire.
type prepared struct {
	marked
	mailing
	err error
}

// deliver puts one message on the wire and returns what became of it, and whether a
// relay could be connected to. rest is what comes after it: the first of it is made
// ready and announced.
func (w *worker) deliver(ctx context.Context, m marked, rest []marked) (o Outcome, connected bool) {
	if w.ahead.marked == m {
		w.mail, w.ahead = w.ahead, w.mail
	} else {
		w.prepare(ctx, w.mail, m)
	}
	if err := w.mail.err; err != nil {
		if ctx.Err() == nil {
			w.log.Error("a mail could not be made; it is tried again", "edition_id", m.EditionID, "subscriber_id", m.SubscriberID, "error", err)
		}
		return Outcome{Kind: NotSent, Stage: "compose", Text: err.Error(), At: time.Now()}, true
	}
	var next *mailing
	if len(rest) > 0 {
		if w.prepare(ctx, w.ahead, rest[0]); w.ahead.err == nil {
			next = &w.ahead.mailing
		}
	}
	return w.line.send(ctx, w.wire, &w.mail.mailing, next)
}

// prepare makes the mail of a delivery in p's buffer.
func (w *worker) prepare(ctx context.Context, p *prepared, m marked) {
	p.marked, p.from, p.to = m, w.options.EnvelopeFrom, m.Address
	template, err := w.composed.get(ctx, m.RenderingID, m.Format)
	if err == nil {
		p.message, err = template.Splice(p.message[:0], w.options.Personalise(m.Recipient), m.Recipient,
			w.options.MessageIDs.ID(m.EditionID, m.SubscriberID), time.Now(), w.options.Signer)
	}
	p.err = err
}

// report hands an outcome to the ledger as the state that it means.
func (w *worker) report(l *lease, m marked, o Outcome) {
	r := result{lease: l, edition: m.EditionID, subscriber: m.SubscriberID, place: m.place, attempt: m.attempt, rendering: m.RenderingID, outcome: o}
	if r.outcome.At.IsZero() {
		r.outcome.At = time.Now()
	}
	switch o.Kind {
	case Accepted:
		r.state = "sent"
	case Bounced:
		r.state = "bounced"
	case Rejected:
		r.state = "failed"
	case Uncertain:
		r.state = "uncertain"
		if w.store.resend {
			r.state = "queued"
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
	w.count(r.state, o)
	w.ledger.report(r)
}

// finish takes back what is marked and has not gone to the wire, and hands the batch
// back when everything is written.
func (w *worker) finish(l *lease, ready []marked, asked <-chan answer, quiet string) {
	if asked != nil {
		select {
		case more := <-asked:
			ready = append(ready, more.ready...)
		case <-w.given.Done(): // the database is away and we must go: they are uncertain
		}
	}
	for _, m := range ready {
		w.ledger.report(result{lease: l, edition: m.EditionID, subscriber: m.SubscriberID, place: m.place, attempt: m.attempt, state: "queued"})
	}
	err := w.ledger.close(w.given, l)
	if err == nil && quiet != "" {
		err = w.setApart(l, quiet)
	}
	if err == nil {
		err = w.store.giveBack(w.given, l, w.id(), l.notBefore)
	}
	if last := w.forget(l); err == nil && last { // if not, others look when they are done
		err = w.store.finish(w.given, l.edition)
	}
	if err != nil {
		w.log.Warn("a batch could not be handed back; another sender takes it when its lease ends", "batch_id", l.batch, "error", err)
	}
}

// setApart leaves a domain that asked for it alone, and lets the others of the batch
// go on.
func (w *worker) setApart(l *lease, domain string) error {
	if err := w.store.quiet(w.given, domain, w.options.Retry); err != nil || l.domain != "" {
		return err
	}
	return w.store.split(w.given, l, domain)
}
