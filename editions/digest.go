package editions

import (
	"context"
	"errors"
	"fmt"
	"time"

	"corridor/mailer/deliveries"

	"github.com/jmoiron/sqlx"
)

// errNothingWritten rolls back the transaction of a plan that is not sent.
var errNothingWritten = errors.New("nothing written")

// PlanDigest returns the plan that [Store.SendDigest] would carry out for the period that
// contains at. It writes nothing.
func (s *Store) PlanDigest(ctx context.Context, f Frequency, at time.Time) (_ *Plan, err error) {
	defer wrap(&err, "planning the %s digest", f)
	var plan *Plan
	err = s.db.InTx(ctx, func(tx *sqlx.Tx) error {
		w, err := s.digestWaveTx(ctx, tx, f, at, at, false)
		if err != nil {
			return err
		}
		if plan, _, err = s.planTx(ctx, tx, w, false); err != nil {
			return err
		}
		return errNothingWritten
	})
	if !errors.Is(err, errNothingWritten) {
		return nil, err
	}
	return plan, nil
}

// SendDigest plans and renders the digest of the period that contains at, for the readers
// of all time zones that this period has not considered yet. Staff call it, so it ignores Options.Grace,
// and overdue batches of the edition count as due from now. clock is the present time. A
// second call finds no readers.
func (s *Store) SendDigest(ctx context.Context, f Frequency, at, clock time.Time) (*Plan, error) {
	plan, err := s.planDigest(ctx, f, at, clock)
	if err != nil {
		return nil, err
	}
	return plan, s.Prepare(ctx, clock)
}

// planDigest plans the digest in one transaction. No batch is due before it is rendered, so
// a process that dies in between loses nothing.
func (s *Store) planDigest(ctx context.Context, f Frequency, at, clock time.Time) (_ *Plan, err error) {
	defer wrap(&err, "sending the %s digest", f)
	var plan *Plan
	err = s.db.InTx(ctx, func(tx *sqlx.Tx) error {
		if err := lockPlanningTx(ctx, tx); err != nil {
			return err
		}
		w, err := s.digestWaveTx(ctx, tx, f, at, clock, true)
		if err != nil {
			return err
		}
		var upto int64
		if plan, upto, err = s.planTx(ctx, tx, w, true); err != nil {
			return err
		}
		if f == Instant {
			if err := closeInstantTx(ctx, tx, w.period, upto); err != nil {
				return err
			}
		}
		return deliveries.ExcuseTx(ctx, tx, plan.Edition, time.Time{}, clock)
	})
	if err != nil {
		return nil, err
	}
	s.logPlan(plan, nil)
	return plan, nil
}

// digestWaveTx returns the wave of all time zones for the period that contains at.
func (s *Store) digestWaveTx(ctx context.Context, tx *sqlx.Tx, f Frequency, at, clock time.Time, write bool) (wave, error) {
	w := wave{frequency: f, at: at, clock: clock}
	if f == Instant {
		var err error
		w.period, err = s.instantPeriodTx(ctx, tx, at, clock, write)
		w.horizon = w.period
		return w, err
	}
	schedule, ok := s.opts.Schedules[f]
	if !ok {
		return w, refuse("there is no %s digest; frequencies are instant, daily, weekly and monthly", f)
	}
	if w.period = schedule.Period(at, s.opts.Zone); w.period.IsZero() {
		return w, refuse("the %s digest's cron line had no tick before %s", f, at.In(s.opts.Zone).Format(time.RFC3339))
	}
	w.horizon = w.period
	return w, nil
}

// digestName returns the name of a digest in lists of editions.
func (s *Store) digestName(f Frequency, period time.Time) string {
	if f == Instant {
		return fmt.Sprintf("%s: new on %s", s.opts.Title, period.Format("2 January 2006, 15:04"))
	}
	return fmt.Sprintf("%s %s, %s", s.opts.Title, f, period.Format("2 January 2006"))
}
