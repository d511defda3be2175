package editions

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"corridor/articles"

	"github.com/jmoiron/sqlx"
)

// instantPeriod is a row of instant_periods. The zero value stands for no row.
type instantPeriod struct {
	Period   time.Time     `db:"period"`
	OpenedNo int64         `db:"opened_no"`
	DueAt    time.Time     `db:"due_at"`
	UptoNo   sql.NullInt64 `db:"upto_no"`
}

func (p instantPeriod) exists() bool { return !p.Period.IsZero() }
func (p instantPeriod) open() bool   { return p.exists() && !p.UptoNo.Valid }

// instantStep is the next step of planning for instant readers.
type instantStep int

const (
	instantWait   instantStep = iota // no new release, or the open period is not due
	instantOpen                      // a new release and no open period: open a period
	instantReopen                    // the open period is overdue beyond grace, and there is a newer release: make it due later
	instantPlan                      // the open period is due: plan it
)

// nextInstantStep returns the next step. lastNo is the newest release number. A period
// that is overdue by more than grace is not planned by itself: it waits for staff or for a
// newer release.
func nextInstantStep(newest instantPeriod, lastNo int64, grace time.Duration, now time.Time) instantStep {
	switch {
	case !newest.open() && lastNo > newest.UptoNo.Int64:
		return instantOpen
	case !newest.open() || now.Before(newest.DueAt):
		return instantWait
	case now.Sub(newest.DueAt) <= grace:
		return instantPlan
	case lastNo > newest.OpenedNo:
		return instantReopen
	}
	return instantWait
}

// newInstantPeriod returns the wall-clock time of a new period that is due at due. It is
// always after newest.
func newInstantPeriod(newest instantPeriod, due time.Time, zone *time.Location) time.Time {
	period := Wall(due, zone).Truncate(time.Second)
	if newest.exists() && !period.After(newest.Period) {
		period = newest.Period.Add(time.Second)
	}
	return period
}

func newestInstantTx(ctx context.Context, tx sqlx.QueryerContext) (instantPeriod, int64, error) {
	var p instantPeriod
	last, err := articles.NewestReleaseNo(ctx, tx)
	if err != nil {
		return p, 0, err
	}
	err = sqlx.GetContext(ctx, tx, &p, `SELECT period, opened_no, due_at, upto_no FROM instant_periods ORDER BY period DESC LIMIT 1`)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	p.Period = p.Period.UTC()
	return p, last, err
}

// planInstantDue opens a period after a release, or plans the open period when it is due.
func (s *Store) planInstantDue(ctx context.Context, now time.Time) (err error) {
	defer wrap(&err, "planning instant readers")
	newest, last, err := newestInstantTx(ctx, s.db)
	if err != nil || nextInstantStep(newest, last, s.opts.Grace, now) == instantWait {
		return err
	}
	return s.db.InTx(ctx, func(tx *sqlx.Tx) error {
		if err := lockPlanningTx(ctx, tx); err != nil {
			return err
		}
		newest, last, err := newestInstantTx(ctx, tx)
		if err != nil {
			return err
		}
		due := now.Add(s.opts.InstantDelay)
		switch nextInstantStep(newest, last, s.opts.Grace, now) {
		case instantOpen:
			return openInstantTx(ctx, tx, newInstantPeriod(newest, due, s.opts.Zone), last, due)
		case instantReopen:
			_, err := tx.ExecContext(ctx, `UPDATE instant_periods SET opened_no = $2, due_at = $3 WHERE period = $1`,
				newest.Period.Format(wallLayout), last, due)
			return err
		case instantPlan:
			w := wave{frequency: Instant, period: newest.Period, at: now, clock: now, horizon: newest.Period}
			plan, upto, err := s.planTx(ctx, tx, w, true)
			if err != nil && !errors.Is(err, ErrCancelled) {
				return err
			}
			if err == nil {
				s.logPlan(plan, nil)
			}
			return closeInstantTx(ctx, tx, newest.Period, upto)
		}
		return nil
	})
}

// instantPeriodTx returns the period for a digest that staff send: the open period; else a
// new period if an article was released since the newest period was planned; else the
// newest period. It writes the new period if write is true.
func (s *Store) instantPeriodTx(ctx context.Context, tx *sqlx.Tx, at, clock time.Time, write bool) (time.Time, error) {
	newest, last, err := newestInstantTx(ctx, tx)
	if err != nil {
		return time.Time{}, err
	}
	if newest.open() || (newest.exists() && last <= newest.UptoNo.Int64) {
		return newest.Period, nil
	}
	period := newInstantPeriod(newest, at, s.opts.Zone)
	if !write {
		return period, nil
	}
	return period, openInstantTx(ctx, tx, period, last, clock)
}

func openInstantTx(ctx context.Context, tx *sqlx.Tx, period time.Time, last int64, due time.Time) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO instant_periods (period, opened_no, due_at) VALUES ($1, $2, $3)`,
		period.Format(wallLayout), last, due)
	return err
}

func closeInstantTx(ctx context.Context, tx *sqlx.Tx, period time.Time, upto int64) error {
	_, err := tx.ExecContext(ctx, `UPDATE instant_periods SET upto_no = $2 WHERE period = $1`, period.Format(wallLayout), upto)
	return err
}
