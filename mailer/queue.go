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
	// askBelow is the number of ready deliveries in a worker's own lease below which more
	// are put in flight; it covers the time of the statement. For shared leases the
	// threshold is connections/2, because each worker also holds one delivery.
	askBelow = 2
)

// queue holds the leases of a sender and hands their deliveries to the workers. A delivery
// is open first; the ledger puts it in flight, and it is ready; a worker takes it and
// reports the result. All workers share the leases, so that one statement writes the
// deliveries in flight of few rows. If connections are limited over all processes, a lease
// counts as a connection and belongs to one worker.
type queue struct {
	connections int
	calls       queueCalls

	low    chan struct{} // few deliveries are ready, and more can be put in flight
	hungry chan struct{} // a batch may be due and is wanted

	mu      sync.Mutex
	leases  []*lease      // in order of arrival, until they are returned
	wanted  bool          // last result of wants
	asking  bool          // the ledger has asks
	changed chan struct{} // closed when workers should look again
}

// queueCalls are the functions that a queue calls with its lock held. They must not block.
type queueCalls struct {
	alive       func(*lease) bool // by its deadline
	takeBack    func(delivery)    // it is not sent
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

// open adds a lease. It stops an older lease of the same batch, which has just been
// returned, or was lost while other senders took this one for dead.
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

// remove removes a returned lease, and reports whether it was the last of its edition in
// this queue.
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

// wants reports whether another batch should be leased because workers will soon be idle.
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

// waiting returns the domains of which another batch would be useless: it would wait for a
// turn too, or all workers share the present one.
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

// take returns a ready delivery for a worker that also holds one of the lease inHand, which
// may be nil. ok is false if no delivery is ready.
func (q *queue) take(w *worker, inHand *lease) (m delivery, ok bool) {
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

// mayGo reports whether a delivery that was taken may still be sent. It checks the deadline
// before each delivery, because another sender may have the batch after this process was
// suspended.
func (q *queue) mayGo(m delivery) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if !m.lease.stopped && !q.calls.alive(m.lease) {
		q.stopLocked(m.lease)
	}
	return !m.lease.stopped && !m.lease.isQuiet(m.Domain)
}

// done records that a delivery has its result.
func (q *queue) done(l *lease) {
	q.mu.Lock()
	defer q.mu.Unlock()
	l.out--
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
	q.takeBackLocked(l, func(delivery) bool { return true })
	q.cutLocked(l)
}

// cut defers the open deliveries of a lease.
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
		l.open = nil
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
		l.open = rest
		q.settle(l)
	}
	signal(q.hungry)
}

func (q *queue) takeBackLocked(l *lease, which func(delivery) bool) {
	l.ready = slices.DeleteFunc(l.ready, func(m delivery) bool {
		back := which(m)
		if back {
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

// isNext reports whether l may request emails of a limit: there are enough for all open
// deliveries, or no lease that came before l, and whose domain has no rate, has an open
// delivery.
func (q *queue) isNext(l *lease, left int64) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	open := 0
	for _, l := range q.leases {
		open += len(l.open)
	}
	if left >= int64(open) {
		return true
	}
	for _, older := range q.leases {
		if older == l {
			return true
		}
		if older.domainRate == 0 && len(older.open) > 0 {
			return false
		}
	}
	return true
}

// allow gives n more deliveries of a limited lease a turn.
func (q *queue) allow(l *lease, n int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	l.allowed += n
	q.lookLow()
}

// idle reports whether no delivery is left to put in flight.
func (q *queue) idle() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return !q.asking && !slices.ContainsFunc(q.leases, func(l *lease) bool { return l.askable() })
}

// settle returns a lease when all its deliveries are settled.
func (q *queue) settle(l *lease) {
	if !l.returning && l.out == 0 && !l.asked && len(l.ready) == 0 && len(l.open) == 0 {
		l.returning = true
		signal(l.turn)
		q.calls.returnLease(l)
	}
}

// lookLow signals low before workers are idle.
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
