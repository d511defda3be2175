package service

import (
	"context"
	"errors"
	"fmt"
	"time"

	"corridor/editions"
	"corridor/postgres"
)

// showEvery is the least time between two calls of show; see [Service.Watch].
const showEvery = 2 * time.Second

// Await delivers the edition beside the senders of other processes, until none of its
// deliveries is queued, sending or deferred any more. See [Service.Watch] for show.
func (s *Service) Await(ctx context.Context, store *editions.Store, id int64, show func(e editions.Edition, now time.Time)) error {
	stopWatch, err := s.watchDatabase(ctx, nil)
	if err != nil {
		return err
	}
	defer stopWatch()
	stop, err := s.deliver(ctx)
	if err != nil {
		return err
	}
	err = s.watch(ctx, store, id, show, store.Prepare)
	if err != nil && ctx.Err() == nil { // no scheduler may be running that tells staff
		err = errors.Join(err, s.Alert(ctx, time.Now()))
	}
	return errors.Join(err, stop())
}

// Watch returns when the edition is done, and fails when the edition needs staff to go on.
// It waits while the database is away, as the sender does. While it waits, it calls show
// now and then with the edition's counts; nil: it does not.
func (s *Service) Watch(ctx context.Context, store *editions.Store, id int64, show func(e editions.Edition, now time.Time)) error {
	return s.watch(ctx, store, id, show, func(context.Context, time.Time) error { return nil })
}

// watch is Watch that calls prepare before each look at the edition. Where no scheduler
// runs, prepare must render emails again after one of their articles has changed.
func (s *Service) watch(ctx context.Context, store *editions.Store, id int64, show func(e editions.Edition, now time.Time), prepare func(ctx context.Context, now time.Time) error) error {
	ticker := time.NewTicker(100 * time.Millisecond)
	defer ticker.Stop()
	counted := time.Time{}
	for {
		err := s.DB.CheckSchema(ctx)
		done := false
		if err == nil {
			err = prepare(ctx, time.Now())
		}
		if err == nil {
			done, err = isDone(ctx, store, id)
		}
		if err == nil && !done && show != nil && time.Since(counted) > showEvery {
			var e editions.Edition
			counted = time.Now()
			if e, err = store.Find(ctx, id); err == nil {
				show(e, counted)
			}
		}
		if err != nil && (ctx.Err() != nil || !postgres.IsUnavailable(err)) {
			return err
		}
		if done {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-ticker.C:
		}
	}
}

// isDone reports whether every delivery of the edition has its result. It returns an error
// when the edition waits for staff.
func isDone(ctx context.Context, store *editions.Store, id int64) (done bool, err error) {
	progress, err := store.Progress(ctx, id)
	if err != nil {
		return false, err
	}
	switch progress.State {
	case "held", "paused", "cancelled":
		state := progress.State
		if progress.Reason != "" {
			state += " (" + progress.Reason + ")"
		}
		return false, fmt.Errorf("edition %d is %s; see 'corridor editions show %d'", id, state, id)
	}
	return !progress.Open, nil
}
