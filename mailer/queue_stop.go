package mailer

import (
	"slices"
	"time"

	"corridor/mailer/deliveries"
)

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
