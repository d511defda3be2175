package deliveries

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
)

// Quiet pauses a recipient domain that answered 421: for p.Min, then twice as long each
// time, up to p.Max. After an hour without 421 it starts with p.Min again.
func (s *Store) Quiet(ctx context.Context, domain string, first, longest time.Duration) error {
	_, err := s.db.ExecContext(ctx, `
		INSERT INTO receiving_domains AS r (domain, quiet_until, quiet_count) VALUES ($1, now() + $2::interval, 1)
		ON CONFLICT (domain) DO UPDATE SET
			quiet_count = CASE WHEN r.quiet_until > now() THEN r.quiet_count
				WHEN r.quiet_until > now() - interval '1 hour' THEN LEAST(r.quiet_count + 1, 20) ELSE 1 END,
			quiet_until = CASE WHEN r.quiet_until > now() THEN r.quiet_until
				WHEN r.quiet_until > now() - interval '1 hour' THEN now() + LEAST($2::interval * power(2, r.quiet_count), $3::interval) ELSE now() + $2::interval END`,
		domain, first.String(), longest.String())
	if err != nil {
		return fmt.Errorf("deliveries: pausing a domain: %w", err)
	}
	return nil
}

// Grant requests up to n emails at rate a second under key, over all processes. It returns
// the number that may be sent now, and the time until the next request.
func (s *Store) Grant(ctx context.Context, key string, rate float64, n int) (int, time.Duration, error) {
	var granted int
	var wait time.Duration
	err := s.db.InTx(ctx, func(tx *sqlx.Tx) error {
		if _, err := tx.ExecContext(ctx, `INSERT INTO receiving_domains (domain) VALUES ($1) ON CONFLICT (domain) DO NOTHING`, key); err != nil {
			return err
		}
		var next, now time.Time
		if err := tx.QueryRowContext(ctx, `
			SELECT next_at, clock_timestamp() FROM receiving_domains WHERE domain = $1 FOR UPDATE`, key).Scan(&next, &now); err != nil {
			return err
		}
		granted, next = takeTurns(next, now, rate, n)
		wait = next.Sub(now)
		_, err := tx.ExecContext(ctx, `UPDATE receiving_domains SET next_at = $2 WHERE domain = $1`, key, next)
		return err
	})
	if err != nil {
		return 0, 0, fmt.Errorf("deliveries: asking for a turn: %w", err)
	}
	return granted, max(wait, 0), nil
}

// Charge advances a key's clock for an email that did not wait for its turn. Other emails
// wait longer, so the total stays within the rate.
func (s *Store) Charge(ctx context.Context, key string, rate float64) error {
	_, err := s.db.ExecContext(ctx, `
		INSERT INTO receiving_domains AS r (domain, next_at) VALUES ($1, now() + $2::interval)
		ON CONFLICT (domain) DO UPDATE SET next_at = GREATEST(r.next_at, now() - $3::interval) + $2::interval`,
		key, time.Duration(float64(time.Second)/rate).String(), burst.String())
	if err != nil {
		return fmt.Errorf("deliveries: counting an email: %w", err)
	}
	return nil
}

// burst is the longest time that a rate's clock may lag behind the real one. The lag may be
// sent at once.
const burst = 100 * time.Millisecond

// takeTurns returns the number of emails, up to n, that may be sent now, and the new clock.
// next is a clock that each email advances by 1/rate.
func takeTurns(next, now time.Time, rate float64, n int) (int, time.Time) {
	if next.After(now) {
		return 0, next
	}
	if earliest := now.Add(-burst); next.Before(earliest) {
		next = earliest
	}
	share := time.Duration(float64(time.Second) / rate)
	turns := min(n, 1+int(now.Sub(next)/share))
	return turns, next.Add(time.Duration(turns) * share)
}
