package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"corridor/articles"
	"corridor/config"
	"corridor/service"
)

// gatherCommand gathers once.
type gatherCommand struct {
	Source []string `help:"Only this source; may be repeated." placeholder:"NAME"`
	JSON   bool     `name:"json" help:"Print one JSON document."`
}

// Run gathers, and prints a row for each article.
func (c gatherCommand) Run(ctx context.Context, p *program) error {
	p.quiet()
	s, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer s.Close()
	for _, name := range c.Source {
		if !slices.ContainsFunc(s.Config.Sources, func(known config.Source) bool { return known.Name == name }) {
			return usagef("there is no source %q; %s names %s", name, p.globals.Config, sourceNames(s.Config))
		}
	}
	return p.gather(ctx, s, c.JSON, c.Source...)
}

// gather gathers the sources named, or all, and prints the rows.
func (p *program) gather(ctx context.Context, s *service.Service, asJSON bool, names ...string) error {
	g, err := s.Gatherer(ctx)
	if err != nil {
		return err
	}
	work, stop := s.DB.WhileOurs(ctx)
	defer stop()
	if p.interactive() {
		bar := newPagesBar(p.stderr)
		defer bar.finish()
		g.Progress = bar.add
	}
	rows, failures, err := g.Gather(work, names...)
	if err := service.Outdated(work); err != nil {
		return err
	}
	if err != nil {
		return err
	}
	return p.printRows(asJSON, s, rows, failures)
}

// printRows prints a row for each article, and a line on standard error for each failure.
// The exit status is 1 when there is a failure.
func (p *program) printRows(asJSON bool, s *service.Service, rows []articles.Row, failures []articles.Failure) error {
	documents, table := []articles.RowDocument{}, [][]string{}
	for _, row := range rows {
		d := row.Document(s.Zone)
		why := d.Reason
		switch {
		case d.HeldReason != "" && d.Outcome == articles.New:
			why = "held for staff: the page " + d.HeldReason
		case d.MovedFrom != "":
			why = "moved from " + d.MovedFrom
		}
		documents, table = append(documents, d), append(table, []string{string(d.Outcome), d.Title, d.URL, why})
	}
	if err := p.table(asJSON, documents, []string{"outcome", "title", "address", "why"}, table); err != nil {
		return err
	}
	return p.reportFailures(failures)
}

// reportFailures prints a line on standard error for each failure. The exit status is 1 when
// there is one.
func (p *program) reportFailures(failures []articles.Failure) error {
	for _, f := range failures {
		fmt.Fprintf(p.stderr, "%s: %s\n", f.Source, f.Reason())
	}
	if len(failures) > 0 {
		return errReported
	}
	return nil
}

func sourceNames(c *config.Config) string {
	var names []string
	for _, source := range c.Sources {
		names = append(names, source.Name)
	}
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}
