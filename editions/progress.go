package editions

import (
	"context"
	"database/sql"
	"errors"
)

// Progress is the state of an edition and whether it has open deliveries.
type Progress struct {
	State  State  `db:"state"`
	Reason string `db:"reason"`
	Open   bool   `db:"open"` // at least one delivery is queued, in flight or deferred
}

// Progress returns the progress of an edition. A finished batch has no due time and is not
// read, so that frequent calls are cheap for an edition of any size.
func (s *Store) Progress(ctx context.Context, id int64) (_ Progress, err error) {
	defer wrap(&err, "reading the progress of edition %d", id)
	var p Progress
	err = s.db.GetContext(ctx, &p, `
		SELECT state, reason, EXISTS (
				SELECT 1 FROM batches b JOIN deliveries d ON d.batch_id = b.id
				WHERE b.edition_id = e.id AND b.due_at IS NOT NULL AND d.state IN ('queued', 'deferred')
			) AS open
		FROM editions e WHERE id = $1`, id)
	if errors.Is(err, sql.ErrNoRows) {
		return p, missing("there is no edition %d; 'corridor editions list' shows all", id)
	}
	return p, err
}
