package subscribers

import (
	"context"
	"fmt"
	"slices"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

// RenameChoiceTx moves readers who chose a former slug of a program or region to its
// present one. A preference set never changes, because processes remember what it
// holds: so they get another.
func RenameChoiceTx(ctx context.Context, tx *sqlx.Tx, program bool, former []string, slug string) error {
	var sets []struct {
		ID       int64          `db:"id"`
		Programs pq.StringArray `db:"programs"`
		Regions  pq.StringArray `db:"regions"`
	}
	if err := tx.SelectContext(ctx, &sets, `
		SELECT id, programs, regions FROM preference_sets p
		WHERE CASE WHEN $2 THEN programs ELSE regions END && $1 AND EXISTS (SELECT FROM subscribers WHERE preference_set_id = p.id)`,
		pq.Array(former), program); err != nil {
		return fmt.Errorf("subscribers: renaming a choice: %w", err)
	}
	for _, set := range sets {
		if program {
			set.Programs = renamed(set.Programs, former, slug)
		} else {
			set.Regions = renamed(set.Regions, former, slug)
		}
		id, err := InternTx(ctx, tx, set.Programs, set.Regions)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `UPDATE subscribers SET preference_set_id = $2 WHERE preference_set_id = $1`, set.ID, id); err != nil {
			return fmt.Errorf("subscribers: renaming a choice: %w", err)
		}
	}
	return nil
}

// renamed replaces former slugs; the result is sorted and single.
func renamed(slugs, former []string, slug string) []string {
	list := slices.Clone(slugs)
	for i, s := range list {
		if slices.Contains(former, s) {
			list[i] = slug
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}
