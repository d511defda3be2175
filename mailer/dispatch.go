package mailer

import (
	"context"
	"errors"
	"time"

	"corridor/mailer/deliveries"
	"corridor/postgres"
)

const (
	// pollEvery bounds how late a sender notices an event without a notification: a lease that
	// has expired.
	pollEvery = 2 * time.Second
	// sweepEvery is how often a sender recovers what dead senders left.
	sweepEvery = 5 * time.Second
)

// dispatch leases batches before workers wait, and few more, so that other senders can lease
// them. In the end it stops all leases.
func (s *Sender) dispatch(ctx context.Context, news <-chan struct{}) {
	var swept time.Time
	lost := false // a lease may have succeeded although its answer was lost
	defer func() {
		known := s.queue.held()
		s.queue.stop(known...)
		if lost { // the stop came in between
			_ = s.store.LetGo(s.given, s.id(), read(known))
		}
	}()
	for ctx.Err() == nil {
		s.progress.want("batches")
		looked := true
		if time.Since(swept) > sweepEvery { // before leasing: overdue editions must not be sent
			if looked = s.sweep(ctx); looked {
				swept = time.Now()
			}
		}
		if lost {
			lost = s.store.LetGo(ctx, s.id(), read(s.queue.held())) != nil
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

// pause is how long no relay can be used.
func (s *Sender) pause() time.Duration {
	if s.connected.Load() > 0 {
		return 0
	}
	return s.relays.Pause(time.Now())
}

// lease leases a batch, if there is one.
func (s *Sender) lease(ctx context.Context) (bool, error) {
	before := s.clock()
	leased, err := s.store.Lease(ctx, s.id(), s.options.MaxConnections, s.options.Limits, s.queue.waiting()...)
	if err != nil && ctx.Err() == nil {
		s.log.Warn("leasing a batch failed; it will be retried", "error", err)
	}
	if err != nil || leased == nil {
		return false, err
	}
	l := newLease(leased)
	l.deadline.Store(int64(before + deliveries.LeaseTime - leaseMargin))
	s.limit(l)
	s.queue.open(l)
	if l.turn != nil {
		s.back.Go(func() { s.waitTurns(ctx, l) })
	}
	return true, nil
}

// rest waits until there may be a batch to lease, or, when none is wanted, until one is.
func (s *Sender) rest(ctx context.Context, news <-chan struct{}, wanted bool) {
	wait := pollEvery
	if !wanted {
		news = nil
	} else {
		s.progress.want("due")
		due, ok, err := s.store.NextDue(ctx)
		s.progress.forget("due") // an error shows in the next sweep
		if err == nil && ok {
			wait = min(wait, max(due, 10*time.Millisecond))
		}
	}
	hungry := s.queue.hungry
	if pause := s.pause(); pause > 0 {
		wait = min(pause, pollEvery)
		news, hungry = nil, nil // no batch could be sent now
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

// sweep recovers what dead senders left, and holds overdue editions. False: the database could
// not be asked, or its schema is newer than the program's.
func (s *Sender) sweep(ctx context.Context) bool {
	var newer *postgres.NewerSchemaError
	if errors.As(s.db.CheckSchema(ctx), &newer) {
		return false
	}
	recovered, err := s.store.Recover(ctx, s.id(), s.options.Grace)
	if recovered.Dead > 0 {
		s.log.Warn("a sender has died; its batches continue here, and its deliveries in flight are uncertain", "senders", recovered.Dead)
	}
	if recovered.Held > 0 {
		s.log.Warn("editions are overdue and held; resume or cancel them with corridor editions", "editions", recovered.Held)
	}
	if err == nil {
		err = s.outbox.requeue(ctx)
	}
	if err == nil {
		err = s.noteAccepted(ctx)
	}
	if err == nil {
		err = s.noteAway(ctx)
	}
	if err != nil && ctx.Err() == nil {
		s.log.Warn("the sender's sweep failed; it will be retried", "error", err)
	}
	return err == nil
}

// read returns the leases as package deliveries knows them.
func read(leases []*lease) []*deliveries.Lease {
	list := make([]*deliveries.Lease, len(leases))
	for i, l := range leases {
		list[i] = l.Lease
	}
	return list
}
