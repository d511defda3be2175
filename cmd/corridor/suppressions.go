package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"corridor/mailer"
	"corridor/service"
	"corridor/subscribers"
)

// suppressionsCommand is everything about addresses that are not written to.
type suppressionsCommand struct {
	List suppressionsList `cmd:"" help:"List them, newest first, with reason, source and date."`
	Add  suppressionsAdd  `cmd:"" help:"Keep an address, or those that bounced in one event, from being written to."`
	Lift suppressionsLift `cmd:"" help:"Allow an address again, or all that one event suppressed."`
}

type suppressionsList struct {
	Event string `help:"Only those of this event." placeholder:"ID"`
	JSON  bool   `name:"json" help:"Print one JSON document."`
}

// suppressionDocument is a suppression as scripts see it.
type suppressionDocument struct {
	Email  *string `json:"email"` // null: erased
	Reason string  `json:"reason"`
	Detail string  `json:"detail"`
	Source string  `json:"source"`
	Event  string  `json:"event"`
	At     string  `json:"at"`
}

// Run lists suppressions.
func (c suppressionsList) Run(ctx context.Context, p *program) error {
	return withReaders(ctx, p, func(s *service.Service, store *subscribers.Store) error {
		list, err := store.Suppressed(ctx, c.Event)
		if err != nil {
			return err
		}
		documents, rows := []suppressionDocument{}, [][]string{}
		for _, x := range list {
			d := suppressionDocument{Reason: x.Reason, Detail: x.Detail, Source: x.Source, Event: x.Event, At: x.At.In(s.Zone).Format(time.RFC3339)}
			if x.Email.Valid {
				d.Email = &x.Email.String
			}
			documents = append(documents, d)
			rows = append(rows, []string{orDash(d.Email), d.Reason, d.Source, d.Event, d.At, d.Detail})
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
	Detail            string `help:"Why, for your notes."`
}

// Run suppresses.
func (c suppressionsAdd) Run(ctx context.Context, p *program) error {
	if err := c.check(); err != nil {
		return err
	}
	return withReaders(ctx, p, func(s *service.Service, store *subscribers.Store) error {
		if c.Email != "" {
			return p.say(store.Suppress(ctx, c.Email, "staff", c.Detail, p.now()), "%s will not be written to", c.Email)
		}
		n, known, err := mailer.NewStore(s.DB, mailer.Resend{}).BelieveBounces(ctx, c.Event)
		if err == nil && !known {
			err = noEvent(c.Event)
		}
		return p.say(err, "%d addresses that bounced in event %s will not be written to", n, c.Event)
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
			return p.say(err, "%s may be written to again", c.Email)
		}
		// First what is to come: a bounce in between suppresses nobody any more.
		known, err := mailer.NewStore(s.DB, mailer.Resend{}).DoubtBounces(ctx, c.Event)
		if err == nil && !known {
			err = noEvent(c.Event)
		}
		var n int64
		if err == nil {
			n, err = store.LiftEvent(ctx, c.Event)
		}
		return p.say(err, "%d addresses that event %s suppressed may be written to again", n, c.Event)
	})
}
