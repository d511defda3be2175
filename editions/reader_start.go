package editions

import (
	"context"
	"fmt"
	"time"

	"corridor/articles"
	"corridor/postgres"
	"corridor/subscribers"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

// startTx records what new readers had received before their first digest here.
func startTx(ctx context.Context, tx postgres.Tx, readers []subscribers.Start) error {
	ids, times := make([]int64, len(readers)), make([]string, len(readers))
	for i, r := range readers {
		ids[i], times[i] = r.ID, r.HadUntil.UTC().Format(time.RFC3339Nano)
	}
	if _, err := tx.ExecContext(ctx, `
		INSERT INTO reader_starts (subscriber_id, had_until) SELECT * FROM unnest($1::bigint[], $2::timestamptz[])
		ON CONFLICT (subscriber_id) DO NOTHING`, pq.Array(ids), pq.Array(times)); err != nil {
		return fmt.Errorf("editions: recording what new readers had: %w", err)
	}
	return nil
}

// had returns the positions of readers as times. Release numbers mean nothing in another
// database, so a position becomes the time of the newest article up to it.
func had(ctx context.Context, q postgres.Tx, ids []int64) ([]subscribers.Start, error) {
	var list []subscribers.Start
	if err := sqlx.SelectContext(ctx, q, &list, `
		WITH positions AS (
			SELECT subscriber_id, seen_release_no AS seen FROM reader_positions WHERE subscriber_id = ANY ($1)
		), seen AS (
			SELECT seen, (
				SELECT max(`+articles.NewsTimeSQL+`) FROM articles WHERE state = 'released' AND newsworthy AND release_no <= seen
			) AS had_until
			FROM (SELECT DISTINCT seen FROM positions) AS numbers
		)
		SELECT subscriber_id, had_until FROM positions JOIN seen USING (seen) WHERE had_until IS NOT NULL
		UNION ALL
		SELECT subscriber_id, had_until FROM reader_starts
		WHERE subscriber_id = ANY ($1) AND NOT EXISTS (SELECT FROM positions p WHERE p.subscriber_id = reader_starts.subscriber_id)`,
		pq.Array(ids)); err != nil {
		return nil, fmt.Errorf("editions: reading what readers had: %w", err)
	}
	return list, nil
}
