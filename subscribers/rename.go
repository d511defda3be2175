package subscribers

import (
	"context"
	"fmt"
	"slices"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

// RenameChoiceTx replaces former slugs of a program or region by the present slug in the
// readers' preferences. The readers get another preference set: a set never changes,
// because processes cache its content.
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

// renamed replaces former slugs. The result is sorted and without duplicates.
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
