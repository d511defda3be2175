package deliveries

import (
	"context"
	"fmt"

	"corridor/postgres"
)

// retireAtOnce limits one transaction. A long transaction would delay the sender's
// statements.
const retireAtOnce = 20_000

// RetireTx deletes some thousands of an edition's deliveries, and its batches with the last
// of them. It adds the deleted deliveries to counts, by state, their
// complaints as "complained", and their bytes as "bytes".
// left reports whether there may be more. The caller has locked the edition's row and keeps
// the counts in the same transaction.
func RetireTx(ctx context.Context, tx postgres.Tx, edition int64, counts map[string]int64) (left bool, err error) {
	gone, err := dropTx(ctx, tx, edition, counts)
	if left = gone == retireAtOnce; err == nil && !left {
		_, err = tx.ExecContext(ctx, `
			WITH gone AS (DELETE FROM batches WHERE edition_id = $1 RETURNING id)
			DELETE FROM journal j USING gone WHERE j.batch_id = gone.id`, edition)
	}
	if err != nil {
		return false, fmt.Errorf("deliveries: dropping old deliveries: %w", err)
	}
	return left, nil
}

// dropTx deletes some deliveries, adds them to counts by state, and returns their number.
func dropTx(ctx context.Context, tx postgres.Tx, edition int64, counts map[string]int64) (int64, error) {
	rows, err := tx.QueryContext(ctx, `
		WITH gone AS (
			DELETE FROM deliveries WHERE edition_id = $1 AND subscriber_id IN (SELECT subscriber_id FROM deliveries WHERE edition_id = $1 LIMIT $2)
			RETURNING state, bytes, complained_at
		)
		SELECT state, count(*), sum(bytes), count(complained_at) FROM gone GROUP BY state`, edition, retireAtOnce)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	var gone int64
	for rows.Next() {
		var state string
		var n, bytes, complained int64
		if err := rows.Scan(&state, &n, &bytes, &complained); err != nil {
			return 0, err
		}
		counts[state] += n
		counts["bytes"] += bytes
		if complained > 0 {
			counts["complained"] += complained
		}
		gone += n
	}
	return gone, rows.Err()
}

// TrimChanges deletes the changes that every lease has read. A lease and a transaction are
// far shorter than a day.
func (s *Store) TrimChanges(ctx context.Context) error {
	if _, err := s.db.ExecContext(ctx, `DELETE FROM changes WHERE at < now() - interval '1 day'`); err != nil {
		return fmt.Errorf("deliveries: dropping old changes: %w", err)
	}
	return nil
}
