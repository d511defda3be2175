package editions

import (
	"context"
	"database/sql"
	"errors"
)

// Progress is whether an edition still has something to deliver.
type Progress struct {
	State  string `db:"state"`
	Reason string `db:"reason"`
	Open   bool   `db:"open"` // deliveries are queued, being sent or deferred
}

// Progress tells how far an edition is. Batches that are done have no due time, so
// that asking often costs little however many readers it has.
func (s *Store) Progress(ctx context.Context, id int64) (Progress, error) {
	var p Progress
	err := s.db.GetContext(ctx, &p, `
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
