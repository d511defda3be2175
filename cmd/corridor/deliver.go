package main

import (
	"context"
	"fmt"
	"path/filepath"
	"time"

	"corridor/mailer"
	"corridor/subscribers"
)

// deliver makes this process a sender until stop is called. stop finishes what is on
// the wire and hands the rest back, within ten seconds.
func (s *service) deliver(ctx context.Context) (stop func() error, err error) {
	sender, release, err := s.newSender(ctx)
	if err != nil {
		return nil, err
	}
	running, cancel := s.db.WhileOurs(context.WithoutCancel(ctx))
	done := make(chan error, 1)
	go func() { done <- sender.Run(running) }()
	return func() error {
		cancel()
		defer release()
		return <-done
	}, nil
}

// newSender puts a sender together. release gives back what it needs besides.
func (s *service) newSender(ctx context.Context) (sender *mailer.Sender, release func(), err error) {
	relays, release, err := s.relays()
	if err != nil {
		return nil, nil, err
	}
	if sender, err = s.senderTo(ctx, relays); err != nil {
		release()
		return nil, nil, err
	}
	return sender, release, nil
}

const (
	// senderConnections is how many connections a sender's pool has: one for its sign of
	// life, and a few for what goes on beside its workers.
	senderConnections = 8
	// senderTime is how long a statement of a sender may take: less than a lease lasts.
	senderTime = 20 * time.Second
)

// senderTo is a sender as configured to those mail servers.
func (s *service) senderTo(ctx context.Context, relays []*mailer.Relay) (*mailer.Sender, error) {
	var err error
	o := s.senderOptions()
	o.Relays = relays
	if o.MessageIDs, err = s.messageIDs(ctx); err != nil {
		return nil, err
	}
	if o.Signer, err = s.dkimSigner(); err != nil {
		return nil, err
	}
	signer, err := s.signer(ctx)
	if err != nil {
		return nil, err
	}
	store, err := s.editions()
	if err != nil {
		return nil, err
	}
	personaliser, err := store.NewPersonaliser(ctx, signer)
	if err != nil {
		return nil, err
	}
	o.Personalise = personaliser.Personal
	db, err := s.db.Apart(senderConnections, senderTime)
	if err != nil {
		return nil, err
	}
	s.closes = append(s.closes, func() { db.Close() })
	return mailer.NewSender(db, s.resend(), o)
}

// resend is what the configuration says of deliveries of unknown fate.
func (s *service) resend() mailer.Resend {
	c := s.config.Sending
	return mailer.Resend{Once: c.Uncertain == "resend", After: time.Duration(c.RetryMin)}
}

// senderOptions are what the configuration says of sending.
func (s *service) senderOptions() mailer.Options {
	c := s.config
	o := mailer.Options{
		Connections: c.SMTP.Connections, MaxConnections: c.SMTP.MaxConnections, MessagesPerConn: c.SMTP.MessagesPerConn, ConnectionMaxAge: time.Duration(c.SMTP.ConnectionMaxAge),
		Rate: c.SMTP.Rate, Limits: mailer.Limits{}, EnvelopeFrom: c.SMTP.EnvelopeFrom,
		Letterhead: mailer.Letterhead{
			From: s.from.String(), ReplyTo: c.Publication.ReplyTo, Title: c.Publication.Title,
			ListID: "digest." + s.mailDomain(), FeedbackID: "corridor:" + s.mailDomain(),
		},
		Retry: mailer.RetryPolicy{Min: time.Duration(c.Sending.RetryMin), Max: time.Duration(c.Sending.RetryMax), GiveUp: time.Duration(c.Sending.GiveUp)},
		Grace: time.Duration(c.Sending.Grace), Log: s.log,
	}
	if o.EnvelopeFrom == "" {
		o.EnvelopeFrom = s.from.Address
	}
	for domain, limit := range c.Sending.Domains {
		if domain, err := subscribers.ParseDomain(domain); err == nil { // the configuration's check has refused others
			o.Limits[domain] = mailer.DomainLimit{Rate: limit.Rate, Connections: limit.Connections}
		}
	}
	return o
}

// captures tells whether mail is kept instead of carried on.
func (s *service) captures() bool { return s.config.SMTP.URL == "" }

// mailFolder is where captured mail lies.
func (s *service) mailFolder() string { return filepath.Join(s.config.Server.Data, "mail") }

// relays are the mail servers of the configuration, or a capturing one of our own.
func (s *service) relays() (list []*mailer.Relay, release func(), err error) {
	urls, release := append([]string{s.config.SMTP.URL}, s.config.SMTP.Fallbacks...), func() {}
	if s.captures() {
		capture, err := mailer.NewCapture(s.mailFolder(), s.log)
		if err != nil {
			return nil, nil, err
		}
		urls, release = []string{capture.URL()}, func() { _ = capture.Close() }
	}
	for _, url := range urls {
		relay, err := mailer.ParseRelay(url, mailer.RelayOptions{Auth: s.config.SMTP.Auth, CAFile: s.config.SMTP.CAFile})
		if err != nil {
			release()
			return nil, nil, err
		}
		list = append(list, relay)
	}
	return list, release, nil
}

// dkimSigner signs as configured; nil: mails go unsigned.
func (s *service) dkimSigner() (*mailer.Signer, error) {
	c := s.config.DKIM
	var keys []mailer.DKIMKey
	if c.RSAKeyFile != "" {
		keys = append(keys, mailer.DKIMKey{Selector: c.RSASelector, File: c.RSAKeyFile})
	}
	if c.Ed25519KeyFile != "" {
		keys = append(keys, mailer.DKIMKey{Selector: c.Ed25519Selector, File: c.Ed25519KeyFile})
	}
	if len(keys) == 0 {
		return nil, nil
	}
	domain := c.Domain
	if domain == "" {
		domain = s.mailDomain()
	}
	signer, err := mailer.NewSigner(domain, keys...)
	if err != nil {
		return nil, fmt.Errorf("[dkim]: %w", err)
	}
	return signer, nil
}

// messageIDs makes the Message-IDs of editions' mails.
func (s *service) messageIDs(ctx context.Context) (*mailer.MessageIDs, error) {
	return mailer.LoadMessageIDs(ctx, s.db, s.mailDomain())
}
