package articles

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

// Label replaces an article's programs, its regions, or both by staff's. A nil list stays
// as it is, an empty list removes the labels. Gathering leaves both lists alone from then
// on. Readers of an added label get the article unless they have had it.
func (s *Store) Label(ctx context.Context, id int64, programs, regions []string, now time.Time) (Article, error) {
	return s.change(ctx, id, func(tx *sqlx.Tx, a Article) error {
		if programs == nil {
			programs = a.Programs
		}
		if regions == nil {
			regions = a.Regions
		}
		return relabelTx(ctx, tx, a, programs, regions, true, now)
	})
}

// ResetLabels gives an article the labels that its page had when it was last read, and
// gathering follows the page again. It reports whether those are known: an article that
// staff labelled before readings were recorded gets its page's labels when the page is
// read the next time.
func (s *Store) ResetLabels(ctx context.Context, id int64, now time.Time) (a Article, known bool, err error) {
	a, err = s.change(ctx, id, func(tx *sqlx.Tx, a Article) error {
		var programs, regions pq.StringArray
		var staff bool
		err := tx.QueryRowContext(ctx, `
			SELECT a.staff_labelled, COALESCE(a.read_programs, v.programs), COALESCE(a.read_regions, v.regions)
			FROM articles a LEFT JOIN LATERAL (
				SELECT ARRAY(SELECT jsonb_array_elements_text(article->'programs')) AS programs, ARRAY(SELECT jsonb_array_elements_text(article->'regions')) AS regions
				FROM article_versions
				WHERE article_id = a.id AND NOT (article->>'staff_labelled')::boolean
				ORDER BY version DESC LIMIT 1
			) v ON true
			WHERE a.id = $1`, id).Scan(&staff, &programs, &regions)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return fmt.Errorf("articles: reading a page's labels: %w", err)
		}
		if known = !staff || programs != nil && regions != nil; !known {
			return forgetReadingTx(ctx, tx, id)
		}
		if !staff {
			return nil
		}
		return relabelTx(ctx, tx, a, programs, regions, false, now)
	})
	return a, known, err
}

// relabelTx replaces labels. A released article that gains one takes a new release number.
func relabelTx(ctx context.Context, tx *sqlx.Tx, a Article, programs, regions []string, staff bool, now time.Time) error {
	programs, regions = sorted(programs), sorted(regions)
	if _, err := tx.ExecContext(ctx, `
		UPDATE articles SET programs = $2, regions = $3, staff_labelled = $4 WHERE id = $1`,
		a.ID, pq.Array(programs), pq.Array(regions), staff); err != nil {
		return fmt.Errorf("articles: labelling: %w", err)
	}
	if gained := gainedLabels(a.Programs, a.Regions, programs, regions); a.State == Released && len(gained) > 0 {
		if err := labelNewsTx(ctx, tx, a.ID, gained, false, now); err != nil {
			return err
		}
		return releaseTx(ctx, tx, a.ID, now)
	}
	return touchTx(ctx, tx, a.ID, now)
}

// forgetReadingTx has the next gathering read an article's page as if it had changed, and
// take its labels over.
func forgetReadingTx(ctx context.Context, tx *sqlx.Tx, id int64) error {
	_, err := tx.ExecContext(ctx, `
		UPDATE articles SET staff_labelled = false, content_hash = '', rules = $2, digest = NULL, etag = '', last_modified = ''
		WHERE id = $1`, id, readingRules)
	if err != nil {
		return fmt.Errorf("articles: forgetting a reading: %w", err)
	}
	return nil
}
