package mailer

import (
	"context"
	"time"

	"corridor/mailer/deliveries"
)

// doubt finds the reason why no delivery of an ask could be put in flight: its readers have
// all left, or the lease is lost.
func (s *Sender) doubt(l *lease) {
	if held, err := s.store.IsHeld(s.given, l.Lease, s.id()); err != nil || !held {
		s.queue.stop(l)
	}
	s.queue.give(l, nil)
}

// heartbeatEvery leaves two more renewals before a lease expires.
const heartbeatEvery = 10 * time.Second

// heartbeat renews leases and keeps the session, independent of the workers: a server may take
// ten minutes for a reply. It renews at once when an edition changes its state.
func (s *Sender) heartbeat(ctx context.Context, n *deliveries.Session, changed <-chan struct{}) {
	tick := time.NewTicker(heartbeatEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-changed:
		case <-tick.C:
			s.progress.want("session")
			alive, err := n.Keep(ctx)
			if err == nil && !alive {
				err = s.renewSession(ctx, n)
			}
			s.progress.got("session", err)
		}
		s.renewLeases(ctx)
	}
}

// renewSession starts a new session after other senders have declared this one dead and
// taken over its leases.
func (s *Sender) renewSession(ctx context.Context, n *deliveries.Session) error {
	s.queue.stop(s.queue.held()...)
	fresh, err := s.store.OpenSession(ctx)
	if s.note(ctx, "start a session", err) != nil {
		return err
	}
	n.Drop()
	*n = *fresh
	s.current.Store(n.ID())
	return nil
}

func (s *Sender) renewLeases(ctx context.Context) {
	leases := s.queue.held()
	if len(leases) == 0 {
		s.progress.forget("leases")
		return
	}
	before := s.clock()
	bounded, cancel := context.WithTimeout(ctx, leaseMargin)
	defer cancel()
	s.progress.want("leases")
	held, err := s.store.Renew(bounded, s.id(), read(leases))
	s.progress.got("leases", err)
	if s.note(ctx, "renew leases", err) != nil {
		return
	}
	for _, l := range leases {
		if held[l.Lease] {
			l.deadline.Store(int64(before + deliveries.LeaseTime - leaseMargin))
		} else {
			s.queue.stop(l)
		}
	}
}
