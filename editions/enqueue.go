package editions

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"
)

// enqueueTx writes the deliveries of planned_deliveries, in batches ordered by domain,
// not yet to be leased.
func enqueueTx(ctx context.Context, tx *sqlx.Tx, edition int64, _ time.Time) (int64, error) {
	if _, err := tx.ExecContext(ctx, `
		CREATE TEMP TABLE planned_batches ON COMMIT DROP AS
		SELECT subscriber_id, variant_id, domain, (row_number() OVER (ORDER BY domain, subscriber_id) - 1) / 250 AS n
		FROM planned_deliveries`); err != nil {
		return 0, err
	}
	if _, err := tx.ExecContext(ctx, `
		CREATE TEMP TABLE batch_numbers ON COMMIT DROP AS
		SELECT n, nextval(pg_get_serial_sequence('batches', 'id')) AS id,
			CASE WHEN min(domain) = max(domain) THEN min(domain) ELSE '' END AS domain
		FROM planned_batches GROUP BY n ORDER BY n`); err != nil {
		return 0, err
	}
	if _, err := tx.ExecContext(ctx, `
		INSERT INTO batches (id, edition_id, domain, due_at) OVERRIDING SYSTEM VALUE
		SELECT id, $1, domain, 'infinity' FROM batch_numbers`, edition); err != nil {
		return 0, err
	}
	result, err := tx.ExecContext(ctx, `
		INSERT INTO deliveries (edition_id, subscriber_id, batch_id, variant_id)
		SELECT $1, p.subscriber_id, b.id, p.variant_id FROM planned_batches p JOIN batch_numbers b USING (n)`, edition)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// readyTx lets senders lease the edition's batches.
func readyTx(ctx context.Context, tx *sqlx.Tx, edition int64, now time.Time) error {
	if _, err := tx.ExecContext(ctx, `UPDATE batches SET due_at = $2 WHERE edition_id = $1 AND due_at = 'infinity'`, edition, now); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `SELECT pg_notify('mail', '')`)
	return err
}
