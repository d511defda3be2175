package mailer

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/jmoiron/sqlx"
)

// A batch has as many deliveries as make its cost small in theirs. A small edition is
// cut into many all the same, for the processes and connections that share it.
const (
	smallestBatch, largestBatch = 25, 1000
	fewestBatches               = 20
)

// EnqueueTx writes a delivery for each row of the temporary table
// planned_deliveries(subscriber_id, variant_id, domain), which the caller made in the
// same transaction, and returns how many. They are cut into batches, ordered by
// receiving domain, so that one slow provider holds up few. No batch may be leased
// before [ReadyTx].
func EnqueueTx(ctx context.Context, tx *sqlx.Tx, editionID int64, now time.Time) (int64, error) {
	var planned int
	if err := tx.GetContext(ctx, &planned, `SELECT count(*) FROM planned_deliveries`); err != nil {
		return 0, fmt.Errorf("mailer: cutting batches: %w", err)
	}
	size := min(max(planned/fewestBatches, smallestBatch), largestBatch)
	for _, q := range []string{
		`CREATE TEMP TABLE planned_batches ON COMMIT DROP AS
		SELECT subscriber_id, variant_id, domain, (row_number() OVER (ORDER BY domain, subscriber_id) - 1) / ` + strconv.Itoa(size) + ` AS n
		FROM planned_deliveries`,
		`CREATE TEMP TABLE batch_numbers ON COMMIT DROP AS
		SELECT n, nextval(pg_get_serial_sequence('batches', 'id')) AS id,
			CASE WHEN min(domain) = max(domain) THEN min(domain) ELSE '' END AS domain
		FROM planned_batches GROUP BY n ORDER BY n`,
	} {
		if _, err := tx.ExecContext(ctx, q); err != nil {
			return 0, fmt.Errorf("mailer: cutting batches: %w", err)
		}
	}
	if _, err := tx.ExecContext(ctx, `
		INSERT INTO batches (id, edition_id, domain, due_at) OVERRIDING SYSTEM VALUE
		SELECT id, $1, domain, 'infinity' FROM batch_numbers ORDER BY id`, editionID); err != nil {
		return 0, fmt.Errorf("mailer: writing batches: %w", err)
	}
	result, err := tx.ExecContext(ctx, `
		INSERT INTO deliveries (edition_id, subscriber_id, batch_id, variant_id)
		SELECT $1, p.subscriber_id, b.id, p.variant_id FROM planned_batches p JOIN batch_numbers b USING (n)`, editionID)
	if err != nil {
		return 0, fmt.Errorf("mailer: writing deliveries: %w", err)
	}
	return result.RowsAffected()
}

// ReadyTx lets senders lease the edition's batches from now on, once all its variants
// are rendered.
func ReadyTx(ctx context.Context, tx *sqlx.Tx, editionID int64, now time.Time) error {
	if _, err := tx.ExecContext(ctx, `UPDATE batches SET due_at = $2 WHERE edition_id = $1 AND due_at = 'infinity'`, editionID, now); err != nil {
		return fmt.Errorf("mailer: handing over edition %d: %w", editionID, err)
	}
	_, err := tx.ExecContext(ctx, `SELECT pg_notify('mail', '')`)
	return err
}
