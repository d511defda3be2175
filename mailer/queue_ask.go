package mailer

import (
	"slices"
	"time"

	"corridor/mailer/deliveries"
)

// ask is the deliveries of a lease to put in flight.
type ask struct {
	lease *lease
	want  []deliveries.Delivery
}

// ask chooses the deliveries to put in flight next, at most room of them.
func (q *queue) ask(room int) (asks []*ask) {
	q.mu.Lock()
	defer q.mu.Unlock()
	some := func(l *lease, most int) {
		if l.asked || len(l.open) == 0 {
			return
		}
		if time.Since(l.Read) >= deliveries.LeaseAge {
			q.cutLocked(l)
			return
		}
		if n := min(len(l.open), l.allowed, most, room); n > 0 {
			asks = append(asks, &ask{lease: l, want: l.open[:n]})
			l.open, l.allowed, l.asked = l.open[n:], l.allowed-n, true
			room -= n
			if l.allowed == 0 {
				signal(l.turn)
			}
		}
	}
	for _, l := range q.leases {
		if l.alone {
			some(l, inFlightEach-l.flight.InFlight())
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

// give adds the deliveries of an ask that may be sent.
func (q *queue) give(l *lease, ready []delivery) {
	q.mu.Lock()
	defer q.mu.Unlock()
	l.asked = false
	for _, m := range ready {
		if l.stopped || l.isQuiet(m.Domain) {
			q.calls.takeBack(m)
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
