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

// Await delivers the edition, together with the senders of other processes, until it has no
// delivery that is queued, sending or deferred. See [Service.Watch] for show.
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
	if err != nil && ctx.Err() == nil { // a scheduler that alerts staff may not be running
		err = errors.Join(err, s.Alert(ctx, time.Now()))
	}
	if err = errors.Join(err, stop()); err != nil {
		return err
	}
	return store.SuppressFailing(ctx) // an hourly job of the scheduler, too
}

// Watch returns when the edition is done, or with an error when the edition needs staff. It
// waits while the database is unavailable, as the sender does. Every showEvery it calls
// show with the edition's counts, unless show is nil.
func (s *Service) Watch(ctx context.Context, store *editions.Store, id int64, show func(e editions.Edition, now time.Time)) error {
	return s.watch(ctx, store, id, show, func(context.Context, time.Time) error { return nil })
}

// watch is Watch with a function that it calls before each look at the edition. Where no
// scheduler runs, prepare renders emails again after a change of one of their articles.
func (s *Service) watch(ctx context.Context, store *editions.Store, id int64, show func(e editions.Edition, now time.Time), prepare func(ctx context.Context, now time.Time) error) error {
	ticker := time.NewTicker(100 * time.Millisecond)
	defer ticker.Stop()
	counted, settled := time.Time{}, time.Time{}
	for {
		err := s.DB.CheckSchema(ctx)
		done := false
		if err == nil {
			err = prepare(ctx, time.Now())
		}
		if err == nil {
			done, err = isDone(ctx, store, id, &settled)
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

// endsWithin is the time in which a sender ends an edition whose last delivery has its result:
// it is finished, or held for its bounces.
const endsWithin = 5 * time.Second

// isDone reports whether the edition has ended, or every delivery of it has had its result for
// [endsWithin]; settled is the time since when. It returns an error when the edition waits for
// staff.
func isDone(ctx context.Context, store *editions.Store, id int64, settled *time.Time) (done bool, err error) {
	progress, err := store.Progress(ctx, id)
	if err != nil {
		return false, err
	}
	switch progress.State {
	case editions.Held, editions.Paused, editions.Cancelled:
		state := string(progress.State)
		if progress.Reason != "" {
			state += " (" + progress.Reason + ")"
		}
		return false, fmt.Errorf("edition %d is %s; see 'corridor editions show %d'", id, state, id)
	}
	switch {
	case progress.Open:
		*settled = time.Time{}
	case settled.IsZero():
		*settled = time.Now()
	}
	return !progress.Open && (progress.State != editions.Sending || time.Since(*settled) > endsWithin), nil
}
