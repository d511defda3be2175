package mailer

import (
	"context"
	"time"
)

// limit sets the limits of a lease.
func (s *Sender) limit(l *lease) {
	limit := s.options.Limits[l.Domain]
	l.counts = s.options.MaxConnections > 0
	l.alone = l.counts || limit.Connections > 0
	l.domainRate = limit.Rate
	l.allowed = len(l.open)
	if l.domainRate > 0 || s.options.Rate > 0 || s.options.Quota.Limits() {
		l.allowed, l.turn, l.turnsOver = 0, make(chan struct{}, 1), make(chan struct{})
	}
}

// waitTurns allows the deliveries of a limited lease as the rates permit, a few at a time,
// because turns that were granted when the lease ends are lost. A lease for which the limits
// by hour and day have no email left ends, and keeps its place.
func (s *Sender) waitTurns(ctx context.Context, l *lease) {
	defer close(l.turnsOver)
	for n := s.queue.left(l); n > 0 && ctx.Err() == nil; n = s.queue.left(l) {
		if n = s.reserve(ctx, l, n); n == 0 {
			s.queue.cut(l, l.Due())
			return
		}
		if l.domainRate > 0 || s.options.Rate > 0 {
			n = min(n, inFlightEach)
		}
		if l.domainRate > 0 {
			n = s.waitTurn(ctx, l, l.Domain, l.domainRate, n)
		}
		if n > 0 && s.options.Rate > 0 {
			n = s.waitTurn(ctx, l, "relay "+s.options.Relays[0].String(), s.options.Rate, n)
		}
		if n > 0 {
			l.quota.mine -= n
			s.queue.allow(l, n)
			select {
			case <-l.turn:
			case <-ctx.Done():
			}
		}
	}
}

// waitTurn waits until up to n emails may be sent at the rate over all processes, and
// returns their number, or 0 if the lease has ended. A lease that counts as a connection
// does not wait for its domain but ends, so that other leases can use the connection.
func (s *Sender) waitTurn(ctx context.Context, l *lease, key string, rate float64, n int) int {
	for s.queue.left(l) > 0 {
		granted, wait, err := s.store.Grant(ctx, key, rate, n)
		switch {
		case err != nil:
			wait = time.Second
		case granted > 0:
			return granted
		}
		if l.counts && key == l.Domain {
			s.queue.cut(l, time.Now().Add(wait))
			return 0
		}
		select {
		case <-ctx.Done():
			return 0
		case <-l.turn: // the lease may have ended
		case <-time.After(max(wait, 10*time.Millisecond)):
		}
	}
	return 0
}
