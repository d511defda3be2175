// Package scheduler runs jobs at their times, each tick once over any number of
// processes. Every process keeps the time with a cron of its own; whoever inserts
// the row (job, tick) runs the job, the others see that it is taken. There is no
// leader that could hang.
//
// A job must bear being run late, again, or not at all for a while: it asks the
// database what is due. The scheduler only says when to look.
package scheduler

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"corridor/postgres"

	"github.com/robfig/cron/v3"
)

// Job is something to do at every tick of its interval.
type Job struct {
	Name  string
	Every time.Duration // ticks are the multiples of it since the zero time, the same in every process
	// Run does the job for one tick. Its context ends when the scheduler stops.
	Run func(ctx context.Context, tick time.Time) error
}

// keepTicks is how long claimed ticks are remembered: far longer than clocks differ.
const keepTicks = 7 * 24 * time.Hour

// Scheduler runs jobs. Make one with New.
type Scheduler struct {
	db   *postgres.DB
	log  *slog.Logger
	jobs []Job
	now  func() time.Time
}

// New returns a scheduler of jobs on db. now is the clock.
func New(db *postgres.DB, log *slog.Logger, now func() time.Time, jobs ...Job) *Scheduler {
	return &Scheduler{db: db, log: log, jobs: jobs, now: now}
}

// Run keeps the time until ctx ends and then waits for the jobs that are under way.
// The present tick of every job is looked at immediately, so that a restart does
// not wait out a long interval.
func (s *Scheduler) Run(ctx context.Context) error {
	clock := cron.New(cron.WithChain(
		cron.Recover(cronLog{s.log}),
		cron.SkipIfStillRunning(cronLog{s.log}),
	))
	var first sync.WaitGroup
	for _, job := range s.jobs {
		entry := clock.Schedule(interval(job.Every), cron.FuncJob(func() { s.tick(ctx, job) }))
		run := clock.Entry(entry).WrappedJob
		first.Go(run.Run)
	}
	clock.Start()
	<-ctx.Done()
	<-clock.Stop().Done()
	first.Wait()
	return nil
}

// tick runs job for the present tick when no other process has it.
func (s *Scheduler) tick(ctx context.Context, job Job) {
	if ctx.Err() != nil {
		return
	}
	now := s.now()
	tick := now.Truncate(job.Every)
	claimed, err := s.claim(ctx, job.Name, tick, now)
	if err == nil && claimed {
		err = job.Run(ctx, tick)
	}
	if err != nil && !errors.Is(err, context.Canceled) {
		s.log.Error("scheduled job failed; it is tried again at its next tick", "job", job.Name, "tick", tick, "error", err)
	}
}

// claim takes a tick for this process. Old ticks of the job go on the way.
func (s *Scheduler) claim(ctx context.Context, job string, tick, now time.Time) (bool, error) {
	result, err := s.db.ExecContext(ctx, `
		INSERT INTO job_ticks (job, tick, claimed_at) VALUES ($1, $2, $3)
		ON CONFLICT (job, tick) DO NOTHING`, job, tick, now)
	if err != nil {
		return false, err
	}
	n, err := result.RowsAffected()
	if err != nil || n == 0 {
		return false, err
	}
	_, err = s.db.ExecContext(ctx, `DELETE FROM job_ticks WHERE job = $1 AND tick < $2`, job, now.Add(-keepTicks))
	return true, err
}

// interval is a cron schedule whose ticks are multiples of a duration, so that
// processes started at different moments agree on them.
type interval time.Duration

// Next returns the first tick after t.
func (i interval) Next(t time.Time) time.Time {
	return t.Truncate(time.Duration(i)).Add(time.Duration(i))
}

// cronLog hands the library's messages to slog: what it calls information is only
// worth a look when debugging.
type cronLog struct{ log *slog.Logger }

func (l cronLog) Info(msg string, keysAndValues ...any) {
	l.log.Debug("scheduler", append(keysAndValues, "event", msg)...)
}

func (l cronLog) Error(err error, msg string, keysAndValues ...any) {
	l.log.Error("scheduler", append(keysAndValues, "event", msg, "error", err)...)
}
