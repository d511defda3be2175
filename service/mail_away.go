package service

import (
	"context"

	"corridor/editions"
)

// ExplainWaiting sets the reason of editions that are being sent while the mail server is
// unavailable or a limit of [smtp] holds.
func (s *Service) ExplainWaiting(ctx context.Context, list []editions.Edition) error {
	reason, err := s.waitingReason(ctx)
	if err != nil || reason == "" {
		return err
	}
	for i, e := range list {
		if e.State == editions.Sending && e.Reason == "" && e.Counts.Open() > 0 {
			list[i].Reason = reason
		}
	}
	return nil
}

// waitingReason is the reason for which emails wait now, or "".
func (s *Service) waitingReason(ctx context.Context) (string, error) {
	store := s.Deliveries()
	away, err := store.Away(ctx)
	if err != nil {
		return "", err
	}
	if len(away) > 0 {
		return away[0].Describe(s.Zone) + ": " + away[0].Reason, nil
	}
	limits, err := store.Limited(ctx)
	if err != nil || len(limits) == 0 {
		return "", err
	}
	return "waits: " + limits[0].Describe(s.Zone), nil
}
