package mailer

import (
	"context"
	"fmt"
	"time"
)

// AwayRelay is a mail server that no connection can be had to.
type AwayRelay struct {
	Address string    `db:"address"` // host:port
	Since   time.Time `db:"away_since"`
	Reason  string    `db:"away_reason"` // with the server's words, if it has said any
}

// Describe names the server and the beginning of the trouble, in zone. It leaves out the
// words of the server, because public pages show it.
func (a AwayRelay) Describe(zone *time.Location) string {
	return fmt.Sprintf("the mail server %s cannot be used since %s", a.Address, a.Since.In(zone).Format(time.RFC3339))
}

// awayFresh is how long after a sender last saw it a relay counts as away.
const awayFresh = time.Minute

// Away lists the mail servers that senders cannot connect or sign in to now.
func (s *Store) Away(ctx context.Context) ([]AwayRelay, error) {
	var list []AwayRelay
	if err := s.db.SelectContext(ctx, &list, `
		SELECT address, away_since, away_reason FROM relays
		WHERE away_since IS NOT NULL AND away_seen_at > now() - $1::interval ORDER BY away_since, address`, awayFresh.String()); err != nil {
		return nil, fmt.Errorf("mailer: reading which mail servers are away: %w", err)
	}
	return list, nil
}

// noteAway writes down which relays are away, for other processes and for people, and
// which are back.
func (s *Sender) noteAway(ctx context.Context) error {
	away := s.relays.away()
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
		if s.relays.isAway(address) {
			continue
		}
		if _, err := s.store.db.ExecContext(ctx, `UPDATE relays SET away_since = NULL, away_reason = '' WHERE address = $1`, address); err != nil {
			return fmt.Errorf("mailer: noting that a mail server is back: %w", err)
		}
		delete(s.noted, address)
	}
	return nil
}
