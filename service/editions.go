package service

import (
	"time"

	"corridor/editions"
)

// Editions returns the store of editions.
func (s *Service) Editions() (*editions.Store, error) {
	c := s.Config
	options := editions.Options{
		Title: c.Publication.Title, SiteURL: c.Publication.SiteURL, BaseURL: c.Server.BaseURL, Address: c.Publication.Address,
		Language: c.Publication.Language, Zone: s.Zone, Schedules: map[editions.Frequency]editions.Schedule{},
		InstantDelay: time.Duration(c.Schedule.Instant), Grace: time.Duration(c.Sending.Grace), MaxArticles: c.Sending.MaxArticles, Troubles: s.Troubles,
		SoftBounces: c.Sending.SoftBounces, SoftBounceTime: time.Duration(c.Sending.SoftDays),
	}
	for _, p := range c.Programs {
		options.Programs = append(options.Programs, editions.Label{Slug: p.Slug, Name: p.Name})
	}
	for _, r := range c.Regions {
		options.Regions = append(options.Regions, editions.Label{Slug: r.Slug, Name: r.Name})
	}
	for f, text := range map[editions.Frequency]string{editions.Daily: c.Schedule.Daily, editions.Weekly: c.Schedule.Weekly, editions.Monthly: c.Schedule.Monthly} {
		schedule, err := editions.ParseSchedule(text)
		if err != nil {
			return nil, err
		}
		options.Schedules[f] = schedule
	}
	return editions.New(s.DB, options, s.Log)
}
