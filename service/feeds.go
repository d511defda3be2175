package service

import (
	"context"
	"time"

	"corridor/articles"
	"corridor/feeds"
	"corridor/templates"
)

// requestsPerMinute is how often one client may ask for one feed.
const requestsPerMinute = 120

// Publisher makes the feeds.
func (s *Service) Publisher(perMinute int) *feeds.Publisher {
	c := s.Config
	o := feeds.Options{
		Title: c.Publication.Title, SiteURL: c.Publication.SiteURL, BaseURL: c.Server.BaseURL, Language: c.Publication.Language,
		Icon: c.Publication.Icon, Logo: c.Publication.Logo, Hubs: s.hubs(), Entries: c.Feeds.Entries, MaxAge: time.Duration(c.Feeds.MaxAge),
		PerMinute: perMinute, Log: s.Log,
	}
	for _, p := range c.Programs {
		o.Programs = append(o.Programs, feeds.Label{Slug: p.Slug, Name: p.Name, Former: p.FormerSlugs})
	}
	for _, r := range c.Regions {
		o.Regions = append(o.Regions, feeds.Label{Slug: r.Slug, Name: r.Name, Former: r.FormerSlugs})
	}
	return feeds.New(s.DB, o)
}

// latestOf are the newest pieces of a feed, for its page.
func (s *Service) latestOf(ctx context.Context, t feeds.Topic, n int) ([]templates.Piece, error) {
	list, err := articles.NewStore(s.DB).List(ctx, articles.Filter{
		States: []articles.State{articles.Released}, Program: t.Program, Region: t.Region, Author: t.Author, Limit: n,
	})
	var headlines []articles.Headline
	for _, a := range list {
		headlines = append(headlines, articles.Headline{Title: a.Title, URL: a.URL, Authors: a.Authors, Date: a.Published, Programs: a.Programs, Regions: a.Regions})
	}
	return s.pieces(headlines), err
}
