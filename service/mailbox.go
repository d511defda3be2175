package service

import (
	"context"
	"errors"
	"time"

	"corridor/bounces"
	"corridor/bounces/mailbox"
	"corridor/mailer/deliveries"
	"corridor/mailer/smtp"
	"corridor/postgres"
)

// Mailbox returns the mailbox of bounces.mailbox, whose messages the desk records. It
// returns nil if there is none. taken is told of each message; it may be nil.
func (s *Service) Mailbox(ctx context.Context, taken func(bounces.Event, bounces.Change)) (*mailbox.Mailbox, error) {
	c := s.Config.Bounces
	if c.Mailbox == "" {
		return nil, nil
	}
	desk, err := s.Desk(ctx, taken)
	if err != nil {
		return nil, err
	}
	o := mailbox.Options{URL: c.Mailbox, MoveTo: c.MoveTo, Take: func(ctx context.Context, message []byte) error {
		return s.takeReturned(ctx, desk, message)
	}}
	if s.Config.SMTP.CAFile != "" {
		if o.Roots, err = smtp.Authorities(s.Config.SMTP.CAFile); err != nil {
			return nil, err
		}
	}
	return mailbox.New(s.DB, o)
}

// takeReturned records a message of the mailbox. The error says that the message must be
// taken again later. A message that cannot be recorded for another reason stays in the
// mailbox, and does not stop the messages after it.
func (s *Service) takeReturned(ctx context.Context, desk *bounces.Desk, message []byte) error {
	_, err := desk.Receive(ctx, bounces.Returned{Message: message, Source: "mailbox", At: time.Now()})
	if err != nil && (ctx.Err() != nil || errors.Is(err, deliveries.ErrInFlight) || postgres.IsUnavailable(err)) {
		return err
	}
	if err != nil {
		s.Log.Error("a message of the mailbox could not be recorded; it is not read again", "error", err)
	}
	return nil
}
