package service

import (
	"context"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"corridor/articles"
	"corridor/articles/reading"
	"corridor/config"
	"corridor/fetch"
	"corridor/postgres"
)

// gatherConnections is the number of database connections for gathering. They are separate,
// so that pages and sending never wait for gathering.
const gatherConnections = 6

// Gatherer returns the gatherer of the configured sources, without a time limit: its caller
// waits for the end.
func (s *Service) Gatherer(ctx context.Context) (*articles.Gatherer, error) {
	c := s.Config
	db, err := postgres.Open(ctx, s.DB.URL, gatherConnections)
	if err != nil {
		return nil, err
	}
	s.OnClose(func() { db.Close() })
	base := strings.TrimSuffix(c.Server.BaseURL, "/")
	client := fetch.New(fetch.Options{
		Guard: s.guard(), UserAgent: "Corridor/" + Version() + " (+" + c.Server.BaseURL + ")",
		Timeout: time.Duration(c.Gather.Timeout), MaxBytes: c.Gather.MaxBytes, Robots: articles.RobotsCache(db, s.Log),
	})
	s.OnClose(client.Close)
	o := articles.Options{
		Labels: s.Labels(), NewsWindow: time.Duration(c.Gather.NewsWindow), Language: c.Publication.Language, Zone: s.Zone,
		OwnPage:  func(id int64) string { return fmt.Sprintf("%s/articles/%d", base, id) },
		Brake:    articles.BrakeLimits{Share: c.Gather.BrakeShare, Least: c.Gather.BrakeLeast},
		MaxBytes: c.Gather.MaxBytes, Log: s.Log, Now: time.Now,
	}
	for _, source := range c.Sources {
		o.Sources = append(o.Sources, articles.Source{Name: source.Name, Kind: source.Kind, URL: source.URL, Match: source.Match, Every: time.Duration(source.Every), Hosts: source.Hosts, Selectors: reading.Selectors(source.Selectors)})
	}
	return articles.NewGatherer(db, client, o), nil
}

// guard permits public addresses and gather.allow_networks.
func (s *Service) guard() fetch.Guard {
	var guard fetch.Guard
	for _, network := range s.Config.Gather.AllowNetworks { // the configuration is validated
		if prefix, err := netip.ParsePrefix(network); err == nil {
			guard.Allowed = append(guard.Allowed, prefix.Masked())
		} else if address, err := netip.ParseAddr(network); err == nil {
			guard.Allowed = append(guard.Allowed, netip.PrefixFrom(address, address.BitLen()))
		}
	}
	return guard
}

// Labels returns the publication's programs and regions.
func (s *Service) Labels() articles.Labels { return LabelsOf(s.Config) }

// LabelsOf returns the programs and regions of a configuration.
func LabelsOf(c *config.Config) articles.Labels {
	var l articles.Labels
	for _, p := range c.Programs {
		l.Programs = append(l.Programs, articles.Program{Slug: p.Slug, Name: p.Name, Labels: p.Labels})
	}
	for _, r := range c.Regions {
		l.Regions = append(l.Regions, articles.Region{Slug: r.Slug, Name: r.Name, Labels: r.Labels, Countries: r.Countries})
	}
	return l
}
