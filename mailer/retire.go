package mailer

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
)

// retireAtOnce bounds one transaction: a long one would hold up the sender's clean-up.
const retireAtOnce = 20_000

// Retire counts the deliveries of editions that ended longer than keep ago into their
// edition, and drops them, some thousands at a time.
func (s *Store) Retire(ctx context.Context, keep time.Duration) error {
	if keep <= 0 {
		return nil
	}
	var ids []int64
	err := s.db.SelectContext(ctx, &ids, `
		SELECT id FROM editions e
		WHERE state IN ('finished', 'cancelled') AND finished_at < now() - $1::interval
			AND EXISTS (SELECT FROM deliveries d WHERE d.edition_id = e.id)
		ORDER BY id`, keep.String())
	for i := 0; err == nil && i < len(ids); {
		var left bool
		if left, err = s.retireSome(ctx, ids[i]); !left {
			i++
		}
	}
	if err != nil {
		return fmt.Errorf("mailer: dropping old deliveries: %w", err)
	}
	return nil
}

// retireSome drops some of an edition's deliveries and tells whether there may be more.
func (s *Store) retireSome(ctx context.Context, edition int64) (left bool, err error) {
	err = s.db.InTx(ctx, func(tx *sqlx.Tx) error {
		var kept []byte
		err := tx.GetContext(ctx, &kept, `SELECT kept_counts FROM editions WHERE id = $1 FOR UPDATE`, edition)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		counts := map[string]int64{}
		if len(kept) > 0 {
			if err := json.Unmarshal(kept, &counts); err != nil {
				return err
			}
		}
		gone, err := dropTx(ctx, tx, edition, counts)
		if err != nil {
			return err
		}
		if left = gone == retireAtOnce; !left {
			if _, err := tx.ExecContext(ctx, `
				WITH gone AS (DELETE FROM batches WHERE edition_id = $1 RETURNING id)
				DELETE FROM journal j USING gone WHERE j.batch_id = gone.id`, edition); err != nil {
				return err
			}
		}
		merged, err := json.Marshal(counts)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `UPDATE editions SET kept_counts = $2 WHERE id = $1`, edition, merged)
		return err
	})
	return left, err
}

// dropTx deletes some deliveries, adds them to counts by state, and returns how many.
func dropTx(ctx context.Context, tx *sqlx.Tx, edition int64, counts map[string]int64) (int64, error) {
	rows, err := tx.QueryContext(ctx, `
		WITH gone AS (
			DELETE FROM deliveries WHERE edition_id = $1 AND subscriber_id IN (SELECT subscriber_id FROM deliveries WHERE edition_id = $1 LIMIT $2)
			RETURNING state, bytes
		)
		SELECT state, count(*), sum(bytes) FROM gone GROUP BY state`, edition, retireAtOnce)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	var gone int64
	for rows.Next() {
		var state string
		var n, bytes int64
		if err := rows.Scan(&state, &n, &bytes); err != nil {
			return 0, err
		}
		counts[state] += n
		counts["bytes"] += bytes
		gone += n
	}
	return gone, rows.Err()
}

// TrimChanges drops what every lease has read by now. A day is far longer than a lease
// is worked on, and than a change takes to be committed.
func (s *Store) TrimChanges(ctx context.Context) error {
	if _, err := s.db.ExecContext(ctx, `DELETE FROM changes WHERE at < now() - interval '1 day'`); err != nil {
		return fmt.Errorf("mailer: dropping old changes: %w", err)
	}
	return nil
}
