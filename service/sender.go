package service

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"corridor/editions"
	"corridor/mailer"
	"corridor/mailer/deliveries"
	"corridor/mailer/message"
	"corridor/mailer/smtp"
	"corridor/subscribers"
)

// deliver makes this process a sender until stop is called. stop ends the transactions in
// progress and returns the other deliveries, within ten seconds.
func (s *Service) deliver(ctx context.Context) (stop func() error, err error) {
	sender, release, err := s.newSender(ctx)
	if err != nil {
		return nil, err
	}
	running, cancel := s.DB.WhileOurs(context.WithoutCancel(ctx))
	done := make(chan error, 1)
	go func() { done <- sender.Run(running) }()
	return func() error {
		cancel()
		defer release()
		return <-done
	}, nil
}

// newSender returns a sender for the configured relays. release frees their resources.
func (s *Service) newSender(ctx context.Context) (sender *mailer.Sender, release func(), err error) {
	relays, releaseRelays, err := s.relays()
	if err != nil {
		return nil, nil, err
	}
	sender, closeDatabase, err := s.senderTo(ctx, relays)
	if err != nil {
		releaseRelays()
		return nil, nil, err
	}
	return sender, func() { closeDatabase(); releaseRelays() }, nil
}

const (
	// senderConnections is the size of a sender's pool: one connection for the heartbeat,
	// and a few for statements that run beside its workers.
	senderConnections = 8
	// senderTime is the time limit of a sender's statement. It is shorter than a lease.
	senderTime = 20 * time.Second
)

// senderTo returns a configured sender for the given relays, and the function that closes its
// connections to the database.
func (s *Service) senderTo(ctx context.Context, relays []*smtp.Relay) (*mailer.Sender, func(), error) {
	var err error
	o := s.senderOptions()
	o.Relays = relays
	if o.MessageIDs, err = s.MessageIDs(ctx); err != nil {
		return nil, nil, err
	}
	if o.Signer, err = s.DKIMSigner(); err != nil {
		return nil, nil, err
	}
	signer, err := s.Signer(ctx)
	if err != nil {
		return nil, nil, err
	}
	store, err := s.Editions()
	if err != nil {
		return nil, nil, err
	}
	personaliser, err := store.NewPersonaliser(ctx, signer)
	if err != nil {
		return nil, nil, err
	}
	o.Personalise = personaliser.Personal
	db, err := s.DB.Apart(senderConnections, senderTime)
	if err != nil {
		return nil, nil, err
	}
	sender, err := mailer.NewSender(db, s.resend(), editions.Events(), o)
	if err != nil {
		db.Close()
		return nil, nil, err
	}
	return sender, func() { db.Close() }, nil
}

// Deliveries returns the store of deliveries.
func (s *Service) Deliveries() *deliveries.Store {
	store := deliveries.New(s.DB, s.resend(), editions.Events(), s.Log)
	store.SetBounceRule(s.bounceRule())
	return store
}

// bounceRule returns the configured rule for bounces of many readers.
func (s *Service) bounceRule() deliveries.BounceRule {
	return deliveries.BounceRule{Share: s.Config.Sending.BounceShare, Floor: s.Config.Sending.BounceFloor}
}

// resend returns the configured rule for uncertain deliveries.
func (s *Service) resend() deliveries.Resend {
	c := s.Config.Sending
	return deliveries.Resend{Once: c.Uncertain == "resend", After: time.Duration(c.RetryMin)}
}

// senderOptions returns the configured options of a sender.
func (s *Service) senderOptions() mailer.Options {
	c := s.Live()
	o := mailer.Options{
		Connections: c.SMTP.Connections, MaxConnections: c.SMTP.MaxConnections, MessagesPerConn: c.SMTP.MessagesPerConnection, ConnectionMaxAge: time.Duration(c.SMTP.ConnectionMaxAge),
		Rate: c.SMTP.Rate, Limits: deliveries.Limits{}, Quota: s.quota(), EnvelopeFrom: s.EnvelopeFrom(), SingleHeaders: s.headers(false),
		Letterhead: message.Letterhead{
			From: s.From.String(), ReplyTo: c.Publication.ReplyTo, Title: c.Publication.Title,
			ListID: "digest." + s.MailDomain(), FeedbackID: message.FeedbackSender(s.MailDomain()),
			Headers: s.headers(true),
		},
		Retry:   mailer.RetryPolicy{Min: time.Duration(c.Sending.RetryMin), Max: time.Duration(c.Sending.RetryMax), GiveUp: time.Duration(c.Sending.GiveUp)},
		Bounces: s.bounceRule(),
		Brake:   deliveries.BrakeRule{Share: c.Sending.BrakeShare, Answers: c.Sending.BrakeCount},
		Grace:   time.Duration(c.Sending.Grace), Log: s.Log, Troubles: s.Troubles,
	}
	for domain, limit := range c.Sending.Domains {
		if domain, err := subscribers.ParseDomain(domain); err == nil { // validation has refused other names
			o.Limits[domain] = deliveries.DomainLimit{Rate: limit.Rate, Connections: limit.Connections}
		}
	}
	return o
}

// quota returns the configured limits by hour and day. It is empty for captured emails.
func (s *Service) quota() deliveries.Quota {
	c := s.Live().SMTP
	if s.Captures() {
		return deliveries.Quota{}
	}
	q := deliveries.Quota{PerHour: c.PerHour, PerDay: c.PerDay, Warmup: deliveries.Warmup{Start: c.Warmup.Start, Factor: c.Warmup.Factor}, Zone: s.Zone}
	q.Window, _ = deliveries.ParseWindow(c.Window) // validation has refused others
	q.Warmup.Since, _ = c.Warmup.Day()
	return q
}

// EnvelopeFrom is the envelope sender of emails without a signed one of bounces.domain.
func (s *Service) EnvelopeFrom() string {
	if from := s.Live().SMTP.EnvelopeFrom; from != "" {
		return from
	}
	return s.From.Address
}

// headers returns the further headers of editions or of single messages: those of the
// provider, and the configured ones, which replace others of the same name.
func (s *Service) headers(editions bool) message.Headers {
	c := s.Live().SMTP
	list := c.HeaderList()
	if p := smtp.FindProvider(c.Provider); p != nil {
		lines := p.Headers
		if editions {
			lines = slices.Concat(lines, p.Editions)
		}
		list = withDefaults(list, lines)
	}
	if address, err := subscribers.ParseAddress(s.Config.Bounces.Feedback); err == nil { // validation has refused other addresses
		list = append(list, message.ComplaintHeaders(address)...)
	}
	return message.NewHeaders(list...)
}

// withDefaults adds headers, written "Name: value", whose names are not in the list.
func withDefaults(list []message.Header, lines []string) []message.Header {
	all := slices.Clone(list)
	for _, line := range lines {
		name, value, _ := strings.Cut(line, ": ")
		if !slices.ContainsFunc(list, func(h message.Header) bool { return strings.EqualFold(h.Name, name) }) {
			all = append(all, message.Header{Name: name, Value: value})
		}
	}
	return all
}

// Captures reports whether emails are captured instead of sent.
func (s *Service) Captures() bool { return s.Live().SMTP.URL == "" }

// MailFolder is the folder of captured emails.
func (s *Service) MailFolder() string { return filepath.Join(s.Config.Server.Data, "mail") }

// relays returns the configured relays, or a local one that captures.
func (s *Service) relays() (list []*smtp.Relay, release func(), err error) {
	urls, release := append([]string{s.Live().SMTP.URL}, s.Live().SMTP.Fallbacks...), func() {}
	if s.Captures() {
		capture, err := mailer.NewCapture(s.MailFolder(), s.Log)
		if err != nil {
			return nil, nil, err
		}
		urls, release = []string{capture.URL()}, func() { _ = capture.Close() }
	}
	for _, url := range urls {
		relay, err := smtp.ParseRelay(url, s.RelayOptions())
		if err != nil {
			release()
			return nil, nil, err
		}
		list = append(list, relay)
	}
	return list, release, nil
}

// RelayOptions returns the configured options of all relays.
func (s *Service) RelayOptions() smtp.RelayOptions {
	c := s.Live().SMTP
	return smtp.RelayOptions{Auth: c.Auth, CAFile: c.CAFile, HELO: c.HELO}
}

// DKIMSigner returns the configured signer, nil without keys.
func (s *Service) DKIMSigner() (*message.Signer, error) {
	c := s.Config.DKIM
	var keys []message.DKIMKey
	if c.RSAKeyFile != "" {
		keys = append(keys, message.DKIMKey{Selector: c.RSASelector, File: c.RSAKeyFile})
	}
	if c.Ed25519KeyFile != "" {
		keys = append(keys, message.DKIMKey{Selector: c.Ed25519Selector, File: c.Ed25519KeyFile})
	}
	if len(keys) == 0 {
		return nil, nil
	}
	domain := c.Domain
	if domain == "" {
		domain = s.MailDomain()
	}
	signer, err := message.NewSigner(domain, keys...)
	if err != nil {
		return nil, fmt.Errorf("[dkim]: %w", err)
	}
	if p := smtp.FindProvider(s.Live().SMTP.Provider); p != nil {
		signer = signer.Without(p.Rewrites...)
	}
	return signer, nil
}

// MessageIDs returns the generator of Message-IDs for editions.
func (s *Service) MessageIDs(ctx context.Context) (*message.IDs, error) {
	c := s.Config.Bounces
	return mailer.LoadMessageIDs(ctx, s.DB, s.MailDomain(), message.ReturnAddresses{Domain: c.Domain, Delimiter: c.Delimiter})
}
