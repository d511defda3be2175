package mailer

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"corridor/mailer/smtp"
	"corridor/postgres"
)

// resultDelay is the time that results wait for further results before they are written.
const resultDelay = 50 * time.Millisecond

// ledger writes marks and results for all workers of a sender, one statement at a time.
// Everything that arrives during a statement is part of the next one, so a statement serves
// all connections and an email costs a small part of it. Results go into the journal, which
// is cheap, and are applied to their deliveries one batch at a time.
type ledger struct {
	store  *Store
	log    *slog.Logger
	sender func() int64
	queue  *queue
	waits  *progress
	doubt  func(*lease) // called if no job of a lease could be marked; does not block, and informs the queue
	most   int          // largest number of marked deliveries
	marked int          // marked deliveries without a result; used by run only

	mu      sync.Mutex
	results []result
	waiting []chan struct{} // closed when all earlier results are written
	urgent  chan struct{}   // write without delay
	some    chan struct{}   // there is something to write

	unposted map[*lease]*entries // in the journal, not yet applied
	closing  []closing
	post     chan struct{} // there may be results to apply
}

// ask is the jobs of a lease to be marked.
type ask struct {
	lease *lease
	want  []job
}

// job returns the job of a reader.
func (a *ask) job(subscriber int64) job {
	for _, j := range a.want {
		if j.SubscriberID == subscriber {
			return j
		}
	}
	return job{}
}

// result is the result of an attempt.
type result struct {
	lease      *lease
	edition    int64
	subscriber int64
	place      string // ctid of the delivery's row when the batch was leased
	attempt    int
	state      string
	due        time.Time
	rendering  int64 // rendering that was sent; 0 if none was
	outcome    smtp.Outcome
}

// inFlight is a delivery with the number of the attempt that may be on the wire.
type inFlight struct {
	subscriber int64
	attempt    int
}

// marked is a delivery that may be sent now.
type marked struct {
	job
	lease *lease
}

func newLedger(store *Store, log *slog.Logger, sender func() int64, q *queue, p *progress) *ledger {
	return &ledger{
		store: store, log: log, sender: sender, queue: q, waits: p, most: marksEach * q.connections,
		urgent: make(chan struct{}, 1), some: make(chan struct{}, 1),
		unposted: map[*lease]*entries{}, post: make(chan struct{}, 1),
	}
}

// report adds a result. It never blocks; the number of results is bounded by that of marks.
func (l *ledger) report(r result) {
	l.mu.Lock()
	l.results = append(l.results, r)
	l.mu.Unlock()
	signal(l.some)
}

// written returns a channel that is closed when all results reported before are in the
// journal.
func (l *ledger) written() <-chan struct{} {
	done := make(chan struct{})
	l.mu.Lock()
	l.waiting = append(l.waiting, done)
	l.mu.Unlock()
	signal(l.some)
	return done
}

// run writes until ctx ends.
func (l *ledger) run(ctx context.Context) {
	for l.wait(ctx) {
		l.mu.Lock()
		results, waiting := l.results, l.waiting
		l.results, l.waiting = nil, nil
		l.mu.Unlock()
		for _, r := range results {
			if r.lease.landed(r.subscriber) {
				l.marked--
			}
		}
		asks := l.queue.ask(l.most - l.marked)
		if len(results)+len(asks) > 0 && !l.write(ctx, results, asks) {
			return
		}
		for _, done := range waiting {
			close(done)
		}
	}
}

// wait waits until it is time to write. It returns false when ctx ends.
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

// give gives marked deliveries to the queue.
func (l *ledger) give(asks []*ask, answers [][]marked) {
	for i, a := range asks {
		for _, m := range answers[i] {
			a.lease.inFlight = append(a.lease.inFlight, inFlight{m.SubscriberID, m.attempt})
		}
		l.marked += len(answers[i])
		if len(answers[i]) == 0 { // all its readers may have left, or the lease is lost
			l.doubt(a.lease)
			continue
		}
		l.queue.give(a.lease, answers[i], len(answers[i]) == len(a.want))
	}
	l.queue.answered()
}

// write repeats until the database has stored everything, or ctx ends. It also repeats a
// commit with an unknown result: marks and results name the attempt, so repetition changes
// nothing. It returns false when ctx has ended.
func (l *ledger) write(ctx context.Context, results []result, asks []*ask) bool {
	numbered := map[*lease]bool{}
	for _, r := range results {
		if !numbered[r.lease] {
			r.lease.entries++
			numbered[r.lease] = true
		}
	}
	var answers [][]marked
	if !l.insist(ctx, "marks", len(results), func(ctx context.Context) (err error) {
		answers, err = l.store.record(ctx, l.sender(), results, asks)
		return err
	}) {
		return false
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
	return true
}

// insist repeats do until it succeeds, or returns false when ctx ends.
func (l *ledger) insist(ctx context.Context, part string, results int, do func(context.Context) error) bool {
	failing := false
	l.waits.want(part)
	for wait := 50 * time.Millisecond; ; wait = min(2*wait, 2*time.Second) {
		attempt, cancel := context.WithTimeout(ctx, 20*time.Second)
		err := do(attempt)
		cancel()
		l.waits.got(part, err)
		if err == nil {
			if failing {
				l.log.Info("storing results works again", "results", results)
			}
			return true
		}
		if ctx.Err() != nil {
			return false
		}
		switch { // log once; retries come every two seconds
		case failing:
		case postgres.IsUnavailable(err):
			l.log.Warn("the database does not answer; results are kept and will be retried until it does", "results", results, "error", err)
		default:
			l.log.Error("storing results failed; they are kept and will be retried", "results", results, "error", err)
		}
		failing = true
		select {
		case <-ctx.Done():
			return false
		case <-time.After(wait):
		}
	}
}
