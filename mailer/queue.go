package mailer

import (
	"context"
	"slices"
	"sync"
	"time"

	"corridor/mailer/deliveries"
)

const (
	// inFlightEach is the number of deliveries in flight for each connection, on average: after
	// a kill that many for each connection are uncertain.
	inFlightEach = 10
	// askBelow is the number of ready deliveries of a lease of one worker at which more are put
	// in flight, so that the worker does not wait. For shared leases it is connections/2,
	// because each worker also holds one delivery.
	askBelow = 2
)

// queue holds the leases of a sender and gives their deliveries to its workers. A delivery is
// open first; the ledger puts it in flight, then it is ready; a worker takes it and reports.
// All workers share the leases, so that the deliveries in flight stand in few rows and one
// statement writes them. A lease that counts as a connection, because connections are limited
// over all processes, belongs to one worker.
type queue struct {
	connections int
	calls       queueCalls

	low    chan struct{} // few deliveries are ready, and more could be
	hungry chan struct{} // another batch may be useful

	mu      sync.Mutex
	leases  []*lease      // in the order in which they came, until they are returned
	wanted  bool          // the last answer of wants
	asking  bool          // the ledger has asks
	changed chan struct{} // closed when workers should look again
}

// queueCalls are what a queue calls, with its lock held. None may wait.
type queueCalls struct {
	alive       func(*lease) bool // by its deadline
	takeBack    func(delivery)    // it does not go to the wire
	returnLease func(*lease)      // all its deliveries are settled
}

func newQueue(connections int, calls queueCalls) *queue {
	return &queue{connections: connections, calls: calls, low: make(chan struct{}, 1), hungry: make(chan struct{}, 1), changed: make(chan struct{})}
}

func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// open adds a lease. A former lease of the same batch is over: it has just been returned, or
// other senders took this one for dead and it leased the batch again.
func (q *queue) open(l *lease) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, former := range q.leases {
		if former.Batch == l.Batch {
			q.stopLocked(former)
		}
	}
	q.leases = append(q.leases, l)
	q.settle(l)
	q.lookLow()
}

// remove takes out a lease that was returned, and tells whether it was the last of its
// edition in this queue.
func (q *queue) remove(l *lease) (last bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.leases = slices.DeleteFunc(q.leases, func(other *lease) bool { return other == l })
	signal(q.hungry)
	q.broadcast()
	return !slices.ContainsFunc(q.leases, func(other *lease) bool { return other.Edition == l.Edition })
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

// wants tells whether another batch should be leased: workers would soon wait.
func (q *queue) wants() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.wanted = q.wantsLocked()
	return q.wanted
}

// wantsLocked does not count deliveries that wait for a turn of their domain: they keep no
// worker busy.
func (q *queue) wantsLocked() bool {
	open, alone := 0, 0
	for _, l := range q.leases {
		switch {
		case l.returning || l.waits():
		case l.alone:
			alone++
			if !l.counts {
				open += min(len(l.open), inFlightEach)
			}
		case l.domainRate > 0:
			open += min(len(l.open), l.allowed)
		default:
			open += len(l.open)
		}
	}
	return open < inFlightEach*q.connections && alone < q.connections
}

// waiting returns domains of which no other batch is needed: it would wait for a turn, too, or
// all workers share the batch that is here.
func (q *queue) waiting() (domains []string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, l := range q.leases {
		if l.domainRate > 0 && len(l.open) > 0 && (!l.alone || l.waits()) {
			domains = append(domains, l.Domain)
		}
	}
	return domains
}

// take returns a ready delivery; false: there is none for the worker, which holds a delivery of
// the lease inHand, or none.
func (q *queue) take(w *worker, inHand *lease) (m delivery, ok bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	owns := q.ownsLocked(w)
	for _, l := range q.leases {
		if len(l.ready) == 0 || (owns || l.owner != nil) && l.owner != w {
			continue
		}
		if l.alone && inHand != nil && inHand != l { // its worker would send the delivery in hand first
			continue
		}
		if !q.calls.alive(l) {
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
	return delivery{}, false
}

// putBack returns a delivery that a worker without a connection had taken: another worker may
// send it, also when the lease counts as a connection.
func (q *queue) putBack(m delivery) {
	q.mu.Lock()
	defer q.mu.Unlock()
	l := m.lease
	if l.out--; l.stopped || l.isQuiet(m.Domain) {
		l.again = true
		q.calls.takeBack(m)
	} else {
		l.ready = append([]delivery{m}, l.ready...)
	}
	if l.out == 0 {
		l.owner = nil
	}
	q.release(l)
	q.settle(l)
}

// owns tells whether a worker has a lease that counts as a connection.
func (q *queue) owns(w *worker) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.ownsLocked(w)
}

func (q *queue) ownsLocked(w *worker) bool {
	return slices.ContainsFunc(q.leases, func(l *lease) bool { return l.counts && l.owner == w })
}

// watch returns a channel that is closed when there may be more to take.
func (q *queue) watch() <-chan struct{} {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.changed
}

// mayGo tells whether a delivery that was taken may still go to the wire. It checks the
// deadline before each: after a long stop of the process another sender has the batch.
func (q *queue) mayGo(m delivery) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if !m.lease.stopped && !q.calls.alive(m.lease) {
		q.stopLocked(m.lease)
	}
	return !m.lease.stopped && !m.lease.isQuiet(m.Domain)
}

// done notes that a delivery that was taken has its result. again: it is to be tried again.
func (q *queue) done(l *lease, again bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	l.out--
	l.again = l.again || again
	q.release(l)
	q.settle(l)
}

// release lets other workers take from a lease when its owner holds no delivery of it.
func (q *queue) release(l *lease) {
	if !l.counts && l.out == 0 {
		l.owner = nil
	}
	if l.owner == nil && len(l.ready) > 0 {
		q.broadcast()
	}
}

// stop lets no further delivery of these leases go to the wire.
func (q *queue) stop(leases ...*lease) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, l := range leases {
		q.stopLocked(l)
	}
}

func (q *queue) stopLocked(l *lease) {
	l.stopped = true
	q.takeBackLocked(l, func(delivery) bool { return true })
	q.cutLocked(l)
}

// cut leaves the open deliveries of a lease for another time.
func (q *queue) cut(l *lease, notBefore time.Time) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if !l.returning {
		l.notBefore = notBefore
	}
	q.cutLocked(l)
}

func (q *queue) cutLocked(l *lease) {
	if len(l.open) > 0 {
		l.open, l.again = nil, true
		signal(q.hungry)
	}
	signal(l.turn)
	q.settle(l)
}

// setApart leaves a recipient domain for another time, in all leases.
func (q *queue) setApart(domain string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, l := range q.leases {
		if l.returning || l.isQuiet(domain) {
			continue
		}
		l.quiet = append(l.quiet, domain)
		q.takeBackLocked(l, func(m delivery) bool { return m.Domain == domain })
		rest := make([]deliveries.Delivery, 0, len(l.open)) // the lease's own stay as they are
		for _, d := range l.open {
			if d.Domain != domain {
				rest = append(rest, d)
			}
		}
		l.again = l.again || len(rest) < len(l.open)
		l.open = rest
		q.settle(l)
	}
	signal(q.hungry)
}

func (q *queue) takeBackLocked(l *lease, which func(delivery) bool) {
	l.ready = slices.DeleteFunc(l.ready, func(m delivery) bool {
		back := which(m)
		if back {
			l.again = true
			q.calls.takeBack(m)
		}
		return back
	})
}

// left is the number of open deliveries of a lease.
func (q *queue) left(l *lease) int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(l.open)
}

// allow gives n more deliveries of a limited lease a turn.
func (q *queue) allow(l *lease, n int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	l.allowed += n
	q.lookLow()
}

// idle tells whether no delivery is left to put in flight.
func (q *queue) idle() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return !q.asking && !slices.ContainsFunc(q.leases, func(l *lease) bool { return l.askable() })
}

// settle returns a lease when all its deliveries are settled.
func (q *queue) settle(l *lease) {
	if !l.returning && l.out == 0 && !l.asked && len(l.ready) == 0 && len(l.open) == 0 {
		l.returning, l.done = true, !l.again && !l.Later
		signal(l.turn)
		q.calls.returnLease(l)
	}
}

// lookLow signals low before workers have nothing to take.
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
