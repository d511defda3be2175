package main

import (
	"context"
	"fmt"
	"time"

	"corridor/editions"
	"corridor/service"
)

// withEditions runs fn on the opened store.
func withEditions(ctx context.Context, p *program, fn func(*service.Service, *editions.Store) error) error {
	p.quiet()
	s, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer s.Close()
	store, err := s.Editions()
	if err != nil {
		return err
	}
	return fn(s, store)
}

// parseMoment parses the value of a flag: RFC 3339, or a local time or date in the zone of
// the publication. An empty text stands for now.
func parseMoment(flag, text string, zone *time.Location, now time.Time) (time.Time, error) {
	if text == "" {
		return now, nil
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02 15:04", "2006-01-02"} {
		if t, err := time.ParseInLocation(layout, text, zone); err == nil {
			return t, nil
		}
	}
	return time.Time{}, usagef("--%s %q is not a time; write it like %s", flag, text, now.In(zone).Format(time.RFC3339))
}

// reached returns an error if the edition did not reach a reader for another reason than the
// reader's mailbox or choice: a delivery failed, or its result is unknown.
func reached(e editions.Edition) error {
	c := e.Counts
	if c.Failed+c.Uncertain == 0 {
		return nil
	}
	return fmt.Errorf("edition %d: %d failed, %d uncertain; see 'corridor editions deliveries %d --state failed,uncertain'", e.ID, c.Failed, c.Uncertain, e.ID)
}

// await delivers the edition in this process too, until every delivery has its result. It
// shows a progress bar on a terminal.
func (p *program) await(ctx context.Context, s *service.Service, store *editions.Store, id int64) error {
	bar := deliveryBar{to: p.stderr}
	var show func(editions.Edition, time.Time)
	if p.interactive() {
		show = bar.show
	}
	err := s.Await(ctx, store, id, show)
	if err == nil {
		bar.finish()
	}
	return err
}
