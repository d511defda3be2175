package service

import (
	"context"
	"fmt"
	"strings"
	"time"

	"corridor/articles"
	"corridor/bounces"
	"corridor/editions"
	"corridor/mailer"

	"github.com/jmoiron/sqlx"
)

// Alert emails publication.alerts about everything that waits for staff: editions that are
// held or have uncertain deliveries, and sources that keep failing. Each is reported once.
func (s *Service) Alert(ctx context.Context, now time.Time) error {
	to := s.Config.Publication.Alerts
	if to == "" {
		return nil
	}
	var names []string
	for _, source := range s.Config.Sources {
		names = append(names, source.Name)
	}
	// One transaction records the alerts as sent and writes the message.
	return s.DB.InTx(ctx, func(tx *sqlx.Tx) error {
		troubled, err := editions.TakeTroubledTx(ctx, tx, now)
		if err != nil {
			return err
		}
		failing, err := articles.TakeFailingTx(ctx, tx, names, now.Add(-failingFor), now)
		if err != nil {
			return err
		}
		unread, err := bounces.TakeUnreadTx(ctx, tx, now)
		if err != nil {
			return err
		}
		var alerts []string
		for _, t := range troubled {
			alerts = append(alerts, t.Alerts()...)
		}
		for _, f := range failing {
			alerts = append(alerts, f.Alert(s.Zone))
		}
		if unread > 0 {
			alerts = append(alerts, bounces.UnreadAlert(unread))
		}
		if len(alerts) == 0 {
			return nil
		}
		subject := "Corridor needs a decision"
		if len(alerts) > 1 {
			subject = fmt.Sprintf("Corridor needs %d decisions", len(alerts))
		}
		return s.outbox().PostTx(ctx, tx, mailer.Message{Kind: "alert", To: to, Subject: subject, Text: strings.Join(alerts, "\n\n") + "\n"}, now)
	})
}
