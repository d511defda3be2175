package service

import (
	"context"
	"fmt"
	"strings"
	"time"

	"corridor/alerts"
	"corridor/mailer"
	"corridor/trouble"

	"github.com/jmoiron/sqlx"
)

// hook returns the configured webhook, or nil.
func (s *Service) hook() *alerts.Hook {
	p := s.Live().Publication
	if p.AlertsWebhook == "" {
		return nil
	}
	return &alerts.Hook{URL: p.AlertsWebhook, Publication: p.Title, Link: s.Config.Server.BaseURL}
}

// Alert tells publication.alerts and publication.alerts_webhook of what waits for staff or
// does not work, each once when it begins and once when it is over.
func (s *Service) Alert(ctx context.Context, now time.Time) error {
	hook := s.hook()
	if s.Live().Publication.Alerts == "" && hook == nil {
		return nil
	}
	h, err := s.health(ctx)
	if err != nil {
		return err
	}
	// One transaction records the alerts as told, writes the email and stores the posts.
	if err := s.DB.InTx(ctx, func(tx *sqlx.Tx) error {
		begun, over, err := s.alertsTx(ctx, tx, h, now)
		if err != nil {
			return err
		}
		if hook != nil {
			for _, a := range append(begun, over...) {
				if err := hook.EnqueueTx(ctx, tx, a, now); err != nil {
					return err
				}
			}
		}
		return s.emailTx(ctx, tx, begun, over, now)
	}); err != nil {
		return err
	}
	if hook != nil { // a failure is retried; it is no failure of the job
		if taken, err := hook.Deliver(ctx, s.DB, now); taken > 0 || err != nil {
			_ = s.Troubles.Note(ctx, trouble.Alert, "webhook", err)
		}
	}
	return nil
}

// alertsTx returns the troubles that have begun or are over since the last call, and records
// that they are told.
func (s *Service) alertsTx(ctx context.Context, tx *sqlx.Tx, h health, now time.Time) (begun, over []alerts.Alert, err error) {
	open, err := alerts.ListTx(ctx, tx)
	if err != nil {
		return nil, nil, err
	}
	if begun, err = s.takeTx(ctx, tx, now); err != nil {
		return nil, nil, err
	}
	for _, a := range s.unwell(h, now) {
		if !isOpen(open, a) {
			begun = append(begun, a)
		}
	}
	for _, a := range begun {
		if !a.Kind.Ends() {
			continue
		}
		if err := alerts.BeginTx(ctx, tx, a, now); err != nil {
			return nil, nil, err
		}
	}
	ended, err := s.endedTx(ctx, tx, open, h, now)
	if err != nil {
		return nil, nil, err
	}
	for _, o := range ended {
		if err := alerts.EndTx(ctx, tx, o); err != nil {
			return nil, nil, err
		}
		over = append(over, o.Over(now))
	}
	return begun, over, nil
}

func isOpen(open []alerts.Open, a alerts.Alert) bool {
	for _, o := range open {
		if o.Kind == a.Kind && o.Name == a.Name {
			return true
		}
	}
	return false
}

// emailTx emails publication.alerts. The beginning of a trouble with mail is left out, because
// the email would arrive after its end.
func (s *Service) emailTx(ctx context.Context, tx *sqlx.Tx, begun, over []alerts.Alert, now time.Time) error {
	to := s.Live().Publication.Alerts
	var paragraphs []string
	subject := ""
	for _, a := range begun {
		if a.Kind != alerts.MailServer && a.Kind != alerts.Brake {
			paragraphs = append(paragraphs, a.Text)
		}
	}
	switch len(paragraphs) {
	case 0:
		subject = "Corridor works again"
	case 1:
		subject = "Corridor needs a decision"
	default:
		subject = fmt.Sprintf("Corridor needs %d decisions", len(paragraphs))
	}
	for _, a := range over {
		if a.Kind == alerts.Source || a.Kind == alerts.SourceWaits || a.Kind == alerts.MailServer || a.Kind == alerts.Job {
			paragraphs = append(paragraphs, a.Title+"\n"+a.Text)
		}
	}
	if to == "" || len(paragraphs) == 0 {
		return nil
	}
	return s.outbox().PostTx(ctx, tx, mailer.Message{Kind: "alert", To: to, Subject: subject, Text: strings.Join(paragraphs, "\n\n") + "\n"}, now)
}
