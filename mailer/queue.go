package mailer

import (
	"context"
	"slices"
	"sync"
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

// settle returns a lease when all its deliveries are settled.
func (q *queue) settle(l *lease) {
	if !l.returning && l.out == 0 && !l.asked && len(l.ready) == 0 && len(l.open) == 0 {
		l.returning = true
		signal(l.turn)
		q.calls.returnLease(l)
	}
}

func (q *queue) broadcast() {
	close(q.changed)
	q.changed = make(chan struct{})
}
