package mailer

import (
	"context"
	"sync"
	"time"

	"corridor/mailer/deliveries"
	"corridor/trouble"
)

// resultDelay is the time that results wait for further results before they are recorded.
const resultDelay = 50 * time.Millisecond

// ledger puts deliveries in flight and records results for all workers of a sender, one
// statement at a time. Everything that arrives during a statement is part of the next one,
// so a statement serves all connections and an email costs a small part of it. Results go
// into the journal, which is cheap, and are applied to their deliveries many at a time.
type ledger struct {
	store    *deliveries.Store
	troubles *trouble.Log
	sender   func() int64 // id of the session
	queue    *queue
	waits    *progress
	doubt    func(*lease) // called if no delivery of an ask could be put in flight; must not block
	most     int          // largest number of deliveries in flight
	inFlight int          // deliveries in flight; used by run only

	mu      sync.Mutex
	results []deliveries.Result
	waiting []chan struct{} // closed when all results before are recorded
	urgent  chan struct{}   // a returning lease waits
	some    chan struct{}   // there is a result to record

	unapplied map[*deliveries.Flight]*unapplied
	closing   []closing
	apply     chan struct{} // there may be results to apply
}

// unapplied are the recorded results of a lease.
type unapplied struct {
	since   time.Time // when the first was recorded
	results []deliveries.Result
}

func newLedger(store *deliveries.Store, troubles *trouble.Log, sender func() int64, q *queue, p *progress, doubt func(*lease)) *ledger {
	return &ledger{
		store: store, troubles: troubles, sender: sender, queue: q, waits: p, doubt: doubt, most: inFlightEach * q.connections,
		urgent: make(chan struct{}, 1), some: make(chan struct{}, 1),
		unapplied: map[*deliveries.Flight]*unapplied{}, apply: make(chan struct{}, 1),
	}
}

// report adds a result. It does not block; the number of results is bounded by that of
// deliveries in flight.
func (l *ledger) report(r deliveries.Result) {
	l.mu.Lock()
	l.results = append(l.results, r)
	l.mu.Unlock()
	signal(l.some)
}

// written returns a channel that is closed when all results reported before are in the journal.
func (l *ledger) written() <-chan struct{} {
	done := make(chan struct{})
	l.mu.Lock()
	l.waiting = append(l.waiting, done)
	l.mu.Unlock()
	signal(l.some)
	return done
}

// run records until ctx ends.
func (l *ledger) run(ctx context.Context) {
	for l.wait(ctx) {
		l.mu.Lock()
		results, waiting := l.results, l.waiting
		l.results, l.waiting = nil, nil
		l.mu.Unlock()
		for _, r := range results {
			if r.Flight.End(r.SubscriberID) {
				l.inFlight--
			}
		}
		asks := l.queue.ask(l.most - l.inFlight)
		if len(results)+len(asks) > 0 && !l.write(ctx, results, asks) {
			return
		}
		for _, done := range waiting {
			close(done)
		}
	}
}

// wait waits until it is time to record. It returns false when ctx ends.
func (l *ledger) wait(ctx context.Context) bool {
	select {
	case <-ctx.Done():
		return false
	case <-l.urgent:
		return true
	case <-l.queue.low:
		return true
	case <-l.some:
	}
	select {
	case <-ctx.Done():
		return false
	case <-l.urgent:
	case <-l.queue.low:
	case <-time.After(resultDelay):
	}
	return true
}

// write repeats until the database has stored everything, or ctx ends. It also repeats a
// commit with an unknown result: deliveries in flight and results name the attempt, so
// repetition changes nothing. It returns false when ctx has ended.
func (l *ledger) write(ctx context.Context, results []deliveries.Result, asks []*ask) bool {
	deliveries.Number(results)
	wanted := make([]deliveries.Ask, len(asks))
	for i, a := range asks {
		wanted[i] = deliveries.Ask{Flight: a.lease.flight, Want: a.want}
	}
	var started [][]deliveries.Delivery
	if !l.insist(ctx, "marks", func(ctx context.Context) (err error) {
		started, err = l.store.Record(ctx, l.sender(), results, wanted)
		return err
	}) {
		return false
	}
	l.recorded(results)
	for i, a := range asks {
		l.begin(a, started[i])
	}
	l.queue.answered()
	return true
}

// recorded keeps results until they are applied.
func (l *ledger) recorded(results []deliveries.Result) {
	if len(results) == 0 {
		return
	}
	l.mu.Lock()
	for _, r := range results {
		u := l.unapplied[r.Flight]
		if u == nil {
			u = &unapplied{since: time.Now()}
			l.unapplied[r.Flight] = u
		}
		u.results = append(u.results, r)
	}
	l.mu.Unlock()
	signal(l.apply)
}

// begin gives the queue the deliveries of an ask that are in flight now.
func (l *ledger) begin(a *ask, started []deliveries.Delivery) {
	a.lease.flight.Begin(started)
	l.inFlight += len(started)
	if len(started) == 0 { // all its readers may have left, or the lease is lost
		l.doubt(a.lease)
		return
	}
	ready := make([]delivery, len(started))
	for i, d := range started {
		ready[i] = delivery{d, a.lease}
	}
	l.queue.give(a.lease, ready)
}

// insist repeats do until it succeeds, or returns false when ctx ends.
func (l *ledger) insist(ctx context.Context, part string, do func(context.Context) error) bool {
	l.waits.want(part)
	for wait := 50 * time.Millisecond; ; wait = min(2*wait, 2*time.Second) {
		attempt, cancel := context.WithTimeout(ctx, 20*time.Second)
		err := do(attempt)
		cancel()
		l.waits.got(part, err)
		if l.troubles.Note(ctx, trouble.Work, "sender: store "+part, err) == nil {
			return true
		}
		select {
		case <-ctx.Done():
			return false
		case <-time.After(wait):
		}
	}
}
