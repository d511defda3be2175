package service

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"corridor/alerts"
	"corridor/articles"
	"corridor/mailer/deliveries"
	"corridor/mailer/smtp"
	"corridor/scheduler"
	"corridor/trouble"
)

// health is the state of the work of all processes, from the database.
type health struct {
	away    []deliveries.AwayRelay
	limits  []deliveries.Limit // of [smtp], that emails wait for
	brakes  []deliveries.Brake
	sources map[string]articles.SourceState
	held    int64 // articles that gathering holds for staff
	jobs    map[string]scheduler.State
}

func (s *Service) health(ctx context.Context) (h health, err error) {
	if h.away, err = s.Deliveries().Away(ctx); err != nil {
		return h, err
	}
	if h.limits, err = s.Deliveries().Limited(ctx); err != nil {
		return h, err
	}
	if h.brakes, err = s.Deliveries().Brakes(ctx); err != nil {
		return h, err
	}
	h.brakes = s.configured(h.brakes)
	if h.sources, err = articles.NewStore(s.DB).SourceStates(ctx); err != nil {
		return h, err
	}
	if h.held, err = articles.NewStore(s.DB).CountHeld(ctx); err != nil {
		return h, err
	}
	h.jobs, err = scheduler.States(ctx, s.DB)
	return h, err
}

// configured returns the brakes of configured mail servers: a server that was replaced is
// probed by no process, so that its brake stays closed.
func (s *Service) configured(brakes []deliveries.Brake) []deliveries.Brake {
	if s.Captures() {
		return brakes
	}
	used := map[string]bool{}
	for _, url := range append([]string{s.Live().SMTP.URL}, s.Live().SMTP.Fallbacks...) {
		if relay, err := smtp.ParseRelay(url, smtp.RelayOptions{}); err == nil {
			used[relay.String()] = true
		}
	}
	return slices.DeleteFunc(brakes, func(b deliveries.Brake) bool { return !used[b.Relay] })
}

// failsFor is the time for which a source fails before /readyz shows it.
const failsFor = time.Hour

// notes returns the lines of /readyz about failures that stop nothing else. Replies
// and errors are left out because the page is public; the log contains them.
func (s *Service) notes(ctx context.Context, now time.Time) []string {
	ctx, cancel := context.WithTimeout(ctx, readyTime)
	defer cancel()
	h, err := s.health(ctx)
	if err != nil {
		return nil // notReady reports the database's error
	}
	var notes []string
	for _, a := range h.away {
		notes = append(notes, "emails wait: "+a.Describe(time.UTC))
	}
	for _, l := range h.limits {
		notes = append(notes, "emails wait: "+l.Describe(time.UTC))
	}
	for _, b := range h.brakes {
		notes = append(notes, fmt.Sprintf("emails wait: the mail server %s refuses them since %s", b.Relay, b.Since.UTC().Format(time.RFC3339)))
	}
	for _, source := range s.Config.Sources {
		if since := h.sources[source.Name].FailingSince; since.Valid && now.Sub(since.Time) >= failsFor {
			notes = append(notes, fmt.Sprintf("the source %s fails since %s", source.Name, since.Time.UTC().Format(time.RFC3339)))
		}
		if braked := h.sources[source.Name].BrakedAt; braked.Valid {
			notes = append(notes, fmt.Sprintf("a gather of the source %s waits for staff since %s", source.Name, braked.Time.UTC().Format(time.RFC3339)))
		}
	}
	for _, late := range s.overdue(h, now) {
		notes = append(notes, late.String())
	}
	return notes
}

// late is a job without a success for too long.
type late struct {
	job     string
	without time.Duration
}

// String says which job it is, and for how long.
func (l late) String() string {
	return fmt.Sprintf("the job %q has not succeeded for %s", l.job, l.without.Round(time.Second))
}

// unreadFor is the time for which a source is due, and no process reads it, before staff are
// told.
const unreadFor = 10 * time.Minute

// overdue returns the jobs without a success for too long, and the sources that are due and
// not read, by name.
func (s *Service) overdue(h health, now time.Time) (list []late) {
	for name, every := range s.jobIntervals() {
		if without := h.jobs[name].Overdue(every, now); h.jobs[name].Job != "" && without > 0 {
			list = append(list, late{name, without})
		}
	}
	for _, source := range s.Config.Sources {
		if due := h.sources[source.Name].Due; due.Valid && now.Sub(due.Time) > unreadFor {
			list = append(list, late{"gather " + source.Name, now.Sub(due.Time)})
		}
	}
	slices.SortFunc(list, func(a, b late) int { return strings.Compare(a.job, b.job) })
	return list
}

// lookEvery is the interval at which a process looks for troubles that no work of its own
// begins or ends.
const lookEvery = 30 * time.Second

// look looks every lookEvery until ctx ends.
func (s *Service) look(ctx context.Context, free func(folder string) (uint64, error)) {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		s.noteSpace(ctx, free)
		_ = s.Troubles.Note(ctx, trouble.Work, "look for troubles", s.endElsewhere(ctx))
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// endElsewhere ends the troubles of this process with sources, jobs and the webhook that
// another process has overcome since.
func (s *Service) endElsewhere(ctx context.Context) error {
	if len(s.Troubles.Open(trouble.Alert)) > 0 {
		waiting, err := alerts.Waiting(ctx, s.DB)
		if err != nil {
			return err
		}
		if waiting == 0 {
			s.Troubles.End(trouble.Alert, "webhook")
		}
	}
	failing := slices.Concat(s.Troubles.Open(trouble.Source), s.Troubles.Open(trouble.Job))
	if len(failing) == 0 {
		return nil
	}
	h, err := s.health(ctx)
	if err != nil {
		return err
	}
	for _, t := range failing {
		source, job := h.sources[t.Name], h.jobs[t.Name]
		if t.Kind == trouble.Source && source.LastDone.Time.After(t.Since) && !source.FailingSince.Valid ||
			t.Kind == trouble.Job && job.LastSuccess != nil && job.LastSuccess.After(t.Since) && !job.LastSuccess.Before(job.LastRun) {
			s.Troubles.End(t.Kind, t.Name)
		}
	}
	return nil
}
