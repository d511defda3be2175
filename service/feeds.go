package service

import (
	"time"

	"corridor/feeds"
)

// requestsPerMinute is the number of requests for one feed that a client may make in a
// minute.
const requestsPerMinute = 120

// Publisher returns the publisher of feeds.
func (s *Service) Publisher(perMinute int) *feeds.Publisher {
	c := s.Config
	o := feeds.Options{
		Title: c.Publication.Title, SiteURL: c.Publication.SiteURL, BaseURL: c.Server.BaseURL, Language: c.Publication.Language,
		Icon: c.Publication.Icon, Logo: c.Publication.Logo, Hubs: s.hubs(), Entries: c.Feeds.Entries, MaxAge: time.Duration(c.Feeds.MaxAge),
		PerMinute: perMinute, Log: s.Log, Troubles: s.Troubles,
	}
	for _, p := range c.Programs {
		o.Programs = append(o.Programs, feeds.Label{Slug: p.Slug, Name: p.Name, Former: p.FormerSlugs})
	}
	for _, r := range c.Regions {
		o.Regions = append(o.Regions, feeds.Label{Slug: r.Slug, Name: r.Name, Former: r.FormerSlugs})
	}
	return feeds.New(s.DB, o)
}
