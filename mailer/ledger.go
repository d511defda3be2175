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

// ledger writes marks and results for all workers of a sender, one statement at a
// time: what comes in while one runs goes with the next. So a statement carries what
// all connections have done, and a mail costs a small part of one. Results go into the
// journal, which is cheap, and are posted to their deliveries a batch at once.
type ledger struct {
	store  *Store
	log    *slog.Logger
	sender func() int64
	active func() int // workers that have a batch
	most   int        // how many deliveries may be marked at once
	marked int        // how many are, and have no result yet; run alone looks at this

	mu      sync.Mutex
	results []result
	asks    []*ask
	urgent  chan struct{} // somebody waits
	some    chan struct{} // there is something to write
	asked   chan struct{} // one more asks

	unposted map[*lease]*entries // in the journal
	closing  []closing
	post     chan struct{} // there may be something to post
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

// job is the ask's for that reader.
func (a *ask) job(subscriber int64) job {
	for _, j := range a.want {
		if j.SubscriberID == subscriber {
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
	place      string // where the delivery's row was when the batch was leased
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
type marked struct{ job }

func newLedger(store *Store, log *slog.Logger, sender func() int64, active func() int, connections int) *ledger {
	return &ledger{
		store: store, log: log, sender: sender, active: active, most: marksEach * connections,
		urgent: make(chan struct{}, 1), some: make(chan struct{}, 1), asked: make(chan struct{}, 1),
		unposted: map[*lease]*entries{}, post: make(chan struct{}, 1),
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
			if r.lease.landed(r.subscriber) {
				l.marked--
			}
		}
		l.share(asks)
		if len(results)+len(asks) > 0 {
			l.write(ctx, results, asks)
		}
	}
}

// share decides how many deliveries each ask gets: one at least, and of what may be
// marked beyond one a connection an equal part.
func (l *ledger) share(asks []*ask) {
	left := l.most*(marksEach-1)/marksEach - l.marked
	for i, a := range asks {
		if a.lease != nil {
			n := min(len(a.jobs), mostMarks-len(a.lease.inFlight), max(left/(len(asks)-i), 1))
			a.want, left = a.jobs[:n], left-n
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
func (l *ledger) give(asks []*ask, answers [][]marked) {
	for i, a := range asks {
		for _, m := range answers[i] {
			a.lease.inFlight = append(a.lease.inFlight, inFlight{m.SubscriberID, m.attempt})
		}
		l.marked += len(answers[i])
		a.answer <- answer{answers[i], len(a.want)}
	}
}

// write repeats until the database has taken it, or ctx ends. A commit of unknown fate
// is repeated too: marks and results name the attempt, so a second time changes
// nothing.
func (l *ledger) write(ctx context.Context, results []result, asks []*ask) {
	numbered := map[*lease]bool{}
	for _, r := range results {
		if !numbered[r.lease] {
			r.lease.entries++
			numbered[r.lease] = true
		}
	}
	var answers [][]marked
	if !l.insist(ctx, len(results), func(ctx context.Context) (err error) {
		answers, err = l.store.record(ctx, l.sender(), results, asks)
		return err
	}) {
		return
	}
	l.mu.Lock()
	for _, r := range results {
		e := l.unposted[r.lease]
		if e == nil {
			e = &entries{lease: r.lease, since: time.Now(), first: r.lease.entries}
			l.unposted[r.lease] = e
		}
		e.results, e.last = append(e.results, r), r.lease.entries
	}
	l.mu.Unlock()
	if len(results) > 0 {
		signal(l.post)
	}
	l.give(asks, answers)
}

// insist repeats until the database has done it; false: ctx has ended.
func (l *ledger) insist(ctx context.Context, results int, do func(context.Context) error) bool {
	failing := false
	for wait := 50 * time.Millisecond; ; wait = min(2*wait, 2*time.Second) {
		attempt, cancel := context.WithTimeout(ctx, 20*time.Second)
		err := do(attempt)
		cancel()
		if err == nil {
			if failing {
				l.log.Info("results are written again", "results", results)
			}
			return true
		}
		if ctx.Err() != nil {
			return false
		}
		switch { // once: it is tried every two seconds
		case failing:
		case postgres.IsUnavailable(err):
			l.log.Warn("the database takes nothing; results are kept, and tried again until it does", "results", results, "error", err)
		default:
			l.log.Error("results cannot be written; they are kept and tried again", "results", results, "error", err)
		}
		failing = true
		select {
		case <-ctx.Done():
			return false
		case <-time.After(wait):
		}
	}
}
