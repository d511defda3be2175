package mailer

import (
	"context"
	"errors"
	"time"

	"corridor/postgres"
)

const (
	// pollEvery bounds how late a sender notices what nobody tells it of: a lease that
	// has run out.
	pollEvery = 2 * time.Second
	// sweepEvery is how often a sender looks after what others left behind.
	sweepEvery = 5 * time.Second
)

// dispatch leases batches before workers have nothing to do, and not many more, so that
// nobody holds what others could be sending. In the end it stops all leases.
func (s *Sender) dispatch(ctx context.Context, news <-chan struct{}) {
	var swept time.Time
	lost := false // a lease may be ours without our knowing
	defer func() {
		known := s.queue.held()
		s.queue.stop(known...)
		if lost { // the stop came in between
			_ = s.store.letGo(s.given, s.id(), known)
		}
	}()
	for ctx.Err() == nil {
		s.progress.want("batches")
		looked := true
		if time.Since(swept) > sweepEvery { // before leasing: what is overdue must not go out
			if looked = s.sweep(ctx); looked {
				swept = time.Now()
			}
		}
		if lost {
			lost = s.store.letGo(ctx, s.id(), s.queue.held()) != nil
		}
		wanted, leased := s.queue.wants(), false
		if wanted && !swept.IsZero() && !lost && s.pause() == 0 {
			var err error
			leased, err = s.lease(ctx)
			lost = err != nil
		}
		if looked && !lost {
			s.progress.got("batches", nil)
		}
		if !leased {
			s.rest(ctx, news, wanted)
		}
	}
}

// pause is how long nothing can go anywhere.
func (s *Sender) pause() time.Duration {
	if s.connected.Load() > 0 {
		return 0
	}
	return s.relays.Pause(time.Now())
}

// lease leases a batch, if there is one.
func (s *Sender) lease(ctx context.Context) (bool, error) {
	before := s.clock()
	l, err := s.store.lease(ctx, s.id(), s.options.MaxConnections, s.options.Limits, s.queue.waiting()...)
	if err != nil && ctx.Err() == nil {
		s.log.Warn("a batch could not be leased; it is tried again", "error", err)
	}
	if err != nil || l == nil {
		return false, err
	}
	l.deadline.Store(int64(before + leaseTime - leaseMargin))
	s.limit(l)
	s.queue.open(l)
	if l.turn != nil {
		s.back.Go(func() { s.waitTurns(ctx, l) })
	}
	return true, nil
}

// rest waits until there may be something to lease, or, when nothing is wanted, until
// something is.
func (s *Sender) rest(ctx context.Context, news <-chan struct{}, wanted bool) {
	wait := pollEvery
	if !wanted {
		news = nil
	} else {
		s.progress.want("due")
		due, ok, err := s.store.nextDue(ctx)
		s.progress.forget("due") // an error shows in the next sweep
		if err == nil && ok {
			wait = min(wait, max(due, 10*time.Millisecond))
		}
	}
	hungry := s.queue.hungry
	if pause := s.pause(); pause > 0 {
		wait = min(pause, pollEvery)
		news, hungry = nil, nil // whatever comes, it cannot go now
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-news:
	case <-hungry:
	case <-timer.C:
	}
}

// sweep looks after what is nobody's: editions that are overdue or over, the batches and
// results of dead senders, expired leases of editions that were stopped. False: the database
// could not be asked, or its schema is newer than the program's.
func (s *Sender) sweep(ctx context.Context) bool {
	var newer *postgres.NewerSchemaError
	if errors.As(s.store.db.CheckSchema(ctx), &newer) {
		return false
	}
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
	if err == nil {
		err = s.store.brakeBounces(ctx)
	}
	if err == nil {
		err = s.noteAccepted(ctx)
	}
	if err == nil {
		err = s.noteAway(ctx)
	}
	if err != nil && ctx.Err() == nil {
		s.log.Warn("the sender could not look around; it tries again", "error", err)
	}
	return err == nil
}
