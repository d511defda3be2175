package mailer

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"corridor/postgres"
)

// resultDelay is how long results wait for company. They go at once with the marks
// that any worker asks for.
const resultDelay = 50 * time.Millisecond

// askDelay lets other workers' asks come along: they ask while they still have some
// milliseconds' worth of mails.
const askDelay = 2 * time.Millisecond

// ledger writes results and marks for all workers of a sender, one statement at a
// time: what comes in while one runs goes with the next. So a statement carries what
// all connections have done, and a mail costs a small part of one.
type ledger struct {
	store  *Store
	log    *slog.Logger
	sender func() int64

	mu      sync.Mutex
	results []result
	asks    []*ask
	wake    chan struct{} // somebody asks
	some    chan struct{} // there are results
}

// ask is what a worker wants marked next. Without a lease it only asks for all results
// before it to be written.
type ask struct {
	lease  *lease
	want   []job
	answer chan []marked // gets one answer
}

// result is what became of an attempt.
type result struct {
	edition    int64
	subscriber int64
	attempt    int
	state      string
	due        time.Time
	outcome    Outcome
}

// marked is a delivery that may go to the wire now.
type marked struct {
	Recipient
	attempt int
	first   time.Time
	domain  string
}

func newLedger(store *Store, log *slog.Logger, sender func() int64) *ledger {
	return &ledger{store: store, log: log, sender: sender, wake: make(chan struct{}, 1), some: make(chan struct{}, 1)}
}

// report hands in a result. It never waits: how much may be handed in is bounded by
// what was marked.
func (l *ledger) report(r result) {
	l.mu.Lock()
	l.results = append(l.results, r)
	l.mu.Unlock()
	signal(l.some)
}

// mark asks for deliveries to be marked. The answer has those that may go; none when
// the lease is lost or the edition stopped.
func (l *ledger) mark(lease *lease, want []job) <-chan []marked {
	a := &ask{lease: lease, want: want, answer: make(chan []marked, 1)}
	l.mu.Lock()
	l.asks = append(l.asks, a)
	l.mu.Unlock()
	signal(l.wake)
	return a.answer
}

// flush waits until everything that was reported before is written.
func (l *ledger) flush(ctx context.Context) error {
	select {
	case <-l.mark(nil, nil):
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
	for {
		select {
		case <-ctx.Done():
			return
		case <-l.wake:
		case <-l.some:
			select {
			case <-ctx.Done():
				return
			case <-l.wake:
			case <-time.After(resultDelay):
			}
		}
		time.Sleep(askDelay)
		l.mu.Lock()
		results, asks := l.results, l.asks
		l.results, l.asks = nil, nil
		l.mu.Unlock()
		if len(results)+len(asks) > 0 {
			l.write(ctx, results, asks)
		}
	}
}

// write repeats until the database has taken it, or ctx ends. A commit of unknown fate
// is repeated too: results and marks name the attempt, so a second time changes
// nothing.
func (l *ledger) write(ctx context.Context, results []result, asks []*ask) {
	for wait := 50 * time.Millisecond; ; wait = min(2*wait, 2*time.Second) {
		attempt, cancel := context.WithTimeout(ctx, 20*time.Second)
		answers, err := l.store.record(attempt, l.sender(), results, asks)
		cancel()
		if err == nil {
			for i, a := range asks {
				a.answer <- answers[i]
			}
			return
		}
		if ctx.Err() != nil {
			return
		}
		if postgres.IsUnavailable(err) {
			l.log.Warn("the database is away; results are kept until it is back", "results", len(results), "error", err)
		} else {
			l.log.Error("results cannot be written; they are kept and tried again", "results", len(results), "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait):
		}
	}
}
