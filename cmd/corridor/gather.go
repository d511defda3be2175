package main

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"corridor/articles"
	"corridor/config"
	"corridor/fetch"
	"corridor/postgres"
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
		if !slices.ContainsFunc(s.config.Sources, func(known config.Source) bool { return known.Name == name }) {
			return usagef("there is no source %q; %s names %s", name, p.globals.Config, s.sourceNames())
		}
	}
	g, err := s.gatherer(ctx)
	if err != nil {
		return err
	}
	work, stop := s.db.WhileOurs(ctx)
	defer stop()
	rows, failures, err := g.Gather(work, c.Source...)
	if err := outdated(work); err != nil {
		return err
	}
	if err != nil {
		return err
	}
	documents, table := []gatherDocument{}, [][]string{}
	for _, row := range rows {
		d := gatherDocument{articleDocument: s.articleDocument(row.Article), Outcome: string(row.Outcome), Source: row.Source, Reason: row.Reason, MovedFrom: row.MovedFrom}
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

func (s *service) sourceNames() string {
	var names []string
	for _, source := range s.config.Sources {
		names = append(names, source.Name)
	}
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}

// gatherConnections is how many database connections gathering holds at most, apart from
// those of pages and mail, which never wait for it.
const gatherConnections = 6

// gatherer reads the sources of the configuration, without a limit of time: a person
// waits for the end.
func (s *service) gatherer(ctx context.Context) (*articles.Gatherer, error) {
	c := s.config
	db, err := postgres.Open(ctx, s.db.URL, gatherConnections)
	if err != nil {
		return nil, err
	}
	s.closes = append(s.closes, func() { db.Close() })
	base := strings.TrimSuffix(c.Server.BaseURL, "/")
	client := fetch.New(fetch.Options{
		Guard: s.guard(), UserAgent: "Corridor/" + version() + " (+" + c.Server.BaseURL + ")",
		Timeout: time.Duration(c.Gather.Timeout), MaxBytes: c.Gather.MaxBytes,
	})
	s.closes = append(s.closes, client.Close)
	o := articles.Options{
		Labels: s.labels(), NewsWindow: time.Duration(c.Gather.NewsWindow), Language: c.Publication.Language, Zone: s.zone,
		OwnPage:  func(id int64) string { return fmt.Sprintf("%s/articles/%d", base, id) },
		MaxBytes: c.Gather.MaxBytes, Log: s.log, Now: time.Now,
	}
	for _, source := range c.Sources {
		o.Sources = append(o.Sources, articles.Source{Name: source.Name, Kind: source.Kind, URL: source.URL, Match: source.Match})
	}
	return articles.NewGatherer(db, client, o), nil
}

// guard permits public addresses and gather.allow_networks.
func (s *service) guard() fetch.Guard {
	var guard fetch.Guard
	for _, network := range s.config.Gather.AllowNetworks { // validated with the configuration
		if prefix, err := netip.ParsePrefix(network); err == nil {
			guard.Allowed = append(guard.Allowed, prefix.Masked())
		} else if address, err := netip.ParseAddr(network); err == nil {
			guard.Allowed = append(guard.Allowed, netip.PrefixFrom(address, address.BitLen()))
		}
	}
	return guard
}

// labels are the publication's programs and regions.
func (s *service) labels() articles.Labels {
	var l articles.Labels
	for _, p := range s.config.Programs {
		l.Programs = append(l.Programs, articles.Program{Slug: p.Slug, Name: p.Name, Labels: p.Labels})
	}
	for _, r := range s.config.Regions {
		l.Regions = append(l.Regions, articles.Region{Slug: r.Slug, Name: r.Name, Labels: r.Labels, Countries: r.Countries})
	}
	return l
}
