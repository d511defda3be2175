package service

import (
	"context"
	"time"

	"corridor/articles"
	"corridor/mailer"
	"corridor/subscribers"
	"corridor/templates"
	"corridor/web"
)

// signUpTime is how long every sign-up takes at least: longer than the work for any
// address, so that the time tells nobody whether it is known.
const signUpTime = 250 * time.Millisecond

// webOptions are what the pages need.
func (s *Service) webOptions(signer *subscribers.Signer) (o web.Options, err error) {
	c := s.Config
	proxies, err := web.ParseProxies(c.Server.TrustedProxies)
	if err != nil {
		return o, err
	}
	write, err := s.LetterWriter(signer)
	if err != nil {
		return o, err
	}
	writeLink, err := s.editionLinkWriter()
	if err != nil {
		return o, err
	}
	past, err := s.Editions()
	if err != nil {
		return o, err
	}
	publisher := s.Publisher(requestsPerMinute)
	o = web.Options{
		Site: templates.Site{
			Title: c.Publication.Title, SiteURL: c.Publication.SiteURL, BaseURL: c.Server.BaseURL,
			Address: c.Publication.Address, Language: c.Publication.Language, TimeZone: s.Zone,
		},
		TrustedProxies: proxies, Log: s.Log, Now: time.Now,
		Subscribers: s.Readers(), Signer: signer, WriteLetter: write, WriteEditionLink: writeLink, From: s.From.Address, SignUpTime: signUpTime,
		Editions: past, Feeds: publisher, Hub: s.hub(publisher), FeedLatest: s.latestOf, Ready: s.Readiness, Notes: s.MailNotes,
		Article: func(ctx context.Context, key string) (articles.Article, error) {
			return articles.FindPublic(ctx, s.DB, key)
		},
		CountMatching: func(ctx context.Context, programs, regions []string, since time.Time) (int, error) {
			return articles.CountMatching(ctx, s.DB, programs, regions, since)
		},
	}
	for _, p := range c.Programs {
		o.Programs = append(o.Programs, web.Label{Slug: p.Slug, Name: p.Name})
	}
	for _, r := range c.Regions {
		o.Regions = append(o.Regions, web.Label{Slug: r.Slug, Name: r.Name})
	}
	o.Latest = func(ctx context.Context, n int) ([]templates.Piece, error) {
		newest, err := articles.Newest(ctx, s.DB, n)
		return s.pieces(newest), err
	}
	if s.Captures() {
		o.Mail = &mailer.Mailbox{Dir: s.MailFolder()}
		if o.MailToken, err = s.mailToken(); err != nil {
			return o, err
		}
	}
	return o, nil
}

// pieces are headlines as pages show them, with the names of their labels.
func (s *Service) pieces(list []articles.Headline) []templates.Piece {
	names := map[string]string{}
	for _, p := range s.Config.Programs {
		names["p "+p.Slug] = p.Name
	}
	for _, r := range s.Config.Regions {
		names["r "+r.Slug] = r.Name
	}
	var out []templates.Piece
	for _, h := range list {
		piece := templates.Piece{Title: h.Title, URL: h.URL, Authors: h.Authors, Date: h.Date}
		for _, slug := range h.Programs {
			piece.Labels = append(piece.Labels, names["p "+slug])
		}
		for _, slug := range h.Regions {
			piece.Labels = append(piece.Labels, names["r "+slug])
		}
		out = append(out, piece)
	}
	return out
}
