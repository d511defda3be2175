package mailer

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"corridor/postgres"
)

const (
	// resultDelay is how long results and asks wait for company, unless somebody hurries.
	resultDelay = 50 * time.Millisecond
	// companyDelay is how long one who hurries waits for others: they still have mails to
	// send, and what goes along with one statement costs a fraction of one of its own.
	companyDelay = 3 * time.Millisecond
)

// ledger writes results and marks for all workers of a sender, one statement at a
// time: what comes in while one runs goes with the next. So a statement carries what
// all connections have done, and a mail costs a small part of one.
type ledger struct {
	store  *Store
	log    *slog.Logger
	sender func() int64
	active func() int // workers that have a batch

	mu      sync.Mutex
	results []result
	asks    []*ask
	urgent  chan struct{} // somebody waits
	some    chan struct{} // there is something to write
	asked   chan struct{} // one more asks
}

// ask is what a worker wants marked next. Without a lease it only asks for all results
// before it to be written.
type ask struct {
	lease  *lease
	jobs   []job // as many of these, in order, as may be marked when it is written
	want   []job // those of them that were
	answer chan answer
}

// answer says which deliveries may go to the wire, and how many jobs that took: those
// that are missing are for nobody any more, or the lease is lost.
type answer struct {
	ready []marked
	taken int
}

// settle decides how many deliveries an ask gets: with what its worker has not reported
// yet they are no more than a chunk.
func (a *ask) settle() {
	if a.lease != nil {
		a.want = a.jobs[:min(len(a.jobs), chunk-len(a.lease.inFlight))]
	}
}

// job is the ask's for that reader.
func (a *ask) job(subscriber int64) job {
	for _, j := range a.want {
		if j.subscriber == subscriber {
			j.attempt++
			return j
		}
	}
	return job{}
}

// result is what became of an attempt.
type result struct {
	lease      *lease
	edition    int64
	subscriber int64
	attempt    int
	state      string
	due        time.Time
	rendering  int64 // that it carried; 0: it did not go to the wire
	outcome    Outcome
}

// inFlight is a delivery that may be on the wire, in that attempt.
type inFlight struct {
	subscriber int64
	attempt    int
}

// marked is a delivery that may go to the wire now; its attempt is this one.
type marked struct {
	Recipient
	job
	domain string
}

func newLedger(store *Store, log *slog.Logger, sender func() int64, active func() int) *ledger {
	return &ledger{
		store: store, log: log, sender: sender, active: active,
		urgent: make(chan struct{}, 1), some: make(chan struct{}, 1), asked: make(chan struct{}, 1),
	}
}

// report hands in a result. It never waits: how much may be handed in is bounded by
// what was marked.
func (l *ledger) report(r result) {
	l.mu.Lock()
	l.results = append(l.results, r)
	l.mu.Unlock()
	signal(l.some)
}

// mark asks for deliveries to be marked, before long; see [ledger.hurry]. The answer has
// those that may go; none when the lease is lost or the edition stopped.
func (l *ledger) mark(lease *lease, jobs []job) <-chan answer {
	a := &ask{lease: lease, jobs: jobs, answer: make(chan answer, 1)}
	l.mu.Lock()
	l.asks = append(l.asks, a)
	l.mu.Unlock()
	signal(l.some)
	signal(l.asked)
	return a.answer
}

// hurry has everything that was asked and reported written now. The longer a worker can
// do without, the more goes into one statement.
func (l *ledger) hurry() { signal(l.urgent) }

// flush waits until everything that was reported before is written.
func (l *ledger) flush(ctx context.Context) error {
	written := l.mark(nil, nil)
	l.hurry()
	select {
	case <-written:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// run writes until ctx ends.
func (l *ledger) run(ctx context.Context) {
	for l.wait(ctx) {
		l.mu.Lock()
		results, asks := l.results, l.asks
		l.results, l.asks = nil, nil
		l.mu.Unlock()
		for _, r := range results {
			r.lease.landed(r.subscriber)
		}
		for _, a := range asks {
			a.settle()
		}
		if len(results)+len(asks) > 0 {
			l.write(ctx, results, asks)
		}
	}
}

// wait waits until it is time to write; false when ctx has ended.
func (l *ledger) wait(ctx context.Context) bool {
	select {
	case <-ctx.Done():
		return false
	case <-l.urgent:
	case <-l.some:
		select {
		case <-ctx.Done():
			return false
		case <-l.urgent:
		case <-time.After(resultDelay):
			return true
		}
	}
	late := time.After(companyDelay)
	for !l.enough() {
		select {
		case <-ctx.Done():
			return false
		case <-l.asked:
		case <-late:
			return true
		}
	}
	return true
}

// enough tells whether most workers ask; some may be waiting for a slow server.
func (l *ledger) enough() bool {
	l.mu.Lock()
	asks := len(l.asks)
	l.mu.Unlock()
	return 4*asks >= 3*l.active()
}

// give answers asks.
func (*ledger) give(asks []*ask, answers [][]marked) {
	for i, a := range asks {
		for _, m := range answers[i] {
			a.lease.inFlight = append(a.lease.inFlight, inFlight{m.SubscriberID, m.attempt})
		}
		a.answer <- answer{answers[i], len(a.want)}
	}
}

// write repeats until the database has taken it, or ctx ends. A commit of unknown fate
// is repeated too: results and marks name the attempt, so a second time changes
// nothing.
func (l *ledger) write(ctx context.Context, results []result, asks []*ask) {
	failing := false
	for wait := 50 * time.Millisecond; ; wait = min(2*wait, 2*time.Second) {
		attempt, cancel := context.WithTimeout(ctx, 20*time.Second)
		answers, err := l.store.record(attempt, l.sender(), results, asks)
		cancel()
		if err == nil {
			if failing {
				l.log.Info("results are written again", "results", len(results))
			}
			l.give(asks, answers)
			return
		}
		if ctx.Err() != nil {
			return
		}
		switch { // once: it is tried every two seconds
		case failing:
		case postgres.IsUnavailable(err):
			l.log.Warn("the database takes nothing; results are kept, and tried again until it does", "results", len(results), "error", err)
		default:
			l.log.Error("results cannot be written; they are kept and tried again", "results", len(results), "error", err)
		}
		failing = true
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait):
		}
	}
}
