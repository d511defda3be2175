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
	hungry chan struct{} // there may be something to lease, and a use for it

	mu      sync.Mutex
	leases  []*lease      // in the order in which they came, until they are handed back
	wanted  bool          // what was last said of whether another is wanted
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

// open adds a lease. One of the same batch that is still there is over: it has just been
// handed back, or others took this sender for dead, and then it was the first to lease it.
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
	q.wanted = q.wantsLocked()
	return q.wanted
}

// wantsLocked does not count what waits for its domain: it keeps no worker busy.
func (q *queue) wantsLocked() bool {
	jobs, alone := 0, 0
	for _, l := range q.leases {
		switch {
		case l.handing || l.waits():
		case l.alone:
			alone++
			if !l.counts {
				jobs += min(len(l.jobs), marksEach)
			}
		case l.domainRate > 0:
			jobs += min(len(l.jobs), l.allowed)
		default:
			jobs += len(l.jobs)
		}
	}
	return jobs < marksEach*q.connections && alone < q.connections
}

// waiting are domains of which another batch would only wait for its turn, too, or is not
// needed since all workers share the one that is here.
func (q *queue) waiting() (domains []string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, l := range q.leases {
		if l.domainRate > 0 && len(l.jobs) > 0 && (!l.alone || l.waits()) {
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
		if l.asked || len(l.jobs) == 0 {
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
	q.asking = len(asks) > 0
	if wants := q.wantsLocked(); wants != q.wanted {
		if q.wanted = wants; wants {
			signal(q.hungry)
		}
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

// take returns a delivery for a worker that has one of that lease in hand; nil: none.
func (q *queue) take(w *worker, inHand *lease) (m marked, ok bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	owns := q.ownsLocked(w)
	for _, l := range q.leases {
		if len(l.ready) == 0 || (owns || l.owner != nil) && l.owner != w {
			continue
		}
		if l.alone && inHand != nil && inHand != l { // others must not wait for what is in hand
			continue
		}
		if !q.alive(l) {
			q.stopLocked(l)
			continue
		}
		if l.alone {
			l.owner = w
		}
		m, l.ready = l.ready[0], l.ready[1:]
		l.out++
		q.lookLow()
		return m, true
	}
	return marked{}, false
}

// putBack returns a delivery that was taken, by a worker without a connection: it may go
// by way of another worker, also where the lease stands for a connection.
func (q *queue) putBack(m marked) {
	q.mu.Lock()
	defer q.mu.Unlock()
	l := m.lease
	if l.out--; l.stopped || slices.Contains(l.quiet, m.domain) {
		l.again = true
		q.takeBack(m)
	} else {
		l.ready = append([]marked{m}, l.ready...)
	}
	if l.out == 0 {
		l.owner = nil
	}
	q.release(l)
	q.settle(l)
}

// owns tells whether a worker has a lease that stands for a connection.
func (q *queue) owns(w *worker) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.ownsLocked(w)
}

func (q *queue) ownsLocked(w *worker) bool {
	return slices.ContainsFunc(q.leases, func(l *lease) bool { return l.counts && l.owner == w })
}

// watch returns what is closed when there may be something to take that there was not
// before.
func (q *queue) watch() <-chan struct{} {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.changed
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
	q.release(l)
	q.settle(l)
}

// release lets other workers take from a lease of which its owner has none any more.
func (q *queue) release(l *lease) {
	if !l.counts && l.out == 0 {
		l.owner = nil
	}
	if l.owner == nil && len(l.ready) > 0 {
		q.broadcast()
	}
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
	if len(l.jobs) > 0 {
		l.jobs, l.again = nil, true
		signal(q.hungry)
	}
	signal(l.turn)
	q.settle(l)
}

// setApart leaves a receiving domain for another time, in all leases.
func (q *queue) setApart(domain string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, l := range q.leases {
		if l.handing || slices.Contains(l.quiet, domain) {
			continue
		}
		l.quiet = append(l.quiet, domain)
		q.takeBackLocked(l, func(m marked) bool { return m.domain == domain })
		jobs := len(l.jobs)
		l.jobs = slices.DeleteFunc(l.jobs, func(j job) bool { return j.domain == domain })
		l.again = l.again || len(l.jobs) < jobs
		q.settle(l)
	}
	signal(q.hungry)
}

func (q *queue) takeBackLocked(l *lease, which func(marked) bool) {
	l.ready = slices.DeleteFunc(l.ready, func(m marked) bool {
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
