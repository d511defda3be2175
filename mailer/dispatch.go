package mailer

import (
	"context"
	"time"
)

const (
	// pollEvery bounds how late a sender notices what nobody tells it of: a lease that
	// has run out.
	pollEvery = 2 * time.Second
	// sweepEvery is how often a sender looks after what others left behind.
	sweepEvery = 5 * time.Second
)

// dispatch gives idle workers batches: one for each that is idle, so that nobody holds
// what others could be sending.
func (s *Sender) dispatch(ctx context.Context, news <-chan struct{}, idle chan chan<- *lease) {
	var waiting []chan<- *lease
	var swept time.Time
	lost := false // a lease may be ours without our knowing
	for ctx.Err() == nil {
		if len(waiting) == 0 {
			select {
			case <-ctx.Done():
				return
			case turn := <-idle:
				waiting = append(waiting, turn)
			}
		}
		for more := true; more; {
			select {
			case turn := <-idle:
				waiting = append(waiting, turn)
			default:
				more = false
			}
		}
		if time.Since(swept) > sweepEvery { // before leasing: what is overdue must not go out
			if s.sweep(ctx) {
				swept = time.Now()
			}
		}
		if lost {
			lost = s.store.letGo(ctx, s.id(), s.held()) != nil
		}
		given := 0
		if !swept.IsZero() && !lost && s.relays.pause(time.Now()) == 0 {
			var err error
			given, err = s.give(ctx, waiting)
			lost = err != nil
			waiting = waiting[given:]
		}
		if given == 0 {
			if turn := s.rest(ctx, news, idle); turn != nil {
				waiting = append(waiting, turn)
			}
		}
	}
}

// give leases batches for waiting workers and returns how many got one.
func (s *Sender) give(ctx context.Context, waiting []chan<- *lease) (int, error) {
	for i, turn := range waiting {
		before := s.clock()
		l, err := s.store.lease(ctx, s.id(), s.options.MaxConnections, s.options.Limits)
		if err != nil && ctx.Err() == nil {
			s.log.Warn("a batch could not be leased; it is tried again", "error", err)
		}
		if err != nil || l == nil {
			return i, err
		}
		l.deadline.Store(int64(before + leaseTime - leaseMargin))
		s.remember(l)
		turn <- l
	}
	return len(waiting), nil
}

// rest waits until there may be something to lease. A worker that becomes idle
// meanwhile is returned: its batch may have come back with something due.
func (s *Sender) rest(ctx context.Context, news <-chan struct{}, idle <-chan chan<- *lease) chan<- *lease {
	wait := pollEvery
	if due, ok, err := s.store.nextDue(ctx); err == nil && ok {
		wait = min(wait, max(due, 10*time.Millisecond))
	}
	if pause := s.relays.pause(time.Now()); pause > 0 {
		wait = min(pause, pollEvery)
		news = nil // whatever comes, it cannot go now
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-news:
	case turn := <-idle:
		return turn
	case <-timer.C:
	}
	return nil
}

// sweep looks after what is nobody's: editions that are overdue or over, the batches and
// results of dead senders, expired leases of editions that were stopped. False: the database could not
// be asked.
func (s *Sender) sweep(ctx context.Context) bool {
	dead, err := s.store.reap(ctx, s.id())
	if dead > 0 {
		s.log.Warn("a sender has died; its batches go on here, and what it had marked is uncertain", "senders", dead)
	}
	var held int64
	if err == nil {
		held, err = s.store.holdOverdue(ctx, s.options.Grace)
	}
	if held > 0 {
		s.log.Warn("editions are overdue and held; staff decide: corridor special resume ID or cancel ID", "editions", held)
	}
	if err == nil {
		err = s.store.settleExpired(ctx, false)
	}
	if err == nil {
		err = s.store.postForgotten(ctx)
	}
	if err == nil {
		err = s.store.finishForgotten(ctx)
	}
	if err == nil {
		err = s.store.requeueOutbox(ctx)
	}
	if err != nil && ctx.Err() == nil {
		s.log.Warn("the sender could not look around; it tries again", "error", err)
	}
	return err == nil
}
