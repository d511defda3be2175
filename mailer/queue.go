package mailer

import (
	"context"
	"slices"
	"sync"
	"time"
)

const (
	// marksEach is how many deliveries a connection may have marked, on average over all of
	// them: after a kill so many per connection are uncertain.
	marksEach = 10
	// askBelow is how many of a lease that one worker has for itself are left when the
	// next are marked: they keep the wire busy meanwhile. Of those that all workers share
	// it is one for every second of them, who all have one in hand as well.
	askBelow = 2
)

// queue holds what a sender has leased and hands it to its workers. A delivery is a job
// of its lease first, then the ledger marks it, then a worker takes it and reports. All
// workers share the leases that are open, so that their marks stand in few rows and one
// statement writes them. A lease that stands for a connection, because connections are
// limited over all processes, belongs to one worker.
type queue struct {
	connections int
	alive       func(*lease) bool // by its deadline
	takeBack    func(marked)      // it does not go to the wire
	handBack    func(*lease)      // does not wait; nothing more comes of it

	low    chan struct{} // few are ready and more could be
	hungry chan struct{} // few jobs are left, or a lease has ended

	mu      sync.Mutex
	leases  []*lease      // in the order in which they came, until they are handed back
	asking  bool          // some are being marked
	changed chan struct{} // closed when workers should look again
}

func newQueue(connections int) *queue {
	return &queue{connections: connections, low: make(chan struct{}, 1), hungry: make(chan struct{}, 1), changed: make(chan struct{})}
}

func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// open adds a lease. One of the same batch that is still there is over: others took this
// sender for dead, and then it was the first to lease it.
func (q *queue) open(l *lease) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, former := range q.leases {
		if former.batch == l.batch {
			q.stopLocked(former)
		}
	}
	q.leases = append(q.leases, l)
	q.settle(l)
	q.lookLow()
}

// remove takes out a lease that was handed back, and tells whether it was the last of its
// edition here.
func (q *queue) remove(l *lease) (last bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.leases = slices.DeleteFunc(q.leases, func(other *lease) bool { return other == l })
	signal(q.hungry)
	q.broadcast()
	return !slices.ContainsFunc(q.leases, func(other *lease) bool { return other.edition == l.edition })
}

// drain waits until all leases are handed back, or ctx ends.
func (q *queue) drain(ctx context.Context) {
	for {
		q.mu.Lock()
		left, changed := len(q.leases), q.changed
		q.mu.Unlock()
		if left == 0 {
			return
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return
		}
	}
}

// held are all leases.
func (q *queue) held() []*lease {
	q.mu.Lock()
	defer q.mu.Unlock()
	return slices.Clone(q.leases)
}

// wants tells whether another batch should be leased: workers would soon have nothing.
func (q *queue) wants() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.wantsLocked()
}

func (q *queue) wantsLocked() bool {
	jobs, connections := 0, 0
	for _, l := range q.leases {
		switch {
		case l.counts && !l.handing:
			connections++
		case !l.alone && l.domainRate == 0: // the others have to wait for a limit
			jobs += len(l.jobs)
		}
	}
	return jobs < marksEach*q.connections && connections < q.connections
}

// waiting are domains of which mails wait for their turn here: a second batch would only
// wait, too.
func (q *queue) waiting() (domains []string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, l := range q.leases {
		if l.domainRate > 0 && len(l.jobs) > 0 {
			domains = append(domains, l.domain)
		}
	}
	return domains
}

// ask chooses which jobs to mark next, so many of them at most.
func (q *queue) ask(room int) (asks []*ask) {
	q.mu.Lock()
	defer q.mu.Unlock()
	some := func(l *lease, most int) {
		if l.asked {
			return
		}
		if time.Since(l.read) >= leaseAge {
			q.cutLocked(l)
			return
		}
		if n := min(len(l.jobs), l.allowed, most, room); n > 0 {
			asks = append(asks, &ask{lease: l, want: l.jobs[:n]})
			l.jobs, l.allowed, l.asked = l.jobs[n:], l.allowed-n, true
			room -= n
			if l.allowed == 0 {
				signal(l.turn)
			}
		}
	}
	for _, l := range q.leases {
		if l.alone {
			some(l, marksEach-len(l.inFlight))
		}
	}
	for _, l := range q.leases {
		if !l.alone {
			some(l, room)
		}
	}
	if q.asking = len(asks) > 0; q.asking && q.wantsLocked() {
		signal(q.hungry)
	}
	return asks
}

// give takes in what of an ask may go to the wire, and whether that is all of it: of the
// rest it is not known why it may not.
func (q *queue) give(l *lease, ready []marked, all bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	l.asked, l.again = false, l.again || !all
	for _, m := range ready {
		if l.stopped || slices.Contains(l.quiet, m.domain) {
			l.again = true
			q.takeBack(m)
		} else {
			l.ready = append(l.ready, m)
		}
	}
	if len(l.ready) > 0 {
		q.broadcast()
	}
	q.settle(l)
	q.lookLow()
}

// answered ends a round of asking.
func (q *queue) answered() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.asking = false
	q.lookLow()
}

// take returns a delivery for a worker, or, when there is none, what is closed when it
// should look again. mine: it has a lease that stands for a connection.
func (q *queue) take(w *worker) (m marked, ok, mine bool, changed <-chan struct{}) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, l := range q.leases {
		mine = mine || l.counts && l.owner == w
	}
	for _, l := range q.leases {
		if len(l.ready) == 0 || (mine || l.owner != nil) && l.owner != w {
			continue
		}
		if !q.alive(l) {
			q.stopLocked(l)
			continue
		}
		if l.alone {
			l.owner, mine = w, l.counts
		}
		m, l.ready = l.ready[0], l.ready[1:]
		l.out++
		q.lookLow()
		return m, true, mine, nil
	}
	return marked{}, false, mine, q.changed
}

// mayGo tells whether a delivery that was taken may still go to the wire. The lease's
// deadline is checked here, before each: after a long stop others have the batch.
func (q *queue) mayGo(m marked) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if !m.lease.stopped && !q.alive(m.lease) {
		q.stopLocked(m.lease)
	}
	return !m.lease.stopped && !slices.Contains(m.lease.quiet, m.domain)
}

// done notes that a delivery which was taken has its result; again: it is to be tried
// once more.
func (q *queue) done(l *lease, again bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	l.out--
	l.again = l.again || again
	if l.out == 0 && l.owner != nil && !l.counts {
		l.owner = nil
		q.broadcast()
	}
	q.settle(l)
}

// stop lets nothing more of these leases go to the wire.
func (q *queue) stop(leases ...*lease) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, l := range leases {
		q.stopLocked(l)
	}
}

func (q *queue) stopLocked(l *lease) {
	l.stopped = true
	q.takeBackLocked(l, func(marked) bool { return true })
	q.cutLocked(l)
}

// cut leaves what of a lease is not marked for another time.
func (q *queue) cut(l *lease, notBefore time.Time) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if !l.handing {
		l.notBefore = notBefore
	}
	q.cutLocked(l)
}

func (q *queue) cutLocked(l *lease) {
	l.again = l.again || len(l.jobs) > 0
	l.jobs = nil
	q.settle(l)
	signal(q.hungry)
}

// setApart leaves a receiving domain for another time, in all leases.
func (q *queue) setApart(domain string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, l := range slices.Clone(q.leases) {
		if l.handing || slices.Contains(l.quiet, domain) {
			continue
		}
		l.quiet, l.again = append(l.quiet, domain), true
		q.takeBackLocked(l, func(m marked) bool { return m.domain == domain })
		l.jobs = slices.DeleteFunc(slices.Clone(l.jobs), func(j job) bool { return j.domain == domain })
		q.settle(l)
	}
	signal(q.hungry)
}

func (q *queue) takeBackLocked(l *lease, which func(marked) bool) {
	l.ready = slices.DeleteFunc(slices.Clone(l.ready), func(m marked) bool {
		back := which(m)
		if back {
			l.again = true
			q.takeBack(m)
		}
		return back
	})
}

// left is how many jobs of a lease are not marked.
func (q *queue) left(l *lease) int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(l.jobs)
}

// allow lets so many more jobs of a limited lease go.
func (q *queue) allow(l *lease, n int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	l.allowed += n
	q.lookLow()
}

// idle tells whether nothing is left to be marked.
func (q *queue) idle() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return !q.asking && !slices.ContainsFunc(q.leases, func(l *lease) bool { return l.askable() })
}

// settle hands a lease back when nothing more comes of it.
func (q *queue) settle(l *lease) {
	if !l.handing && l.out == 0 && !l.asked && len(l.ready) == 0 && len(l.jobs) == 0 {
		l.handing, l.finished = true, !l.again && !l.later
		signal(l.turn)
		q.handBack(l)
	}
}

// lookLow has more marked before workers have nothing to take.
func (q *queue) lookLow() {
	if q.asking {
		return
	}
	ready, askable := 0, false
	for _, l := range q.leases {
		if !l.alone {
			ready += len(l.ready)
			askable = askable || l.askable()
		} else if len(l.ready) <= askBelow && l.askable() {
			signal(q.low)
			return
		}
	}
	if askable && ready <= q.connections/2 {
		signal(q.low)
	}
}

func (q *queue) broadcast() {
	close(q.changed)
	q.changed = make(chan struct{})
}
