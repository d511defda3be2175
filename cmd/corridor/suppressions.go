package main

import (
	"context"
	"errors"
	"fmt"

	"corridor/service"
	"corridor/subscribers"
)

// suppressionsCommand manages addresses that get no email.
type suppressionsCommand struct {
	List   suppressionsList   `cmd:"" help:"List suppressions, newest first, with reason, source and date."`
	Add    suppressionsAdd    `cmd:"" help:"Suppress an address, or the addresses that bounced in one event."`
	Lift   suppressionsLift   `cmd:"" help:"Lift the suppression of an address, or all suppressions of one event."`
	Import suppressionsImport `cmd:"" help:"Suppress the addresses of a file: CSV, or one address a line. Nothing is lifted, and the file may be imported again."`
	Export suppressionsExport `cmd:"" help:"Export all suppressions as CSV; those of erased readers as a hash of the address."`
}

type suppressionsList struct {
	Event string `help:"Only suppressions of this event." placeholder:"ID"`
	JSON  bool   `name:"json" help:"Print one JSON document."`
}

// Run lists suppressions.
func (c suppressionsList) Run(ctx context.Context, p *program) error {
	return withReaders(ctx, p, func(s *service.Service, store *subscribers.Store) error {
		list, err := store.Suppressed(ctx, c.Event)
		if err != nil {
			return err
		}
		documents, rows := []subscribers.SuppressedDocument{}, [][]string{}
		for _, suppressed := range list {
			d := suppressed.Document(s.Zone)
			documents, rows = append(documents, d), append(rows, []string{orDash(d.Email), d.Reason, d.Source, d.Event, d.At, d.Detail})
		}
		return p.table(c.JSON, documents, []string{"email", "reason", "source", "event", "at", "detail"}, rows)
	})
}

// suppressionTarget is an address or an event.
type suppressionTarget struct {
	Email string `arg:"" optional:"" help:"Address."`
	Event string `help:"Bounces of one edition at one domain, as in 'corridor suppressions list'." placeholder:"ID"`
}

func (c suppressionTarget) check() error {
	if (c.Email == "") == (c.Event == "") {
		return usagef("name an address, or an event with --event")
	}
	return nil
}

func noEvent(event string) error {
	return fmt.Errorf("there is no event %s; events are edition:domain, as in 'corridor suppressions list' and 'corridor editions show'", event)
}

type suppressionsAdd struct {
	suppressionTarget `embed:""`
	Reason            string `help:"staff, asked (the person asked for no email) or complaint." enum:"staff,asked,complaint" default:"staff"`
	Detail            string `help:"Reason, for your records."`
}

// Run suppresses.
func (c suppressionsAdd) Run(ctx context.Context, p *program) error {
	if err := c.check(); err != nil {
		return err
	}
	return withReaders(ctx, p, func(s *service.Service, store *subscribers.Store) error {
		if c.Email != "" {
			return p.say(store.Suppress(ctx, c.Email, subscribers.Reason(c.Reason), c.Detail, p.now()), "%s will get no email", c.Email)
		}
		n, known, err := s.Deliveries().BelieveBounces(ctx, c.Event)
		if err == nil && !known {
			err = noEvent(c.Event)
		}
		return p.say(err, "%s that bounced in event %s will get no email", number(n, "address", "addresses"), c.Event)
	})
}

type suppressionsLift struct {
	suppressionTarget `embed:""`
}

// Run lifts suppressions.
func (c suppressionsLift) Run(ctx context.Context, p *program) error {
	if err := c.check(); err != nil {
		return err
	}
	return withReaders(ctx, p, func(s *service.Service, store *subscribers.Store) error {
		if c.Email != "" {
			err := store.Lift(ctx, c.Email)
			if errors.Is(err, subscribers.ErrNotFound) {
				err = fmt.Errorf("%s is not suppressed", c.Email)
			}
			return p.say(err, "%s may get email again", c.Email)
		}
		// Later bounces of the event first, so that they suppress no address in between.
		known, err := s.Deliveries().DoubtBounces(ctx, c.Event)
		if err == nil && !known {
			err = noEvent(c.Event)
		}
		var n int64
		if err == nil {
			n, err = store.LiftEvent(ctx, c.Event)
		}
		return p.say(err, "%s that event %s suppressed may get email again", number(n, "address", "addresses"), c.Event)
	})
}
