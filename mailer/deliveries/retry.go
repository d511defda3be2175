package deliveries

import (
	"context"
	"fmt"

	"corridor/postgres"

	"github.com/lib/pq"
)

// RetryTx queues the deliveries of an edition to readers once more, those that failed or
// bounced, and returns their number. The attempt number goes on, and the time limit for deferrals starts anew. Senders may lease
// the batches after the next [ReadyTx]. The caller has locked the edition's row.
func RetryTx(ctx context.Context, tx postgres.Tx, edition int64, readers []int64) (int64, error) {
	if _, err := tx.ExecContext(ctx, `CREATE TEMP TABLE retried_deliveries (subscriber_id bigint PRIMARY KEY) ON COMMIT DROP`); err != nil {
		return 0, fmt.Errorf("deliveries: retrying edition %d: %w", edition, err)
	}
	if _, err := tx.ExecContext(ctx, `INSERT INTO retried_deliveries SELECT unnest($1::bigint[])`, pq.Array(readers)); err != nil {
		return 0, fmt.Errorf("deliveries: retrying edition %d: %w", edition, err)
	}
	var queued int64
	for _, q := range []string{
		// Batches first, so that a sender that returns one meanwhile sees that it is due again.
		`SELECT FROM batches WHERE id IN (
			SELECT d.batch_id FROM deliveries d JOIN retried_deliveries r USING (subscriber_id) WHERE d.edition_id = $1 AND d.state IN ` + unreachedStates + `
		) ORDER BY id FOR NO KEY UPDATE`,
		`SELECT FROM deliveries d JOIN retried_deliveries r USING (subscriber_id)
		WHERE d.edition_id = $1 AND d.state IN ` + unreachedStates + ` ORDER BY d.subscriber_id FOR NO KEY UPDATE OF d`,
		retryEventsSQL,
		`UPDATE batches b SET due_at = 'infinity' WHERE b.edition_id = $1 AND b.id IN (
			SELECT d.batch_id FROM deliveries d JOIN retried_deliveries r USING (subscriber_id) WHERE d.edition_id = $1 AND d.state IN ` + unreachedStates + `
		)`,
		`UPDATE deliveries d SET state = 'queued', due_at = NULL, first_at = NULL, resent = false FROM retried_deliveries r
		WHERE d.edition_id = $1 AND d.subscriber_id = r.subscriber_id AND d.state IN ` + unreachedStates,
	} {
		result, err := tx.ExecContext(ctx, q, edition)
		if err == nil {
			queued, err = result.RowsAffected() // of the last statement
		}
		if err != nil {
			return 0, fmt.Errorf("deliveries: retrying edition %d: %w", edition, err)
		}
	}
	return queued, nil
}

// retryEventsSQL takes the bounces that are retried out of their events.
const retryEventsSQL = `
	WITH again AS MATERIALIZED (
		SELECT s.domain, count(*) AS bounces
		FROM deliveries d JOIN retried_deliveries r USING (subscriber_id) JOIN subscribers s ON s.id = d.subscriber_id
		WHERE d.edition_id = $1 AND d.state = 'bounced' GROUP BY s.domain
	), events AS MATERIALIZED (
		SELECT v.domain FROM bounce_events v JOIN again USING (domain) WHERE v.edition_id = $1 ORDER BY v.domain FOR NO KEY UPDATE OF v
	)
	UPDATE bounce_events v SET bounced = GREATEST(v.bounced - again.bounces, 0) FROM again JOIN events USING (domain)
	WHERE v.edition_id = $1 AND v.domain = again.domain`
