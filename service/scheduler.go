package service

import (
	"context"
	"errors"
	"time"

	"corridor/articles"
	"corridor/bounces"
	"corridor/postgres"
	"corridor/scheduler"

	"golang.org/x/sync/errgroup"
)

const (
	planEvery  = 10 * time.Second // the longest delay of a due digest
	alertEvery = 10 * time.Second // the longest delay of an alert
	tidyEvery  = time.Hour
	// failingFor is the time that a source fails before publication.alerts is told.
	failingFor = 24 * time.Hour
)

// The names of the jobs.
const (
	jobPlan   = "plan"
	jobAlerts = "alerts"
	jobTidy   = "tidy"
	// jobMailbox reads bounces.mailbox. It runs in the role bounces.
	jobMailbox = "mailbox"
)

// jobIntervals returns the interval of every job by its name.
func (s *Service) jobIntervals() map[string]time.Duration {
	jobs := map[string]time.Duration{jobPlan: planEvery, jobAlerts: alertEvery, jobTidy: tidyEvery}
	if s.Config.Bounces.Mailbox != "" {
		jobs[jobMailbox] = time.Duration(s.Config.Bounces.Every)
	}
	return jobs
}

// whileOurs returns a job that does nothing once the schema is newer than the program.
func (r *Process) whileOurs(job scheduler.Job) scheduler.Job {
	run := job.Run
	job.Run = func(ctx context.Context, tick time.Time) error {
		if !r.isOurs(ctx) {
			return nil // sayOutdated has logged it
		}
		return run(ctx, tick)
	}
	return job
}

// isOurs reports whether the schema is not newer than the program.
func (r *Process) isOurs(ctx context.Context) bool {
	var newer *postgres.NewerSchemaError
	return !errors.As(r.DB.CheckSchema(ctx), &newer)
}

// startScheduler starts the jobs (planning, alerts, tidying) and the timetable of the sources.
func (r *Process) startScheduler(ctx context.Context, group *errgroup.Group) error {
	store, err := r.Editions()
	if err != nil {
		return err
	}
	readers := r.Readers()
	gatherer, err := r.Gatherer(ctx)
	if err != nil {
		return err
	}
	gatherer.Hubs = r.sourceHubs(gatherer.Client())
	gatherer.Budget = time.Duration(r.Config.Gather.Budget)
	jobs := []scheduler.Job{
		{Name: jobPlan, Every: planEvery, Run: func(ctx context.Context, _ time.Time) error {
			return errors.Join(store.PlanDue(ctx, time.Now()), store.Tell(ctx))
		}},
		{Name: jobAlerts, Every: alertEvery, Run: func(ctx context.Context, _ time.Time) error { return r.Alert(ctx, time.Now()) }},
		{Name: jobTidy, Every: tidyEvery, Run: func(ctx context.Context, _ time.Time) error {
			_, purged := readers.Purge(ctx, time.Now())
			return errors.Join(purged, store.SuppressFailing(ctx), bounces.ForgetUnread(ctx, r.DB, time.Now()), store.Retire(ctx, time.Duration(r.Config.Sending.Keep)), r.Deliveries().TrimChanges(ctx))
		}},
	}
	for i, job := range jobs {
		jobs[i] = r.whileOurs(job)
	}
	r.work(group, func(ctx context.Context) error { return store.Follow(ctx, time.Now) })
	r.work(group, func(ctx context.Context) error {
		return gatherer.Work(ctx, r.isOurs, func(result articles.Gathered) { r.noteGathered(ctx, result) })
	})
	r.work(group, scheduler.New(r.DB, r.Log, r.Troubles, time.Now, jobs...).Run)
	return nil
}
