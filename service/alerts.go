package service

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"strings"
	"time"

	"corridor/articles"
	"corridor/editions"
	"corridor/mailer"

	"github.com/jmoiron/sqlx"
	"github.com/wneessen/go-mail"
)

// Alert tells publication.alerts what staff should look at: editions that are held or
// have uncertain deliveries, sources that keep failing. Each is told once.
func (s *Service) Alert(ctx context.Context, now time.Time) error {
	to := s.Config.Publication.Alerts
	if to == "" {
		return nil
	}
	var names []string
	for _, source := range s.Config.Sources {
		names = append(names, source.Name)
	}
	// What is taken as told and the mail that tells it become durable together.
	return s.DB.InTx(ctx, func(tx *sqlx.Tx) error {
		troubled, err := editions.TakeTroubledTx(ctx, tx, now)
		if err != nil {
			return err
		}
		failing, err := articles.TakeFailingTx(ctx, tx, names, now.Add(-failingFor), now)
		if err != nil || len(troubled)+len(failing) == 0 {
			return err
		}
		subject, lines := s.alertLines(troubled, failing)
		message, err := s.alertMessage(to, subject, lines, now)
		if err != nil {
			return err
		}
		return mailer.PostTx(ctx, tx, "alert", to, message, now)
	})
}

// alertLines says what is wrong, and what to do, a paragraph each.
func (s *Service) alertLines(troubled []editions.Troubled, failing []articles.Failing) (subject string, lines []string) {
	for _, t := range troubled {
		if t.State == "held" {
			lines = append(lines, fmt.Sprintf("Edition %d, %q, is held: %s.\nSend it after all: corridor special resume %d\nGive it up: corridor special cancel %d", t.ID, t.Subject, t.Reason, t.ID, t.ID))
		}
		if t.Uncertain > 0 {
			lines = append(lines, fmt.Sprintf("Of edition %d, %q, it is unknown whether %d mails arrived: the connection or the sender ended before the answer came.\nSee them: corridor editions uncertain %d\nSend them once more: corridor editions uncertain %d --resend\nLeave it at that: corridor editions uncertain %d --drop", t.ID, t.Subject, t.Uncertain, t.ID, t.ID, t.ID))
		}
	}
	for _, f := range failing {
		lines = append(lines, fmt.Sprintf("The source %q has failed since %s: %s.\nTry it: corridor gather --source %q", f.Name, f.Since.In(s.Zone).Format("2 January 2006, 15:04"), f.Error, f.Name))
	}
	if len(lines) == 1 {
		return "Corridor needs a decision", lines
	}
	return fmt.Sprintf("Corridor needs %d decisions", len(lines)), lines
}

func (s *Service) alertMessage(to, subject string, lines []string, now time.Time) ([]byte, error) {
	m := mail.NewMsg(mail.WithNoDefaultUserAgent())
	if err := m.From(s.From.String()); err != nil {
		return nil, err
	}
	if err := m.To(to); err != nil {
		return nil, err
	}
	mailer.SetSubject(m, subject)
	m.SetDateWithValue(now)
	m.SetMessageIDWithValue("alert." + strings.ToLower(rand.Text()) + "@" + s.MailDomain())
	m.SetGenHeader("Auto-Submitted", "auto-generated")
	m.SetBodyString(mail.TypeTextPlain, strings.Join(lines, "\n\n")+"\n")
	var b bytes.Buffer
	if _, err := m.WriteTo(&b); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
