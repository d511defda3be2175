package mailer

import (
	"context"
	"errors"

	"corridor/mailer/deliveries"
	"corridor/mailer/smtp"
	"corridor/trouble"
)

// note logs the beginning and the end of a trouble with a statement of the sender.
func (s *Sender) note(ctx context.Context, statement string, err error) error {
	return s.troubles.Note(ctx, trouble.Work, "sender: "+statement, err)
}

// noteAlert logs that an alert to staff cannot be sent by email, because no email could tell.
func (s *Sender) noteAlert(m *outboxMessage, state deliveries.State, o smtp.Outcome) {
	switch {
	case m.Kind != alertKind || state == deliveries.Queued:
	case state == deliveries.Sent:
		s.troubles.End(trouble.Alert, "email")
	default:
		s.troubles.Begin(trouble.Alert, "email", errors.New(o.ReplyLine()))
	}
}
