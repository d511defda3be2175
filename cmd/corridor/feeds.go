package main

import (
	"context"
	"fmt"
	"time"

	"corridor/articles"
	"corridor/feeds"
	"corridor/templates"
)

// feedsCommand writes feeds as files.
type feedsCommand struct {
	Export feedsExport `cmd:"" help:"Every feed as a static file, for a CDN."`
}

type feedsExport struct {
	Out  string `help:"Folder to write into." required:"" placeholder:"DIR"`
	JSON bool   `name:"json" help:"Print one JSON document."`
}

// Run exports.
func (c feedsExport) Run(ctx context.Context, p *program) error {
	p.quiet()
	s, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer s.Close()
	n, err := s.publisher(0).Export(ctx, c.Out)
	if err != nil {
		return err
	}
	if c.JSON {
		return p.printJSON(map[string]any{"files": n, "out": c.Out})
	}
	_, err = fmt.Fprintf(p.stdout, "%d files are in %s.\n", n, c.Out)
	return err
}

// requestsPerMinute is how often one client may ask for one feed.
const requestsPerMinute = 120

// publisher makes the feeds.
func (s *service) publisher(perMinute int) *feeds.Publisher {
	c := s.config
	o := feeds.Options{
		Title: c.Publication.Title, SiteURL: c.Publication.SiteURL, BaseURL: c.Server.BaseURL, Language: c.Publication.Language,
		Icon: c.Publication.Icon, Logo: c.Publication.Logo, Hubs: s.hubs(), Entries: c.Feeds.Entries, MaxAge: time.Duration(c.Feeds.MaxAge),
		PerMinute: perMinute, Log: s.log,
	}
	for _, p := range c.Programs {
		o.Programs = append(o.Programs, feeds.Label{Slug: p.Slug, Name: p.Name, Former: p.FormerSlugs})
	}
	for _, r := range c.Regions {
		o.Regions = append(o.Regions, feeds.Label{Slug: r.Slug, Name: r.Name, Former: r.FormerSlugs})
	}
	return feeds.New(s.db, o)
}

// latestOf are the newest pieces of a feed, for its page.
func (s *service) latestOf(ctx context.Context, t feeds.Topic, n int) ([]templates.Piece, error) {
	list, err := articles.NewStore(s.db).List(ctx, articles.Filter{
		States: []articles.State{articles.Released}, Program: t.Program, Region: t.Region, Author: t.Author, Limit: n,
	})
	var headlines []articles.Headline
	for _, a := range list {
		headlines = append(headlines, articles.Headline{Title: a.Title, URL: a.URL, Authors: a.Authors, Date: a.Published, Programs: a.Programs, Regions: a.Regions})
	}
	return s.pieces(headlines), err
}
