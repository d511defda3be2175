package service

import (
	"context"
	"errors"
	"time"

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

// gatherJob is the name of the job that gathers a source.
func gatherJob(source string) string { return "gather " + source }

// jobIntervals returns the interval of every job by its name.
func (s *Service) jobIntervals() map[string]time.Duration {
	jobs := map[string]time.Duration{jobPlan: planEvery, jobAlerts: alertEvery, jobTidy: tidyEvery}
	if s.Config.Bounces.Mailbox != "" {
		jobs[jobMailbox] = time.Duration(s.Config.Bounces.Every)
	}
	for _, source := range s.Config.Sources {
		jobs[gatherJob(source.Name)] = time.Duration(source.Every)
	}
	return jobs
}

// whileOurs returns a job that does nothing once the schema is newer than the program.
func (r *Process) whileOurs(job scheduler.Job) scheduler.Job {
	run := job.Run
	job.Run = func(ctx context.Context, tick time.Time) error {
		var newer *postgres.NewerSchemaError
		if errors.As(r.DB.CheckSchema(ctx), &newer) {
			return nil // sayOutdated has logged it
		}
		return run(ctx, tick)
	}
	return job
}

// startScheduler starts the jobs: planning, gathering, alerts, tidying.
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
	for _, source := range r.Config.Sources {
		jobs = append(jobs, scheduler.Job{Name: gatherJob(source.Name), Every: time.Duration(source.Every), Run: func(ctx context.Context, _ time.Time) error {
			began := time.Now()
			rows, failures, err := gatherer.Gather(ctx, source.Name)
			r.metrics.gathered(source.Name, rows, failures)
			r.noteGather(ctx, source.Name, rows, failures, time.Since(began))
			return err
		}})
	}
	for i, job := range jobs {
		jobs[i] = r.whileOurs(job)
	}
	r.work(group, func(ctx context.Context) error { return store.Follow(ctx, time.Now) })
	r.work(group, scheduler.New(r.DB, r.Log, r.Troubles, time.Now, jobs...).Run)
	return nil
}
