package service

import (
	"context"
	"time"

	"corridor/editions"
	"corridor/mailer"
)

// ExplainWaiting gives editions that are going out the reason why nothing of them can be
// delivered now.
func (s *Service) ExplainWaiting(ctx context.Context, list []editions.Edition) error {
	away, err := mailer.NewStore(s.DB, mailer.Resend{}).Away(ctx)
	if err != nil || len(away) == 0 {
		return err
	}
	a := away[0]
	reason := a.Describe(s.Zone) + ": " + a.Reason
	for i, e := range list {
		if e.State == "sending" && e.Reason == "" && e.Counts.Open() > 0 {
			list[i].Reason = reason
		}
	}
	return nil
}

// mailNotes returns a line of /readyz for each mail server that is away. The words of the
// mail server are left out, because the page is public; the log has them.
func (s *Service) mailNotes(ctx context.Context) []string {
	ctx, cancel := context.WithTimeout(ctx, readyTime)
	defer cancel()
	away, err := mailer.NewStore(s.DB, mailer.Resend{}).Away(ctx)
	if err != nil {
		return nil // readiness says what keeps the database from answering
	}
	var notes []string
	for _, a := range away {
		notes = append(notes, "mail waits: "+a.Describe(time.UTC))
	}
	return notes
}
