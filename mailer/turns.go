package mailer

import (
	"context"
	"time"
)

// limit notes what limits hold for a lease.
func (s *Sender) limit(l *lease) {
	limit := s.options.Limits[l.domain]
	l.alone = s.options.MaxConnections > 0 || limit.Connections > 0
	l.domainRate = limit.Rate
	l.allowed = len(l.jobs)
	if l.domainRate > 0 || s.options.Rate > 0 {
		l.allowed, l.turn = 0, make(chan struct{}, 1)
	}
}

// waitTurns lets the jobs of a limited lease go as there are turns for them, few at a
// time: one that was taken is not to be lost. Without one for its domain the lease ends,
// so that it holds up nobody else.
func (s *Sender) waitTurns(ctx context.Context, l *lease) {
	for n := s.queue.left(l); n > 0 && ctx.Err() == nil; n = s.queue.left(l) {
		granted, wait, ok := s.turns(ctx, l, min(n, marksEach))
		if !ok {
			s.queue.cut(l, time.Now().Add(wait))
			return
		}
		s.queue.allow(l, granted)
		select {
		case <-l.turn:
		case <-ctx.Done():
		}
	}
}

// turns asks the limits how many of n mails may be marked. When the domain must wait it
// says how long.
func (s *Sender) turns(ctx context.Context, l *lease, n int) (granted int, wait time.Duration, ok bool) {
	if l.domainRate > 0 {
		var err error
		if n, wait, err = s.store.grant(ctx, l.domain, l.domainRate, n); err != nil || n == 0 {
			return 0, wait, false
		}
	}
	for s.options.Rate > 0 { // everybody's limit: wait for the turn
		granted, wait, err := s.store.grant(ctx, "relay "+s.relays.list[0].String(), s.options.Rate, n)
		if err == nil && granted > 0 {
			return granted, 0, true
		}
		if s.queue.left(l) == 0 {
			return 0, 0, false
		}
		select {
		case <-ctx.Done():
			return 0, 0, false
		case <-time.After(max(wait, 10*time.Millisecond)):
		}
	}
	return n, 0, true
}
