package deliveries

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

// A batch is large enough to make its cost for each delivery small. A small edition is
// still cut into several batches, for the processes and connections that share it.
const (
	smallestBatch, largestBatch = 25, 1000
	fewestBatches               = 20
)

// EnqueueTx writes the planned deliveries of an edition and returns their number. The query
// selects them: a row for each reader, with the columns subscriber_id and variant_id (bigint)
// and domain (text), the recipient domain. The deliveries are cut into batches, ordered by
// domain, so that one slow provider holds up few. No batch may be leased before [ReadyTx].
// A transaction enqueues one edition.
func EnqueueTx(ctx context.Context, tx *sqlx.Tx, editionID int64, query string, args ...any) (int64, error) {
	if _, err := tx.ExecContext(ctx, `CREATE TEMP TABLE planned_deliveries (subscriber_id bigint, variant_id bigint, domain text) ON COMMIT DROP`); err != nil {
		return 0, fmt.Errorf("deliveries: planning deliveries: %w", err)
	}
	result, err := tx.ExecContext(ctx, `INSERT INTO planned_deliveries SELECT subscriber_id, variant_id, domain FROM (`+query+`) AS planned`, args...)
	if err != nil {
		return 0, fmt.Errorf("deliveries: planning deliveries: %w", err)
	}
	planned, err := result.RowsAffected()
	if err != nil || planned == 0 {
		return 0, err
	}
	return cutTx(ctx, tx, editionID, planned)
}

// cutTx writes the rows of planned_deliveries as deliveries and their batches.
func cutTx(ctx context.Context, tx *sqlx.Tx, editionID, planned int64) (int64, error) {
	size := min(max(planned/fewestBatches, smallestBatch), largestBatch)
	// Sorting by a domain's number instead of its name takes half of the time.
	if _, err := tx.ExecContext(ctx, `
		CREATE TEMP TABLE planned_domains ON COMMIT DROP AS
		SELECT domain, row_number() OVER by_name AS no, (sum(count(*)) OVER by_name - count(*))::bigint AS first, count(*) AS readers
		FROM planned_deliveries GROUP BY domain WINDOW by_name AS (ORDER BY domain)`); err != nil {
		return 0, fmt.Errorf("deliveries: cutting batches: %w", err)
	}
	if _, err := tx.ExecContext(ctx, `ANALYZE planned_domains, planned_deliveries`); err != nil {
		return 0, fmt.Errorf("deliveries: cutting batches: %w", err)
	}
	// A batch belongs to a domain if the domain has all rows from its first to its last.
	var ids pq.Int64Array
	if err := tx.QueryRowContext(ctx, `
		WITH whole AS (
			SELECT n, domain FROM planned_domains,
				generate_series((first + $3 - 1) / $3, CASE WHEN first + readers = $2 THEN ($2 - 1) / $3 ELSE (first + readers) / $3 - 1 END) AS n
		), batch AS (
			INSERT INTO batches (edition_id, domain, due_at)
			SELECT $1, COALESCE(whole.domain, ''), 'infinity'
			FROM generate_series(0, ($2 - 1) / $3) AS n LEFT JOIN whole USING (n)
			ORDER BY n
			RETURNING id
		)
		SELECT array_agg(id ORDER BY id) FROM batch`, editionID, planned, size).Scan(&ids); err != nil {
		return 0, fmt.Errorf("deliveries: writing batches: %w", err)
	}
	result, err := tx.ExecContext(ctx, `
		INSERT INTO deliveries (edition_id, subscriber_id, batch_id, variant_id)
		SELECT $1, p.subscriber_id, ($2::bigint[])[1 + (row_number() OVER (ORDER BY d.no, p.subscriber_id) - 1) / $3], p.variant_id
		FROM planned_deliveries p JOIN planned_domains d USING (domain)`, editionID, ids, size)
	if err != nil {
		return 0, fmt.Errorf("deliveries: writing deliveries: %w", err)
	}
	return result.RowsAffected()
}

// ReadyTx allows senders to lease the edition's batches, after all its variants are
// rendered.
func ReadyTx(ctx context.Context, tx *sqlx.Tx, editionID int64, now time.Time) error {
	if _, err := tx.ExecContext(ctx, `UPDATE batches SET due_at = $2 WHERE edition_id = $1 AND due_at = 'infinity'`, editionID, now); err != nil {
		return fmt.Errorf("deliveries: handing over edition %d: %w", editionID, err)
	}
	_, err := tx.ExecContext(ctx, `SELECT pg_notify('mail', '')`)
	return err
}
