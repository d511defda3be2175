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

// Run gathers, and prints a row an article.
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
	g, err := s.Gatherer(ctx)
	if err != nil {
		return err
	}
	work, stop := s.DB.WhileOurs(ctx)
	defer stop()
	rows, failures, err := g.Gather(work, c.Source...)
	if err := service.Outdated(work); err != nil {
		return err
	}
	if err != nil {
		return err
	}
	documents, table := []gatherDocument{}, [][]string{}
	for _, row := range rows {
		d := gatherDocument{articleDocument: newArticleDocument(s, row.Article), Outcome: string(row.Outcome), Source: row.Source, Reason: row.Reason, MovedFrom: row.MovedFrom}
		d.URL = row.URL
		documents = append(documents, d)
		table = append(table, []string{d.Outcome, d.Title, d.URL, why(row)})
	}
	if err := p.table(c.JSON, documents, []string{"outcome", "title", "address", "why"}, table); err != nil {
		return err
	}
	for _, f := range failures {
		fmt.Fprintf(p.stderr, "%s: %v\n", f.Source, f.Err)
	}
	if len(failures) > 0 {
		return errReported
	}
	return nil
}

// why explains a row to people.
func why(row articles.Row) string {
	if row.MovedFrom != "" {
		return "moved from " + row.MovedFrom
	}
	return row.Reason
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
