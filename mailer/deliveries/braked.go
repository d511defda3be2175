package deliveries

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
)

// HoldBraked holds every edition in state sending, because every relay of the caller is
// braked. They go on when a brake opens.
func (s *Store) HoldBraked(ctx context.Context, reason string) error {
	return s.eachEdition(ctx, `SELECT id FROM editions WHERE state = 'sending' ORDER BY id`, func(tx *sqlx.Tx, edition int64) error {
		held, err := s.events.Braked(ctx, tx, edition, reason)
		if err == nil && held {
			s.log.Error("an edition is held until the mail server accepts our emails again", "edition_id", edition, "reason", reason)
		}
		return err
	})
}

// ReleaseBraked continues the editions that the brake held. The time since then does not
// count toward the time for which deliveries are retried.
func (s *Store) ReleaseBraked(ctx context.Context) error {
	return s.eachEdition(ctx, `SELECT id FROM editions WHERE state = 'held' AND braked ORDER BY id`, func(tx *sqlx.Tx, edition int64) error {
		since, released, err := s.events.Released(ctx, tx, edition)
		if err != nil || !released {
			return err
		}
		return ExcuseTx(ctx, tx, edition, since, time.Now())
	})
}

// eachEdition calls do for each edition of a query, in a transaction of its own.
func (s *Store) eachEdition(ctx context.Context, query string, do func(tx *sqlx.Tx, edition int64) error) error {
	var editions []int64
	if err := s.db.SelectContext(ctx, &editions, query); err != nil {
		return fmt.Errorf("deliveries: looking for editions: %w", err)
	}
	for _, edition := range editions {
		if err := s.db.InTx(ctx, func(tx *sqlx.Tx) error { return do(tx, edition) }); err != nil {
			return fmt.Errorf("deliveries: holding or releasing edition %d: %w", edition, err)
		}
	}
	return nil
}
