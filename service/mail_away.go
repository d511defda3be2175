package service

import (
	"context"

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
