package service

import (
	"bytes"
	"context"
	"crypto/rand"
	"strings"
	"time"

	"corridor/mailer"
	"corridor/subscribers"
	"corridor/templates"
	"corridor/web"

	"github.com/jmoiron/sqlx"
	"github.com/wneessen/go-mail"
)

// LetterWriter returns what puts the answers to sign-ups into the outbox.
func (s *Service) LetterWriter(signer *subscribers.Signer) (subscribers.WriteMessage, error) {
	letters, err := templates.NewMessages()
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, tx *sqlx.Tx, kind subscribers.Message, r subscribers.Subscriber) error {
		view := s.confirmLetter(r, signer)
		if kind == subscribers.MessageKnown {
			view = s.knownLetter(r, signer)
		}
		now := time.Now()
		message, err := s.composeLetter(letters, view, r.Email, now)
		if err != nil {
			return err
		}
		return mailer.PostTx(ctx, tx, "confirmation", r.Email, message, now)
	}, nil
}

// confirmLetter asks for the click that confirms. It bears no name: whoever filled in
// the form would else have us carry their words to a stranger.
func (s *Service) confirmLetter(r subscribers.Subscriber, signer *subscribers.Signer) templates.Message {
	title := s.Config.Publication.Title
	l := s.letter("Please confirm your subscription to "+title, "Confirm your subscription")
	l.Text = []string{"Someone, hopefully you, asked us to send the new articles of " + title + " to this address. Click the button to subscribe."}
	l.Button, l.URL = "Confirm my subscription", s.readerURL(signer, subscribers.PurposeConfirm, r.ID)
	l.After = []string{"The button works for seven days. Wasn't you? Do nothing, and you will get no more emails from us."}
	return l
}

// editionLinkWriter returns what mails the link of an edition for named readers.
func (s *Service) editionLinkWriter() (web.WriteEditionLink, error) {
	letters, err := templates.NewMessages()
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, tx *sqlx.Tx, r subscribers.Subscriber, path string) error {
		l := s.letter("Your link to an edition of "+s.Config.Publication.Title, "Here is your link")
		l.Text = []string{"Someone, hopefully you, asked for a link to an edition that we sent to this address. The link is yours alone."}
		l.Button, l.URL = "Read the edition", strings.TrimSuffix(s.Config.Server.BaseURL, "/")+path
		l.After = []string{"Wasn't you? Then you can ignore this email."}
		now := time.Now()
		message, err := s.composeLetter(letters, l, r.Email, now)
		if err != nil {
			return err
		}
		return mailer.PostTx(ctx, tx, "notice", r.Email, message, now)
	}, nil
}

// knownLetter answers a sign-up for somebody who reads already.
func (s *Service) knownLetter(r subscribers.Subscriber, signer *subscribers.Signer) templates.Message {
	title := s.Config.Publication.Title
	l := s.letter("You're already subscribed to "+title, "You're already subscribed")
	l.Text = []string{"Someone, hopefully you, signed up with this address again. Nothing has changed: you still get what you chose. Here you can see it, change it, pause or unsubscribe."}
	l.Button, l.URL = "My preferences", s.readerURL(signer, subscribers.PurposePreferences, r.ID)
	l.After = []string{"Wasn't you? Then you can ignore this email."}
	return l
}

func (s *Service) letter(subject, heading string) templates.Message {
	p := s.Config.Publication
	return templates.Message{
		Language: p.Language, Title: p.Title, SiteURL: s.siteURL(), Address: p.Address,
		Subject: subject, Preheader: heading + ".", Heading: heading,
	}
}

// siteURL is the publication's website, or these pages when it has none.
func (s *Service) siteURL() string {
	if s.Config.Publication.SiteURL != "" {
		return s.Config.Publication.SiteURL
	}
	return s.Config.Server.BaseURL
}

// readerURL is a signed link for a mail.
func (s *Service) readerURL(signer *subscribers.Signer, purpose string, id int64) string {
	return strings.TrimSuffix(s.Config.Server.BaseURL, "/") + "/" + purpose + "/" + signer.Sign(purpose, id, 0, 1)
}

// composeLetter makes the whole message.
func (s *Service) composeLetter(letters *templates.Messages, view templates.Message, to string, now time.Time) ([]byte, error) {
	asHTML, asText, err := letters.Render(view)
	if err != nil {
		return nil, err
	}
	m := mail.NewMsg(mail.WithNoDefaultUserAgent())
	if err := m.From(s.From.String()); err != nil {
		return nil, err
	}
	if err := m.To(to); err != nil {
		return nil, err
	}
	if reply := s.Config.Publication.ReplyTo; reply != "" {
		if err := m.ReplyTo(reply); err != nil {
			return nil, err
		}
	}
	mailer.SetSubject(m, view.Subject)
	m.SetDateWithValue(now)
	m.SetMessageIDWithValue("letter." + strings.ToLower(rand.Text()) + "@" + s.MailDomain())
	m.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: holiday answers stay away
	m.SetBodyString(mail.TypeTextPlain, asText)
	m.AddAlternativeString(mail.TypeTextHTML, asHTML)
	var b bytes.Buffer
	if _, err := m.WriteTo(&b); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
