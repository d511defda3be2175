package mailer

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

// DomainLimit limits the sending to a recipient domain by all processes. Zero means no
// limit.
type DomainLimit struct {
	Rate        float64 // emails a second
	Connections int     // emails in flight at once
}

// Limits are the limits by recipient domain in lower case. Other domains have no limit.
type Limits map[string]DomainLimit

// countConnections reports whether a domain has a limit of connections.
func (l Limits) countConnections() bool {
	for _, limit := range l {
		if limit.Connections > 0 {
			return true
		}
	}
	return false
}

// fullDomainsTx returns the domains whose number of leased batches has reached their limit
// of connections.
func fullDomainsTx(ctx context.Context, tx *sqlx.Tx, limits Limits) ([]string, error) {
	full := []string{}
	if !limits.countConnections() {
		return full, nil
	}
	var leased []struct {
		Domain string `db:"domain"`
		Count  int    `db:"count"`
	}
	if err := tx.SelectContext(ctx, &leased, `
		SELECT domain, count(*) FROM batches WHERE due_at IS NOT NULL AND lease_until > now() AND domain <> '' GROUP BY domain`); err != nil {
		return nil, err
	}
	for _, l := range leased {
		if limit := limits[l.Domain].Connections; limit > 0 && l.Count >= limit {
			full = append(full, l.Domain)
		}
	}
	return full, nil
}

// splitLimited moves deliveries to limited or paused domains out of a batch with several
// domains, so that they do not delay the others.
func (s *Store) splitLimited(ctx context.Context, l *lease, limits Limits) error {
	var special []string
	if err := s.db.SelectContext(ctx, &special, `SELECT domain FROM receiving_domains WHERE quiet_until > now()`); err != nil {
		return err
	}
	for domain := range limits {
		special = append(special, domain)
	}
	if len(special) == 0 {
		return nil
	}
	var apart []string
	if err := s.db.SelectContext(ctx, &apart, `
		SELECT DISTINCT s.domain FROM deliveries d JOIN subscribers s ON s.id = d.subscriber_id
		WHERE d.batch_id = $1 AND s.domain = ANY ($2) AND d.state IN ('queued', 'deferred')`,
		l.batch, pq.Array(special)); err != nil {
		return err
	}
	for _, domain := range apart {
		if err := s.split(ctx, l, domain); err != nil {
			return err
		}
	}
	return nil
}

// splitTx moves a batch's deliveries to one domain, if there are any, into a new batch that
// is due now.
func splitTx(ctx context.Context, tx *sqlx.Tx, batch int64, domain string) error {
	_, err := tx.ExecContext(ctx, `
		WITH b AS (
			INSERT INTO batches (edition_id, domain, due_at) SELECT edition_id, $2, now() FROM batches
			WHERE id = $1 AND EXISTS (
				SELECT FROM deliveries d JOIN subscribers s ON s.id = d.subscriber_id
				WHERE d.batch_id = $1 AND d.state IN ('queued', 'deferred') AND s.domain = $2)
			RETURNING id
		)
		UPDATE deliveries d SET batch_id = b.id
		FROM b, subscribers s
		WHERE d.batch_id = $1 AND d.state IN ('queued', 'deferred') AND s.id = d.subscriber_id AND s.domain = $2`,
		batch, domain)
	return err
}

// split is splitTx in its own transaction. It does nothing if the lease has ended, because
// another holder may have deliveries of the batch in flight.
func (s *Store) split(ctx context.Context, l *lease, domain string) error {
	err := s.db.InTx(ctx, func(tx *sqlx.Tx) error {
		var ours bool
		err := tx.GetContext(ctx, &ours, `SELECT fence = $2 FROM batches WHERE id = $1 FOR NO KEY UPDATE`, l.batch, l.fence)
		if err != nil || !ours {
			return err
		}
		return splitTx(ctx, tx, l.batch, domain)
	})
	if err != nil {
		return fmt.Errorf("mailer: setting a domain apart: %w", err)
	}
	return nil
}

// quiet pauses a recipient domain that answered 421: for p.Min, then twice as long each
// time, up to p.Max. After an hour without 421 it starts with p.Min again.
func (s *Store) quiet(ctx context.Context, domain string, p RetryPolicy) error {
	_, err := s.db.ExecContext(ctx, `
		INSERT INTO receiving_domains AS r (domain, quiet_until, quiet_count) VALUES ($1, now() + $2::interval, 1)
		ON CONFLICT (domain) DO UPDATE SET
			quiet_count = CASE WHEN r.quiet_until > now() THEN r.quiet_count
				WHEN r.quiet_until > now() - interval '1 hour' THEN LEAST(r.quiet_count + 1, 20) ELSE 1 END,
			quiet_until = CASE WHEN r.quiet_until > now() THEN r.quiet_until
				WHEN r.quiet_until > now() - interval '1 hour' THEN now() + LEAST($2::interval * power(2, r.quiet_count), $3::interval) ELSE now() + $2::interval END`,
		domain, p.Min.String(), p.Max.String())
	if err != nil {
		return fmt.Errorf("mailer: pausing a domain: %w", err)
	}
	return nil
}

// grant requests up to n emails at rate a second under key, over all processes. It returns
// the number that may be sent now, and the time until the next request.
func (s *Store) grant(ctx context.Context, key string, rate float64, n int) (int, time.Duration, error) {
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
		return 0, 0, fmt.Errorf("mailer: asking for a turn: %w", err)
	}
	return granted, max(wait, 0), nil
}

// charge advances a key's clock for an email that did not wait for its turn. Other emails
// wait longer, so the total stays within the rate.
func (s *Store) charge(ctx context.Context, key string, rate float64) error {
	_, err := s.db.ExecContext(ctx, `
		INSERT INTO receiving_domains AS r (domain, next_at) VALUES ($1, now() + $2::interval)
		ON CONFLICT (domain) DO UPDATE SET next_at = GREATEST(r.next_at, now() - $3::interval) + $2::interval`,
		key, time.Duration(float64(time.Second)/rate).String(), burst.String())
	if err != nil {
		return fmt.Errorf("mailer: counting an email: %w", err)
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
