package service

import (
	"context"

	"corridor/bounces"
)

// Desk returns the desk that records messages that come back.
func (s *Service) Desk(ctx context.Context) (*bounces.Desk, error) {
	ids, err := s.MessageIDs(ctx)
	if err != nil {
		return nil, err
	}
	return bounces.NewDesk(s.DB, ids, s.Deliveries(), s.Readers()), nil
}
