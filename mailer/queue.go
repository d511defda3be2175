package mailer

import (
	"context"
	"slices"
	"sync"
	"time"
)

const (
	// marksEach is the number of deliveries in flight for each connection, on average.
	// After a kill they are uncertain.
	marksEach = 10
	// askBelow is the number of ready deliveries in a worker's own lease below which more
	// are marked; it covers the time of the statement. For a shared lease the threshold is
	// connections/2, because each worker also holds one delivery.
	askBelow = 2
)

// queue holds the leases of a sender and hands their deliveries to the workers. A delivery
// is first a job of its lease, then the ledger marks it, then a worker takes it and reports
// the result. All workers share the open leases, so that one statement writes the marks of
// few rows. If connections are limited over all processes, a lease counts as a connection
// and belongs to one worker.
type queue struct {
	connections int
	alive       func(*lease) bool // by the lease's deadline
	takeBack    func(marked)      // the marked delivery is not sent
	handBack    func(*lease)      // does not block; the lease has no more work

	low    chan struct{} // few deliveries are ready and more can be marked
	hungry chan struct{} // a batch may be due and is wanted

	mu      sync.Mutex
	leases  []*lease      // in order of arrival, until they are returned
	wanted  bool          // last result of wants
	asking  bool          // the ledger is marking
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

// open adds a lease. It stops an older lease of the same batch, which has just been
// returned, or was lost while others took this sender for dead.
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

// remove removes a returned lease, and reports whether it was the last of its edition in
// this sender.
func (q *queue) remove(l *lease) (last bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.leases = slices.DeleteFunc(q.leases, func(other *lease) bool { return other == l })
	signal(q.hungry)
	q.broadcast()
	return !slices.ContainsFunc(q.leases, func(other *lease) bool { return other.edition == l.edition })
}

// drain waits until all leases are returned, or ctx ends.
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

// held returns all leases.
func (q *queue) held() []*lease {
	q.mu.Lock()
	defer q.mu.Unlock()
	return slices.Clone(q.leases)
}

// wants reports whether another batch should be leased because workers will soon be idle.
func (q *queue) wants() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.wanted = q.wantsLocked()
	return q.wanted
}

// wantsLocked does not count deliveries that wait for their domain, because they keep no
// worker busy.
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

// waiting returns the domains of which another batch would be useless: it would wait for
// its turn too, or all workers share the present one.
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

// ask chooses up to room jobs to be marked.
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

// give adds the marked deliveries of an ask to its lease. all is false if some jobs were
// not marked, for unknown reasons.
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

// answered ends a round of marking.
func (q *queue) answered() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.asking = false
	q.lookLow()
}

// take returns a delivery for a worker that also holds one of the lease inHand, which may
// be nil.
func (q *queue) take(w *worker, inHand *lease) (m marked, ok bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	owns := q.ownsLocked(w)
	for _, l := range q.leases {
		if len(l.ready) == 0 || (owns || l.owner != nil) && l.owner != w {
			continue
		}
		if l.alone && inHand != nil && inHand != l { // a delivery of another lease must not wait for the one in hand
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

// putBack returns a delivery of a worker without a connection. Another worker may send it,
// even if the lease counts as a connection.
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

// owns reports whether a worker owns a lease that counts as a connection.
func (q *queue) owns(w *worker) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.ownsLocked(w)
}

func (q *queue) ownsLocked(w *worker) bool {
	return slices.ContainsFunc(q.leases, func(l *lease) bool { return l.counts && l.owner == w })
}

// watch returns a channel that is closed when more deliveries may be ready.
func (q *queue) watch() <-chan struct{} {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.changed
}

// mayGo reports whether a delivery may still be sent. It checks the lease's deadline before
// each delivery, because other senders may have the batch after the process was suspended.
func (q *queue) mayGo(m marked) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if !m.lease.stopped && !q.alive(m.lease) {
		q.stopLocked(m.lease)
	}
	return !m.lease.stopped && !slices.Contains(m.lease.quiet, m.domain)
}

// done records that a delivery has its result. again means that it will be tried again.
func (q *queue) done(l *lease, again bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	l.out--
	l.again = l.again || again
	q.release(l)
	q.settle(l)
}

// release allows other workers to take from a lease whose owner holds no delivery of it.
func (q *queue) release(l *lease) {
	if !l.counts && l.out == 0 {
		l.owner = nil
	}
	if l.owner == nil && len(l.ready) > 0 {
		q.broadcast()
	}
}

// stop prevents further deliveries of these leases from being sent.
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

// cut defers the jobs of a lease that are not marked.
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

// setApart defers the deliveries to a recipient domain in all leases.
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

// left is the number of a lease's jobs that are not marked.
func (q *queue) left(l *lease) int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(l.jobs)
}

// allow allows n more jobs of a limited lease.
func (q *queue) allow(l *lease, n int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	l.allowed += n
	q.lookLow()
}

// idle reports whether no job is left to be marked.
func (q *queue) idle() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return !q.asking && !slices.ContainsFunc(q.leases, func(l *lease) bool { return l.askable() })
}

// settle returns a lease without remaining work.
func (q *queue) settle(l *lease) {
	if !l.handing && l.out == 0 && !l.asked && len(l.ready) == 0 && len(l.jobs) == 0 {
		l.handing, l.finished = true, !l.again && !l.later
		signal(l.turn)
		q.handBack(l)
	}
}

// lookLow requests more marks before workers are idle.
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
