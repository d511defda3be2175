package service

import (
	"context"
	"errors"
	"net/url"
	"path"
	"strings"

	"corridor/articles"
	"corridor/articles/hubs"
	"corridor/feeds"
	"corridor/feeds/websub"
	"corridor/fetch"
)

// hubAddress is the URL of our own hub.
func (s *Service) hubAddress() string {
	return strings.TrimSuffix(s.Config.Server.BaseURL, "/") + "/websub"
}

// hubs are the WebSub hubs that feeds name: the configured ones, or our own.
func (s *Service) hubs() []string {
	if len(s.Config.Feeds.Hubs) > 0 {
		return s.Config.Feeds.Hubs
	}
	return []string{s.hubAddress()}
}

// sourceHubs returns the subscriber to hubs of sources. It asks hubs through client, which may
// be nil in a process that only takes pushes.
func (s *Service) sourceHubs(client *fetch.Client) *hubs.Subscriber {
	o := hubs.Options{
		Callback: func(token string) string { return s.hubAddress() + "/sources/" + token },
		Ask:      articles.NewStore(s.DB).AskFor,
	}
	if client != nil {
		o.Post = client.Post
	}
	return hubs.New(s.DB, o)
}

// hub returns the hub that pushes the publisher's documents.
func (s *Service) hub(p *feeds.Publisher) *websub.Hub {
	base := strings.TrimSuffix(s.Config.Server.BaseURL, "/")
	hub := websub.New(s.DB, websub.Options{
		Hub: s.hubAddress(), Guard: s.guard(), External: s.Config.Feeds.Hubs, Log: s.Log, Troubles: s.Troubles,
		Agent: "Corridor/" + Version() + " (+" + s.Config.Server.BaseURL + ")",
		Document: func(ctx context.Context, topic string) (websub.Document, error) {
			rest, found := strings.CutPrefix(topic, base+"/")
			if !found {
				return websub.Document{}, websub.ErrNoTopic
			}
			t, f, ok := topicOf("/" + rest)
			if !ok {
				return websub.Document{}, websub.ErrNoTopic
			}
			if err := p.Find(ctx, t); err != nil {
				var moved feeds.Moved
				if errors.As(err, &moved) || errors.Is(err, feeds.ErrGone) || errors.Is(err, feeds.ErrNoFeed) {
					return websub.Document{}, websub.ErrNoTopic
				}
				return websub.Document{}, err
			}
			d, err := p.Document(ctx, t, f, "")
			if err != nil {
				return websub.Document{}, err
			}
			return websub.Document{Body: d.Body, ContentType: f.ContentType(), ETag: d.ETag(), Changed: d.Modified}, nil
		},
		Topics: func(ctx context.Context) ([]string, error) {
			topics, err := p.Topics(ctx)
			var list []string
			for _, t := range topics {
				for _, f := range feeds.Formats() {
					list = append(list, base+t.Address(f, ""))
				}
			}
			return list, err
		},
	})
	p.Follow(func(func(feeds.Topic) bool) { hub.Changed() })
	return hub
}

// topicOf parses the path of a public feed's first document. Readers' own feeds are not
// accepted because their address is a secret.
func topicOf(address string) (feeds.Topic, feeds.Format, bool) {
	plain, err := url.PathUnescape(address)
	if err != nil {
		return feeds.Topic{}, "", false
	}
	slug, cursor, format, ok := feeds.SplitFile(path.Base(plain))
	if !ok || cursor != "" || format == "" {
		return feeds.Topic{}, "", false
	}
	for _, t := range []feeds.Topic{
		{Kind: feeds.All},
		{Kind: feeds.Program, Program: slug},
		{Kind: feeds.Region, Region: slug},
		{Kind: feeds.Author, Author: slug},
		{Kind: feeds.Crossing, Program: path.Base(path.Dir(path.Dir(plain))), Region: slug},
	} {
		if t.Address(format, "") == address {
			return t, format, true
		}
	}
	return feeds.Topic{}, "", false
}
