package service

import (
	"context"
	"time"

	"corridor/editions"
)

// ExplainWaiting sets the reason of editions that are being sent while the mail server is
// unavailable.
func (s *Service) ExplainWaiting(ctx context.Context, list []editions.Edition) error {
	away, err := s.Deliveries().Away(ctx)
	if err != nil || len(away) == 0 {
		return err
	}
	a := away[0]
	reason := a.Describe(s.Zone) + ": " + a.Reason
	for i, e := range list {
		if e.State == editions.Sending && e.Reason == "" && e.Counts.Open() > 0 {
			list[i].Reason = reason
		}
	}
	return nil
}

// mailNotes returns a line of /readyz for each mail server that is unavailable. The mail
// server's reply is left out because the page is public; the log contains it.
func (s *Service) mailNotes(ctx context.Context) []string {
	ctx, cancel := context.WithTimeout(ctx, readyTime)
	defer cancel()
	away, err := s.Deliveries().Away(ctx)
	if err != nil {
		return nil // notReady reports the database's error
	}
	var notes []string
	for _, a := range away {
		notes = append(notes, "emails wait: "+a.Describe(time.UTC))
	}
	return notes
}
