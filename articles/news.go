package articles

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"
)

// newsTx records that the article's release at that time makes it news in every feed it
// stands in. Package feeds has the rule that places articles by it.
func newsTx(ctx context.Context, tx *sqlx.Tx, id int64, now time.Time) error {
	if _, err := tx.ExecContext(ctx, `UPDATE articles SET news_at = news_at || $2::timestamptz WHERE id = $1`, id, now); err != nil {
		return fmt.Errorf("articles: recording news: %w", err)
	}
	return nil
}

// labelNewsTx records that a released article is news, from that time on, to the readers
// who follow the labels that it has gained. With newsOnly an article that is in no digest
// stays where it is in feeds as well.
func labelNewsTx(ctx context.Context, tx *sqlx.Tx, id int64, gained []string, newsOnly bool, now time.Time) error {
	at := map[string]time.Time{}
	for _, label := range gained {
		at[label] = now.UTC().Truncate(time.Microsecond)
	}
	added, err := json.Marshal(at)
	if err == nil {
		_, err = tx.ExecContext(ctx, `UPDATE articles SET gained = gained || $2 WHERE id = $1 AND (newsworthy OR NOT $3)`, id, added, newsOnly)
	}
	if err != nil {
		return fmt.Errorf("articles: recording news by label: %w", err)
	}
	return nil
}

// gainedLabels are the labels that were added, like "program eep" and "region x".
func gainedLabels(programs, regions, newPrograms, newRegions []string) []string {
	var gained []string
	add := func(kind string, before, after []string) {
		for _, label := range after {
			if !slices.Contains(before, label) {
				gained = append(gained, kind+" "+label)
			}
		}
	}
	add("program", programs, newPrograms)
	add("region", regions, newRegions)
	return gained
}
