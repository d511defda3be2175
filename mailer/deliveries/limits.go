package deliveries

import (
	"context"
	"fmt"

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

// fullDomainsTx returns the domains with a number of leased batches that has reached their limit
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
func (s *Store) splitLimited(ctx context.Context, l *Lease, limits Limits) error {
	var special []string
	if err := s.db.SelectContext(ctx, &special, `
		SELECT domain FROM receiving_domains WHERE quiet_until > now()
		UNION SELECT domain FROM bounce_events WHERE edition_id = $1 AND held_at IS NOT NULL AND decided_at IS NULL`, l.Edition); err != nil {
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
		l.Batch, pq.Array(special)); err != nil {
		return err
	}
	for _, domain := range apart {
		if err := s.Split(ctx, l, domain); err != nil {
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

// Split is splitTx in its own transaction. It does nothing if the lease has ended, because
// another holder may have deliveries of the batch in flight.
func (s *Store) Split(ctx context.Context, l *Lease, domain string) error {
	err := s.db.InTx(ctx, func(tx *sqlx.Tx) error {
		var ours bool
		err := tx.GetContext(ctx, &ours, `SELECT fence = $2 FROM batches WHERE id = $1 FOR NO KEY UPDATE`, l.Batch, l.fence)
		if err != nil || !ours {
			return err
		}
		return splitTx(ctx, tx, l.Batch, domain)
	})
	if err != nil {
		return fmt.Errorf("deliveries: setting a domain apart: %w", err)
	}
	return nil
}
