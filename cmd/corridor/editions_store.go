package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"corridor/editions"
	"corridor/postgres"
)

// editions returns the store of editions.
func (s *service) editions() (*editions.Store, error) {
	c := s.config
	options := editions.Options{
		Title: c.Publication.Title, SiteURL: c.Publication.SiteURL, BaseURL: c.Server.BaseURL, Address: c.Publication.Address,
		Language: c.Publication.Language, Zone: s.zone, Schedules: map[editions.Frequency]editions.Schedule{},
		InstantDelay: time.Duration(c.Schedule.Instant), Grace: time.Duration(c.Sending.Grace), MaxArticles: c.Sending.MaxArticles,
	}
	for _, p := range c.Programs {
		options.Programs = append(options.Programs, editions.Label{Slug: p.Slug, Name: p.Name})
	}
	for _, r := range c.Regions {
		options.Regions = append(options.Regions, editions.Label{Slug: r.Slug, Name: r.Name})
	}
	for f, text := range map[editions.Frequency]string{editions.Daily: c.Schedule.Daily, editions.Weekly: c.Schedule.Weekly, editions.Monthly: c.Schedule.Monthly} {
		schedule, err := editions.ParseSchedule(text)
		if err != nil {
			return nil, err
		}
		options.Schedules[f] = schedule
	}
	return editions.New(s.db, options, s.log)
}

// withEditions runs fn on the opened store.
func withEditions(ctx context.Context, p *program, fn func(*service, *editions.Store) error) error {
	s, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer s.Close()
	store, err := s.editions()
	if err != nil {
		return err
	}
	return fn(s, store)
}

// parseMoment reads --now: RFC 3339, or a time on the publication's clock.
func parseMoment(text string, zone *time.Location, now time.Time) (time.Time, error) {
	if text == "" {
		return now, nil
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02 15:04", "2006-01-02"} {
		if t, err := time.ParseInLocation(layout, text, zone); err == nil {
			return t, nil
		}
	}
	return time.Time{}, usagef("--now %q is not a time; write it like %s", text, now.In(zone).Format(time.RFC3339))
}

// await delivers the edition together with whatever sender runs elsewhere, until
// nothing of it is queued, sending or deferred any more.
func (p *program) await(ctx context.Context, s *service, store *editions.Store, id int64) error {
	stopWatch, err := s.watchDatabase(ctx, nil)
	if err != nil {
		return err
	}
	defer stopWatch()
	stop, err := s.deliver(ctx)
	if err != nil {
		return err
	}
	err = p.watch(ctx, s, store, id)
	if err != nil && ctx.Err() == nil { // no scheduler may be running that tells staff
		err = errors.Join(err, s.alert(ctx, p.now()))
	}
	return errors.Join(err, stop())
}

// watch returns when the edition is done, or will not go on by itself. A database that is
// away is waited for, as the sender does.
func (p *program) watch(ctx context.Context, s *service, store *editions.Store, id int64) error {
	bar := deliveryBar{to: p.stderr}
	ticker := time.NewTicker(100 * time.Millisecond)
	defer ticker.Stop()
	counted := time.Time{}
	for {
		err := s.db.CheckSchema(ctx)
		done := false
		if err == nil {
			done, err = p.look(ctx, store, id)
		}
		if err == nil && !done && p.interactive() && time.Since(counted) > 2*time.Second {
			var e editions.Edition
			counted = time.Now()
			if e, err = store.Find(ctx, id); err == nil {
				bar.show(e, counted)
			}
		}
		if err != nil && (ctx.Err() != nil || !postgres.IsUnavailable(err)) {
			return err
		}
		if done {
			bar.finish()
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-ticker.C:
		}
	}
}

// look renders what is to be rendered and tells whether nothing of the edition is open.
func (p *program) look(ctx context.Context, store *editions.Store, id int64) (done bool, err error) {
	if err := store.Prepare(ctx, p.now()); err != nil {
		return false, err
	}
	progress, err := store.Progress(ctx, id)
	if err != nil {
		return false, err
	}
	switch progress.State {
	case "held", "paused", "cancelled":
		return false, fmt.Errorf("edition %d is %s%s; see 'corridor editions show %d'", id, progress.State, because(progress.Reason), id)
	}
	return !progress.Open, nil
}

func because(reason string) string {
	if reason == "" {
		return ""
	}
	return " (" + reason + ")"
}
