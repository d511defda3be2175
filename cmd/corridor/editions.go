package main

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"corridor/editions"
	"corridor/service"
)

// editionsCommand shows and controls editions.
type editionsCommand struct {
	List       editionsList       `cmd:"" help:"List editions with the results of their deliveries, newest first."`
	Show       editionsShow       `cmd:"" help:"Show an edition."`
	Uncertain  editionsUncertain  `cmd:"" help:"List the deliveries with an unknown result, and resend or drop them."`
	Deliveries editionsDeliveries `cmd:"" help:"List the deliveries of an edition with the replies of mail servers."`
	Retry      editionsRetry      `cmd:"" help:"Send an edition once more to the readers that it did not reach."`
	Pause      editionsPause      `cmd:"" help:"Pause an edition until it is resumed."`
	Resume     editionsResume     `cmd:"" help:"Resume a paused edition, or send a held one."`
	Cancel     editionsCancel     `cmd:"" help:"Cancel an edition. Readers without it get its articles with their next digest."`
}

type editionsList struct {
	Limit int  `help:"Maximum rows; 0: all." default:"0"`
	JSON  bool `name:"json" help:"Print one JSON document."`
}

var editionHeader = []string{"edition", "kind", "subject", "state", "planned", "open", "sent", "failed", "bounced", "skipped", "uncertain", "complained", "bytes", "started"}

// Run lists editions.
func (c editionsList) Run(ctx context.Context, p *program) error {
	return withEditions(ctx, p, func(s *service.Service, store *editions.Store) error {
		list, err := store.List(ctx, c.Limit)
		if err != nil {
			return err
		}
		documents, rows := []editions.Document{}, [][]string{}
		if err := s.ExplainWaiting(ctx, list); err != nil {
			return err
		}
		for _, e := range list {
			documents, rows = append(documents, e.Document(s.Zone)), append(rows, editionRow(e, s.Zone))
		}
		return p.table(c.JSON, documents, editionHeader, rows)
	})
}

func editionRow(e editions.Edition, zone *time.Location) []string {
	started := "-"
	if !e.Started.IsZero() {
		started = e.Started.In(zone).Format(time.RFC3339)
	}
	n := func(i int64) string { return strconv.FormatInt(i, 10) }
	c := e.Counts
	return []string{
		n(e.ID), e.Kind, e.Subject, string(e.State) + because(e.Reason), n(c.Planned), n(c.Open()), n(c.Sent), n(c.Failed), n(c.Bounced),
		n(c.Skipped), n(c.Uncertain), n(c.Complained), n(c.Bytes), started,
	}
}

// printEdition prints one edition: document as JSON, or a row.
func (p *program) printEdition(asJSON bool, document any, e editions.Edition, zone *time.Location) error {
	return p.table(asJSON, document, editionHeader, [][]string{editionRow(e, zone)})
}

type editionsShow struct {
	ID   int64 `arg:"" help:"Edition."`
	JSON bool  `name:"json" help:"Print one JSON document."`
}

// Run shows one edition.
func (c editionsShow) Run(ctx context.Context, p *program) error {
	return withEditions(ctx, p, func(s *service.Service, store *editions.Store) error {
		e, err := store.Find(ctx, c.ID)
		if err != nil {
			return err
		}
		one := []editions.Edition{e}
		if err := s.ExplainWaiting(ctx, one); err != nil {
			return err
		}
		return p.printEdition(c.JSON, one[0].Document(s.Zone), one[0], s.Zone)
	})
}

type editionsPause struct {
	ID int64 `arg:"" help:"Edition."`
}

// Run pauses an edition.
func (c editionsPause) Run(ctx context.Context, p *program) error {
	return withEditions(ctx, p, func(_ *service.Service, store *editions.Store) error {
		return p.say(store.Pause(ctx, c.ID), "Edition %d is paused; 'corridor editions resume %d' resumes it.", c.ID, c.ID)
	})
}

type editionsResume struct {
	ID int64 `arg:"" help:"Edition."`
}

// Run resumes an edition.
func (c editionsResume) Run(ctx context.Context, p *program) error {
	return withEditions(ctx, p, func(_ *service.Service, store *editions.Store) error {
		return p.say(store.Resume(ctx, c.ID, p.now()), "Edition %d is resumed.", c.ID)
	})
}

type editionsCancel struct {
	ID int64 `arg:"" help:"Edition."`
}

// Run cancels an edition.
func (c editionsCancel) Run(ctx context.Context, p *program) error {
	return withEditions(ctx, p, func(_ *service.Service, store *editions.Store) error {
		return p.say(store.Cancel(ctx, c.ID, p.now()), "Edition %d is cancelled.", c.ID)
	})
}

// say prints a line, or returns err when it is not nil.
func (p *program) say(err error, format string, args ...any) error {
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.stdout, format+"\n", args...)
	return err
}

// because returns the reason in parentheses, or "" without one.
func because(reason string) string {
	if reason == "" {
		return ""
	}
	return " (" + reason + ")"
}
