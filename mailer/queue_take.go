package mailer

import (
	"slices"
)

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
