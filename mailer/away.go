package mailer

import (
	"context"
	"fmt"
	"time"

	"corridor/mailer/smtp"
)

// awayFresh is how long after a sender last saw it a relay counts as away.
const awayFresh = time.Minute

// Away lists the mail servers that senders cannot connect or sign in to now.
func (s *Store) Away(ctx context.Context) ([]smtp.AwayRelay, error) {
	var list []smtp.AwayRelay
	if err := s.db.SelectContext(ctx, &list, `
		SELECT address, away_since AS since, away_reason AS reason FROM relays
		WHERE away_since IS NOT NULL AND away_seen_at > now() - $1::interval ORDER BY away_since, address`, awayFresh.String()); err != nil {
		return nil, fmt.Errorf("mailer: reading which mail servers are away: %w", err)
	}
	return list, nil
}

// noteAway writes down which relays are away, for other processes and for people, and
// which are back.
func (s *Sender) noteAway(ctx context.Context) error {
	away := s.relays.Away()
	for _, a := range away {
		if _, err := s.store.db.ExecContext(ctx, `
			INSERT INTO relays AS r (address, away_since, away_reason, away_seen_at) VALUES ($1, $2, $3, now())
			ON CONFLICT (address) DO UPDATE SET away_since = LEAST(r.away_since, $2), away_reason = $3, away_seen_at = now()`,
			a.Address, a.Since, a.Reason); err != nil {
			return fmt.Errorf("mailer: noting that a mail server is away: %w", err)
		}
		s.noted[a.Address] = true
	}
	for address := range s.noted {
		if s.relays.IsAway(address) {
			continue
		}
		if _, err := s.store.db.ExecContext(ctx, `UPDATE relays SET away_since = NULL, away_reason = '' WHERE address = $1`, address); err != nil {
			return fmt.Errorf("mailer: noting that a mail server is back: %w", err)
		}
		delete(s.noted, address)
	}
	return nil
}
