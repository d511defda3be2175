package service

import (
	"context"
	"fmt"

	"corridor/editions"
)

// ExplainWaiting sets the reason of editions that are being sent while the mail server is
// unavailable, a limit of [smtp] holds, or all that is left is deferred.
func (s *Service) ExplainWaiting(ctx context.Context, list []editions.Edition) error {
	reason, err := s.waitingReason(ctx)
	if err != nil {
		return err
	}
	for i, e := range list {
		if e.State != editions.Sending || e.Reason != "" || e.Counts.Open() == 0 {
			continue
		}
		list[i].Reason = reason
		if reason == "" && e.Counts.Open() == e.Counts.Deferred {
			if list[i].Reason, err = s.deferredReason(ctx, e); err != nil {
				return err
			}
		}
	}
	return nil
}

// deferredReason is the reason of an edition of which only deferred emails are left.
func (s *Service) deferredReason(ctx context.Context, e editions.Edition) (string, error) {
	words, err := s.Deliveries().LastDeferral(ctx, e.ID)
	if err != nil || words == "" {
		return "", err
	}
	return fmt.Sprintf("all %d emails that are left are deferred; the last answer: %s", e.Counts.Deferred, words), nil
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
