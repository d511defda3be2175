package mailer

import (
	"context"
	"errors"
	"time"

	"corridor/mailer/deliveries"
	"corridor/postgres"
	"corridor/trouble"
)

const (
	// pollEvery is the longest delay of work that comes without a notification, such as an
	// expired lease.
	pollEvery = 2 * time.Second
	// sweepEvery is the interval between two sweeps.
	sweepEvery = 5 * time.Second
)

// dispatch leases batches shortly before workers run out of deliveries, so that a sender
// does not hold batches that other senders could send. At the end it stops all leases.
func (s *Sender) dispatch(ctx context.Context, news <-chan struct{}) {
	_ = s.note(ctx, "make probes due", s.store.ProbeSoon(ctx))
	var swept time.Time
	lost := false // the lease query may have succeeded although its answer was lost
	defer func() {
		known := s.queue.held()
		s.queue.stop(known...)
		if lost { // stopped before the lost lease was returned
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
		if !swept.IsZero() && !lost {
			s.probe(ctx)
		}
		wanted, leased := s.queue.wants(), false
		if wanted && !swept.IsZero() && !lost && s.pause() == 0 && s.mayLease(ctx) {
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

// pause is the time until a relay can be tried.
func (s *Sender) pause() time.Duration {
	if s.connected.Load() > 0 && !s.relays.AllBraked() {
		return 0
	}
	return s.relays.Pause(time.Now())
}

// lease leases a batch, if there is one.
func (s *Sender) lease(ctx context.Context) (bool, error) {
	before := s.clock()
	leased, err := s.store.Lease(ctx, s.id(), s.options.MaxConnections, s.options.Limits, s.queue.waiting()...)
	if s.note(ctx, "lease a batch", err) != nil || leased == nil {
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

// rest waits until a batch may be due, or, if no batch is wanted, until one is wanted.
func (s *Sender) rest(ctx context.Context, news <-chan struct{}, wanted bool) {
	wait := pollEvery
	if !wanted {
		news = nil
	} else {
		s.progress.want("due")
		due, ok, err := s.store.NextDue(ctx)
		s.progress.forget("due") // sweep reports errors
		if err == nil && ok {
			wait = min(wait, max(due, 10*time.Millisecond))
		}
	}
	hungry := s.queue.hungry
	if pause := s.pause(); pause > 0 {
		wait = min(pause, pollEvery)
		news = nil // no batch could be sent now
		if !s.relays.AllBraked() {
			hungry = nil
		}
	}
	if _, next := s.brakes.due(time.Now()); next > 0 {
		wait = min(wait, next)
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

// sweep completes the work of dead senders, and holds overdue editions. It returns false if
// the database did not answer, or if its schema is newer than the program's.
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
		err = s.noteAnswers(ctx)
	}
	if err == nil {
		err = s.syncBrakes(ctx)
	}
	if err == nil {
		err = s.noteAway(ctx)
	}
	s.troubles.EndOlder(trouble.Domain, 2*s.options.Retry.Max)
	s.troubles.EndOlder(trouble.Alert, 2*s.options.Retry.Max) // another process has sent it, or it is given up
	return s.note(ctx, "sweep", err) == nil
}

// read returns the leases of package deliveries.
func read(leases []*lease) []*deliveries.Lease {
	list := make([]*deliveries.Lease, len(leases))
	for i, l := range leases {
		list[i] = l.Lease
	}
	return list
}
