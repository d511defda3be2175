// Package scheduler runs jobs at regular times. Each tick of a job runs once, however
// many processes share the database. Every process has its own cron. At a tick each
// process tries to insert the row (job, tick) into job_ticks, and the process that
// inserts it runs the job. There is no leader that could hang.
//
// A job must tolerate that a tick is late, repeated or lost: it derives the work that is
// due from the database. The scheduler only says when to look.
package scheduler

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"corridor/postgres"
	"corridor/trouble"

	"github.com/robfig/cron/v3"
)

// Job is a function that runs at every tick of its interval.
type Job struct {
	Name  string
	Every time.Duration // ticks are the multiples of Every since the zero time, the same in every process
	// Run does the job for one tick. Its context ends when the scheduler stops.
	Run func(ctx context.Context, tick time.Time) error
}

// keepTicks is how long rows of job_ticks are kept. It is far longer than the clocks of
// two processes differ.
const keepTicks = 7 * 24 * time.Hour

// Scheduler runs jobs. [New] makes one.
type Scheduler struct {
	db       *postgres.DB
	log      *slog.Logger
	troubles *trouble.Log
	jobs     []Job
	now      func() time.Time
}

// New returns a scheduler of jobs. db holds the table job_ticks, failures of jobs go to
// troubles, now is the clock.
func New(db *postgres.DB, log *slog.Logger, troubles *trouble.Log, now func() time.Time, jobs ...Job) *Scheduler {
	return &Scheduler{db: db, log: log, troubles: troubles, jobs: jobs, now: now}
}

// Run runs the jobs until ctx ends, and then waits for the jobs that are running. It
// tries the present tick of every job at once, so that a job with a long interval does
// not wait for its next tick after a restart.
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

// tick runs job for the present tick, unless another process has claimed that tick.
func (s *Scheduler) tick(ctx context.Context, job Job) {
	if ctx.Err() != nil {
		return
	}
	now := s.now()
	tick := now.Truncate(job.Every)
	claimed, err := s.claim(ctx, job.Name, tick, now)
	if err == nil && !claimed { // another process knows whether it succeeds
		return
	}
	if err == nil {
		err = run(ctx, job, tick)
	}
	if ctx.Err() == nil {
		err = errors.Join(err, s.record(ctx, job.Name, err == nil, s.now()))
	}
	_ = s.troubles.Note(ctx, trouble.Job, job.Name, err)
}

// run runs job once. A panic is an error.
func run(ctx context.Context, job Job, tick time.Time) (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("the job panicked: %v\n%s", cause, debug.Stack())
		}
	}()
	return job.Run(ctx, tick)
}

// claim inserts the row of a tick and reports whether this process inserted it. It also
// deletes the job's rows that are older than keepTicks.
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

// interval is a cron schedule. Its ticks are the multiples of a duration, so that
// processes that started at different moments have the same ticks.
type interval time.Duration

// Next returns the first tick after t.
func (i interval) Next(t time.Time) time.Time {
	return t.Truncate(time.Duration(i)).Add(time.Duration(i))
}

// cronLog passes the messages of the cron library to slog. The library's information
// messages become debug messages.
type cronLog struct{ log *slog.Logger }

func (l cronLog) Info(msg string, keysAndValues ...any) {
	l.log.Debug("scheduler", append(keysAndValues, "event", msg)...)
}

func (l cronLog) Error(err error, msg string, keysAndValues ...any) {
	l.log.Error("scheduler", append(keysAndValues, "event", msg, "error", err)...)
}
