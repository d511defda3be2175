package editions

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"corridor/mailer/deliveries"

	"github.com/jmoiron/sqlx"
)

// Retire deletes the deliveries of editions that ended longer than keep ago, some thousands
// at a time, and keeps their number by state in the edition. A keep of 0 keeps all
// deliveries.
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
		return fmt.Errorf("editions: dropping old deliveries: %w", err)
	}
	return nil
}

// retireSome deletes some of an edition's deliveries and reports whether there may be more.
func (s *Store) retireSome(ctx context.Context, id int64) (left bool, err error) {
	err = s.db.InTx(ctx, func(tx *sqlx.Tx) error {
		var kept []byte
		err := tx.GetContext(ctx, &kept, `SELECT kept_counts FROM editions WHERE id = $1 FOR UPDATE`, id)
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
		if left, err = deliveries.RetireTx(ctx, tx, id, counts); err != nil {
			return err
		}
		merged, err := json.Marshal(counts)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `UPDATE editions SET kept_counts = $2 WHERE id = $1`, id, merged)
		return err
	})
	return left, err
}
