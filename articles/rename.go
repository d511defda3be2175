package articles

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

// Dimension is one of the two by which articles are labelled.
type Dimension string

// The dimensions, by the names of their columns.
const (
	Programs Dimension = "programs"
	Regions  Dimension = "regions"
)

// RenameLabelTx replaces former slugs by the present one in articles, and returns the
// number of changed articles. It is no release: the readers of the former slug follow the
// present one.
func RenameLabelTx(ctx context.Context, tx *sqlx.Tx, d Dimension, former []string, slug string, now time.Time) (int, error) {
	var ids []int64
	column := string(d) // one of two constants
	err := tx.SelectContext(ctx, &ids, `
		UPDATE articles SET changed_at = $3,
			`+column+` = ARRAY(SELECT DISTINCT CASE WHEN l = ANY ($1) THEN $2 ELSE l END FROM unnest(`+column+`) AS l ORDER BY 1),
			gained = (SELECT COALESCE(jsonb_object_agg(key, at), '{}') FROM (
				SELECT CASE WHEN key = ANY (SELECT $4 || ' ' || f FROM unnest($1::text[]) AS f) THEN $4 || ' ' || $2 ELSE key END AS key, min(value #>> '{}') AS at
				FROM jsonb_each(gained) GROUP BY 1) AS renamed)
		WHERE `+column+` && $1
		RETURNING id`, pq.Array(former), slug, now, strings.TrimSuffix(column, "s"))
	if err == nil {
		_, err = tx.ExecContext(ctx, `
			UPDATE articles SET
				read_programs = CASE WHEN $3 THEN ARRAY(SELECT DISTINCT CASE WHEN l = ANY ($1) THEN $2 ELSE l END FROM unnest(read_programs) AS l ORDER BY 1) ELSE read_programs END,
				read_regions = CASE WHEN $3 THEN read_regions ELSE ARRAY(SELECT DISTINCT CASE WHEN l = ANY ($1) THEN $2 ELSE l END FROM unnest(read_regions) AS l ORDER BY 1) END
			WHERE CASE WHEN $3 THEN read_programs ELSE read_regions END && $1::text[]`, pq.Array(former), slug, d == Programs)
	}
	for _, id := range ids {
		if err == nil {
			_, err = tx.ExecContext(ctx, `SELECT pg_notify('articles', $1::text)`, id)
		}
	}
	if err != nil {
		return 0, fmt.Errorf("articles: renaming a label: %w", err)
	}
	return len(ids), nil
}
