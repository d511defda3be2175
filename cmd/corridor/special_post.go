package main

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"corridor/editions"
	"corridor/mailer"
	"corridor/service"

	"github.com/wneessen/go-mail"
)

// postTest puts a preview into the outbox.
func postTest(ctx context.Context, s *service.Service, to string, preview editions.Preview, now time.Time) error {
	m := mail.NewMsg(mail.WithNoDefaultUserAgent())
	if err := m.From(s.From.String()); err != nil {
		return err
	}
	if err := m.To(to); err != nil {
		return usagef("%q is not an address", to)
	}
	if s.Config.Publication.ReplyTo != "" {
		if err := m.ReplyTo(s.Config.Publication.ReplyTo); err != nil {
			return err
		}
	}
	mailer.SetSubject(m, "[Test] "+preview.Subject)
	m.SetDateWithValue(now)
	m.SetMessageIDWithValue(fmt.Sprintf("test.%d@%s", now.UnixNano(), s.MailDomain()))
	m.SetBodyString(mail.TypeTextPlain, preview.Text)
	m.AddAlternativeString(mail.TypeTextHTML, preview.HTML)
	var b bytes.Buffer
	if _, err := m.WriteTo(&b); err != nil {
		return err
	}
	return mailer.PostTx(ctx, s.DB, "test", to, b.Bytes(), now)
}
