package mailer

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"corridor/mailer/smtp"
	"corridor/postgres"
)

// resultDelay is how long results wait for company, unless somebody hurries.
const resultDelay = 50 * time.Millisecond

// ledger writes marks and results for all workers of a sender, one statement at a
// time: what comes in while one runs goes with the next. So a statement carries what
// all connections have done, and a mail costs a small part of one. Results go into the
// journal, which is cheap, and are posted to their deliveries a batch at once.
type ledger struct {
	store  *Store
	log    *slog.Logger
	sender func() int64
	queue  *queue
	waits  *progress
	doubt  func(*lease) // nothing could be marked; does not wait, the queue is told what that means
	most   int          // how many deliveries may be marked at once
	marked int          // how many are, and have no result yet; run alone looks at this

	mu      sync.Mutex
	results []result
	waiting []chan struct{} // closed when all results before are written
	urgent  chan struct{}   // somebody waits
	some    chan struct{}   // there is something to write

	unposted map[*lease]*entries // in the journal
	closing  []closing
	post     chan struct{} // there may be something to post
}

// ask is what is to be marked of a lease.
type ask struct {
	lease *lease
	want  []job
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
	outcome    smtp.Outcome
}

// inFlight is a delivery that may be on the wire, in that attempt.
type inFlight struct {
	subscriber int64
	attempt    int
}

// marked is a delivery that may go to the wire now; its attempt is this one.
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

// report hands in a result. It never waits: how much may be handed in is bounded by
// what was marked.
func (l *ledger) report(r result) {
	l.mu.Lock()
	l.results = append(l.results, r)
	l.mu.Unlock()
	signal(l.some)
}

// written returns what is closed when all that was reported before is in the journal.
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

// wait waits until it is time to write; false when ctx has ended.
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

// give hands what was marked to the queue.
func (l *ledger) give(asks []*ask, answers [][]marked) {
	for i, a := range asks {
		for _, m := range answers[i] {
			a.lease.inFlight = append(a.lease.inFlight, inFlight{m.SubscriberID, m.attempt})
		}
		l.marked += len(answers[i])
		if len(answers[i]) == 0 { // all its readers may have left, or it is lost
			l.doubt(a.lease)
			continue
		}
		l.queue.give(a.lease, answers[i], len(answers[i]) == len(a.want))
	}
	l.queue.answered()
}

// write repeats until the database has taken it, or ctx ends. A commit of unknown fate
// is repeated too: marks and results name the attempt, so a second time changes
// nothing. False: ctx has ended.
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

// insist repeats until the database has done it; false: ctx has ended.
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
