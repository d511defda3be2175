package mailer

import (
	"bytes"
	"context"
	"crypto/rand"
	"strings"
	"time"

	"corridor/mailer/message"

	"github.com/jmoiron/sqlx"
	"github.com/wneessen/go-mail"
)

// Message is an email that belongs to no edition: a confirmation, test, alert or notice.
type Message struct {
	Kind    string // confirmation, test, alert or notice
	To      string // an address
	Subject string
	Text    string
	HTML    string // empty for plain text only
}

// Outbox composes messages and stores them for the sender.
type Outbox struct {
	From    string // an address, with or without a name
	ReplyTo string // may be empty
	Domain  string // of Message-IDs
}

// PostTx composes m and stores it in the outbox, from which it is sent before any digest.
func (o Outbox) PostTx(ctx context.Context, tx sqlx.ExtContext, m Message, now time.Time) error {
	text, err := o.compose(m, now)
	if err != nil {
		return err
	}
	return PostTx(ctx, tx, m.Kind, m.To, text, now)
}

// compose returns m as RFC 5322 text. Auto-Submitted, RFC 3834, keeps automatic replies away.
func (o Outbox) compose(m Message, now time.Time) ([]byte, error) {
	msg := mail.NewMsg(mail.WithNoDefaultUserAgent())
	if err := msg.From(o.From); err != nil {
		return nil, err
	}
	if err := msg.To(m.To); err != nil {
		return nil, err
	}
	if o.ReplyTo != "" {
		if err := msg.ReplyTo(o.ReplyTo); err != nil {
			return nil, err
		}
	}
	message.SetSubject(msg, m.Subject)
	msg.SetDateWithValue(now)
	msg.SetMessageIDWithValue(m.Kind + "." + strings.ToLower(rand.Text()) + "@" + o.Domain)
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	msg.SetBodyString(mail.TypeTextPlain, m.Text)
	if m.HTML != "" {
		msg.AddAlternativeString(mail.TypeTextHTML, m.HTML)
	}
	var b bytes.Buffer
	if _, err := msg.WriteTo(&b); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
