package scheduler

import (
	"context"
	"fmt"
	"time"

	"corridor/postgres"
)

// State is when a job last ran and last succeeded, in any process.
type State struct {
	Job         string     `db:"job"`
	LastRun     time.Time  `db:"last_run_at"`
	LastSuccess *time.Time `db:"last_success_at"` // nil: never
}

// States returns the states of all jobs that ran within [keepTicks], by name.
func States(ctx context.Context, db *postgres.DB) (map[string]State, error) {
	var list []State
	if err := db.SelectContext(ctx, &list, `SELECT job, last_run_at, last_success_at FROM job_states`); err != nil {
		return nil, fmt.Errorf("scheduler: reading the states of jobs: %w", err)
	}
	states := make(map[string]State, len(list))
	for _, s := range list {
		states[s.Job] = s
	}
	return states, nil
}

// Overdue returns the time for which a job that runs at the given interval has been without a
// success, or 0 while that is no longer than three intervals and a minute.
func (s State) Overdue(every time.Duration, now time.Time) time.Duration {
	last := s.LastRun
	if s.LastSuccess != nil {
		last = *s.LastSuccess
	}
	if without := now.Sub(last); without > 3*every+time.Minute {
		return without
	}
	return 0
}

// record stores that a job ran, and whether it succeeded. It also forgets jobs that no process
// runs any more.
func (s *Scheduler) record(ctx context.Context, job string, succeeded bool, now time.Time) error {
	if _, err := s.db.ExecContext(ctx, `
		INSERT INTO job_states (job, last_run_at, last_success_at) VALUES ($1, $2, CASE WHEN $3 THEN $2::timestamptz END)
		ON CONFLICT (job) DO UPDATE SET last_run_at = $2, last_success_at = CASE WHEN $3 THEN $2 ELSE job_states.last_success_at END`,
		job, now, succeeded); err != nil {
		return fmt.Errorf("scheduler: recording a run: %w", err)
	}
	if _, err := s.db.ExecContext(ctx, `DELETE FROM job_states WHERE last_run_at < $1`, now.Add(-keepTicks)); err != nil {
		return fmt.Errorf("scheduler: forgetting jobs: %w", err)
	}
	return nil
}
