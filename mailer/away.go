package mailer

import (
	"context"

	"corridor/mailer/deliveries"
)

// noteAway records in the database the relays that are away, and those that are available
// again.
func (s *Sender) noteAway(ctx context.Context) error {
	for _, a := range s.relays.Away() {
		if err := s.store.NoteAway(ctx, deliveries.AwayRelay(a)); err != nil {
			return err
		}
		s.noted[a.Address] = true
	}
	for address := range s.noted {
		if s.relays.IsAway(address) {
			continue
		}
		if err := s.store.NoteBack(ctx, address, s.relays.Addresses()); err != nil {
			return err
		}
		delete(s.noted, address)
	}
	return nil
}
