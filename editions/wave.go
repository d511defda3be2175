package editions

import (
	"context"
	"errors"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

// PlanDue plans and renders every wave that is due at now and is not planned yet. A wave of a frequency
// and a time zone is due when the clocks of the zone have reached the period's tick. It is
// left out when it is overdue by more than Options.Grace, or was due before the first call
// of PlanDue on this database. Any number of processes may call PlanDue at any time.
func (s *Store) PlanDue(ctx context.Context, now time.Time) error {
	return errors.Join(s.planDue(ctx, now), s.Prepare(ctx, now))
}

// planDue is PlanDue without the rendering.
func (s *Store) planDue(ctx context.Context, now time.Time) error {
	served, err := s.firstServed(ctx, now)
	if err != nil {
		return err
	}
	zones, err := s.zones(ctx)
	if err != nil {
		return err
	}
	var problems []error
	for _, f := range Frequencies {
		if f == Instant {
			problems = append(problems, s.planInstantDue(ctx, now))
			continue
		}
		for period, names := range s.due(f, zones[f], served, now) {
			problems = append(problems, s.planWave(ctx, wave{
				frequency: f, period: period, zones: names, at: now, clock: now,
				horizon: Wall(now, time.UTC).Add(15 * time.Hour), // no zone is further ahead of UTC
			}))
		}
	}
	return errors.Join(problems...)
}

// due returns the periods of f that may be planned, each with the zones in which it has
// begun.
func (s *Store) due(f Frequency, zones []string, served, now time.Time) map[time.Time][]string {
	due := map[time.Time][]string{}
	schedule, ok := s.opts.Schedules[f]
	if !ok {
		return due
	}
	for _, name := range zones {
		zone := s.location(name)
		period := schedule.Period(now, zone)
		if period.IsZero() {
			continue
		}
		if at := Due(period, zone); now.Sub(at) <= s.opts.Grace && !at.Before(served) {
			due[period] = append(due[period], name)
		}
	}
	return due
}

// location returns the zone with the given name. For a name that this machine does not
// know it returns the publication's zone, so that its readers still get their digests.
func (s *Store) location(name string) *time.Location {
	zone, err := time.LoadLocation(name)
	if err != nil {
		return s.opts.Zone
	}
	return zone
}

// firstServed returns the time of the first automatic planning on this database. The first
// call stores it.
func (s *Store) firstServed(ctx context.Context, now time.Time) (_ time.Time, err error) {
	defer wrap(&err, "reading when planning began")
	value, err := s.db.EnsureFact(ctx, "first_served_at", now.UTC().Format(time.RFC3339))
	if err != nil {
		return time.Time{}, err
	}
	return time.Parse(time.RFC3339, value)
}

// zones returns the time zones of active readers, by frequency.
func (s *Store) zones(ctx context.Context) (_ map[Frequency][]string, err error) {
	defer wrap(&err, "reading the time zones of readers")
	var rows []struct {
		Frequency Frequency `db:"frequency"`
		TimeZone  string    `db:"time_zone"`
	}
	err = s.db.SelectContext(ctx, &rows, `
		SELECT DISTINCT frequency, time_zone FROM subscribers WHERE state = 'active' AND frequency <> 'instant' ORDER BY 1, 2`)
	zones := map[Frequency][]string{}
	for _, r := range rows {
		zones[r.Frequency] = append(zones[r.Frequency], r.TimeZone)
	}
	return zones, err
}

// planWave plans the zones of w that are not planned yet.
func (s *Store) planWave(ctx context.Context, w wave) (err error) {
	defer wrap(&err, "planning the %s digest of %s", w.frequency, w.period.Format(wallLayout))
	var planned []string
	const query = `SELECT time_zone FROM waves WHERE frequency = $1 AND period = $2 AND time_zone = ANY ($3)`
	if err := s.db.SelectContext(ctx, &planned, query, w.frequency, w.period.Format(wallLayout), pq.Array(w.zones)); err != nil {
		return err
	}
	if len(planned) == len(w.zones) {
		return nil
	}
	return s.db.InTx(ctx, func(tx *sqlx.Tx) error {
		if err := lockPlanningTx(ctx, tx); err != nil {
			return err
		}
		zones, err := claimWavesTx(ctx, tx, w)
		if err != nil || len(zones) == 0 {
			return err
		}
		w.zones = zones
		plan, _, err := s.planTx(ctx, tx, w, true)
		if errors.Is(err, ErrCancelled) {
			return nil
		}
		if err != nil {
			return err
		}
		s.logPlan(plan, zones)
		return nil
	})
}

// claimWavesTx inserts the rows of the waves and returns the zones that had no row.
func claimWavesTx(ctx context.Context, tx *sqlx.Tx, w wave) ([]string, error) {
	var zones []string
	err := tx.SelectContext(ctx, &zones, `
		INSERT INTO waves (frequency, period, time_zone, planned_at)
		SELECT $1, $2, zone, $4 FROM unnest($3::text[]) AS zone
		ON CONFLICT (frequency, period, time_zone) DO NOTHING
		RETURNING time_zone`,
		w.frequency, w.period.Format(wallLayout), pq.Array(w.zones), w.clock)
	return zones, err
}

// logPlan logs a plan with an edition. Without one no reader has new articles.
func (s *Store) logPlan(plan *Plan, zones []string) {
	if plan.Edition == 0 {
		return
	}
	s.log.Info("edition planned", "edition_id", plan.Edition, "kind", "digest", "frequency", string(plan.Frequency), "period", plan.Period.Format(wallLayout),
		"zones", len(zones), "considered", plan.Considered, "readers", plan.Readers, "variants", len(plan.Variants))
}
