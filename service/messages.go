package service

import (
	"context"
	"strings"
	"time"

	"corridor/mailer"
	"corridor/subscribers"
	"corridor/templates"
	"corridor/web"

	"github.com/jmoiron/sqlx"
)

// outbox composes messages in the name of the publication.
func (s *Service) outbox() mailer.Outbox {
	return mailer.Outbox{From: s.From.String(), ReplyTo: s.Config.Publication.ReplyTo, Domain: s.MailDomain()}
}

// site describes the publication to templates.
func (s *Service) site() templates.Site {
	p := s.Config.Publication
	return templates.Site{
		Title: p.Title, SiteURL: p.SiteURL, BaseURL: s.Config.Server.BaseURL, Address: p.Address, Language: p.Language, TimeZone: s.Zone,
	}
}

// refusedFor is the time for which an address gets no answer to a sign-up after a mail server
// has stated that the mailbox does not exist.
const refusedFor = 7 * 24 * time.Hour

// MessageWriter returns the function that puts the answer to a sign-up into the outbox, unless
// the address has refused one.
func (s *Service) MessageWriter(signer *subscribers.Signer) (subscribers.WriteMessage, error) {
	messages, err := templates.NewMessages()
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, tx *sqlx.Tx, kind subscribers.Message, r subscribers.Subscriber) error {
		refused, err := mailer.HasNoMailbox(ctx, tx, r.Email, time.Now().Add(-refusedFor))
		if err != nil {
			return err
		}
		if refused {
			s.withheld.Add(1)
			s.Log.Info("a sign-up gets no email, because the last one to its address was refused: no such mailbox")
			return nil
		}
		link := func(purpose string) string { return s.pageURL("/" + purpose + "/" + signer.Sign(purpose, r.ID, 0, 1)) }
		view := templates.ConfirmMessage(s.site(), link(subscribers.PurposeConfirm))
		if kind == subscribers.MessageKnown {
			view = templates.KnownMessage(s.site(), link(subscribers.PurposePreferences))
		}
		return s.enqueue(ctx, tx, messages, "confirmation", r.Email, view)
	}, nil
}

// editionLinkWriter returns the function that emails a reader the link of an edition that
// is not public.
func (s *Service) editionLinkWriter() (web.WriteEditionLink, error) {
	messages, err := templates.NewMessages()
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, tx *sqlx.Tx, r subscribers.Subscriber, path string) error {
		return s.enqueue(ctx, tx, messages, "notice", r.Email, templates.EditionLinkMessage(s.site(), s.pageURL(path)))
	}, nil
}

// pageURL is the absolute URL of a page.
func (s *Service) pageURL(path string) string {
	return strings.TrimSuffix(s.Config.Server.BaseURL, "/") + path
}

// enqueue renders a message to a reader and puts it into the outbox.
func (s *Service) enqueue(ctx context.Context, tx *sqlx.Tx, messages *templates.Messages, kind, to string, view templates.Message) error {
	asHTML, asText, err := messages.Render(view)
	if err != nil {
		return err
	}
	return s.outbox().PostTx(ctx, tx, mailer.Message{Kind: kind, To: to, Subject: view.Subject, Text: asText, HTML: asHTML}, time.Now())
}
