package deliveries

import (
	"context"
	"fmt"

	"corridor/postgres"

	"github.com/jmoiron/sqlx"
)

// alikeTx returns the number of bounces of an event with the same reply code and enhanced
// code, of the largest such group. A mail server that errs gives every recipient the same
// answer; a list with many dead addresses gets different ones. Bounces at domains that are
// doubted already do not count for the event of all domains.
func alikeTx(ctx context.Context, tx postgres.Tx, e bounceEvent) (n int, err error) {
	if err := sqlx.GetContext(ctx, tx, &n, `
		SELECT COALESCE(max(n), 0) FROM (
			SELECT count(*) AS n
			FROM deliveries d JOIN subscribers s ON s.id = d.subscriber_id JOIN bounce_events v ON v.edition_id = d.edition_id AND v.domain = s.domain
			WHERE d.edition_id = $1 AND d.state = 'bounced' AND (s.domain = $2 OR $2 = '`+allDomains+`' AND v.held_at IS NULL)
			GROUP BY d.code, d.enhanced
		) g`, e.Edition, e.Domain); err != nil {
		return 0, fmt.Errorf("comparing the answers of event %s: %w", e.name(), err)
	}
	return n, nil
}

// weighTx records that the bounces of an event so far had different answers. The next look is
// at the next bounce.
func weighTx(ctx context.Context, tx postgres.Tx, e bounceEvent, bounced int) error {
	_, err := tx.ExecContext(ctx, `UPDATE bounce_events SET weighed = $3 WHERE edition_id = $1 AND domain = $2`, e.Edition, e.Domain, bounced)
	return err
}
