package editions

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"corridor/articles"
	"corridor/mailer/deliveries"
	"corridor/templates"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

// Prepare renders every variant without a rendering, renders a variant again after one of
// its articles was withdrawn or corrected, and makes the batches of fully rendered editions
// due. Any number of processes may call it at any time; they share the work.
func (s *Store) Prepare(ctx context.Context, now time.Time) error {
	for {
		more, err := s.renderNext(ctx, now)
		if err != nil {
			return err
		}
		if !more {
			break
		}
	}
	if err := s.refresh(ctx, now); err != nil {
		return err
	}
	return s.readyWhole(ctx, now)
}

// variantRow is a variant with the fields of its edition.
type variantRow struct {
	ID         int64          `db:"id"`
	ArticleIDs pq.Int64Array  `db:"article_ids"`
	Shown      int            `db:"shown"`
	Rendering  sql.NullInt64  `db:"rendering_id"`
	Edition    int64          `db:"edition_id"`
	Kind       string         `db:"kind"`
	Frequency  sql.NullString `db:"frequency"`
	Period     sql.NullTime   `db:"period"`
	Subject    string         `db:"subject"`
	Intro      string         `db:"intro"`
	Started    sql.NullTime   `db:"started_at"`
	Audience   []byte         `db:"audience"` // JSON of an Audience
}

const variantColumns = `v.id, v.article_ids, v.shown, v.rendering_id, v.edition_id, e.kind, e.frequency, e.period, e.subject, e.intro, e.started_at, e.audience`

// renderNext renders one variant that no other process is rendering, and reports whether
// there was one.
func (s *Store) renderNext(ctx context.Context, now time.Time) (found bool, err error) {
	defer wrap(&err, "rendering the next variant")
	err = s.db.InTx(ctx, func(tx *sqlx.Tx) error {
		var v variantRow
		err := tx.GetContext(ctx, &v, `
			SELECT `+variantColumns+` FROM variants v JOIN editions e ON e.id = v.edition_id
			WHERE v.rendering_id IS NULL AND e.state NOT IN ('draft', 'approved', 'cancelled')
			ORDER BY v.id LIMIT 1 FOR UPDATE OF v SKIP LOCKED`)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		found = true
		if err := s.renderTx(ctx, tx, v, now); err != nil {
			return fmt.Errorf("variant %d: %w", v.ID, err)
		}
		return nil
	})
	return found, err
}

// renderTx writes a rendering of a variant. The caller has locked the variant's row. An
// article that an earlier rendering left out stays out, because some readers may have been
// sent that rendering. When the article comes back it is released again, and the readers
// that did not get it get it then.
func (s *Store) renderTx(ctx context.Context, tx *sqlx.Tx, v variantRow, now time.Time) error {
	ids := []int64(v.ArticleIDs)
	if v.Rendering.Valid {
		var earlier pq.Int64Array
		if err := tx.GetContext(ctx, &earlier, `SELECT article_ids FROM renderings WHERE id = $1`, v.Rendering.Int64); err != nil {
			return err
		}
		ids = earlier
	}
	if v.Kind == "digest" {
		var err error
		if ids, err = leaveMergedTx(ctx, tx, v.ID, ids); err != nil {
			return err
		}
	}
	articles, err := articlesTx(ctx, tx, ids, true)
	if err != nil {
		return err
	}
	articles = slices.DeleteFunc(articles, func(a Article) bool {
		tooLong := a.size() > maxArticleSize
		if tooLong {
			s.log.Error("an article is left out of an email: its fields are too long", "article_id", a.ID, "variant_id", v.ID)
		}
		return tooLong
	})
	view, mail, err := s.render(v, articles, now)
	if err != nil {
		return err
	}
	var audience Audience
	if err := json.Unmarshal(v.Audience, &audience); err != nil {
		return err
	}
	released := make([]int64, len(articles))
	for i, a := range articles {
		released[i] = a.ID
	}
	if len(articles) == 0 && (v.Kind == "digest" || oneLine(v.Intro) == "") {
		// The deliveries are not missed: an article that comes back is released again.
		if err := deliveries.SkipVariantTx(ctx, tx, v.Edition, v.ID, now); err != nil {
			return err
		}
	}
	_, err = tx.ExecContext(ctx, `
		WITH same AS (
			SELECT n.id FROM variants v JOIN renderings n ON n.id = v.rendering_id
			WHERE v.id = $1 AND n.subject = $2 AND n.html = $3 AND n.text = $4 AND n.rest = $5
				AND (n.html_places IS NULL OR n.html_places = $9 AND n.text_places = $10)
		), added AS (
			INSERT INTO renderings (variant_id, subject, html, text, rest, article_ids, created_at, html_places, text_places, kind, list)
			SELECT $1, $2, $3, $4, $5, $6, $7, $9, $10, $11, $12 WHERE NOT EXISTS (SELECT 1 FROM same)
			RETURNING id
		)
		UPDATE variants SET rendering_id = COALESCE((SELECT id FROM added), (SELECT id FROM same)), checked_at = $8 WHERE id = $1`,
		v.ID, view.Subject, mail.HTML, mail.Text, mail.Rest, pq.Array(released), now, now.Add(-commitTime), pq.Array(mail.HTMLPlaces), pq.Array(mail.TextPlaces),
		v.Kind, audience.list())
	return err
}

// leaveMergedTx returns ids without the articles that were merged into others since the
// digest was planned: some of its readers had the others before. A reader who had not gets
// the article with the next digest, as one that was missed.
func leaveMergedTx(ctx context.Context, tx *sqlx.Tx, variant int64, ids []int64) ([]int64, error) {
	merged, err := articles.MergedTx(ctx, tx)
	if err != nil {
		return nil, err
	}
	kept := slices.DeleteFunc(slices.Clone(ids), func(id int64) bool { return merged[id] != 0 })
	if len(kept) == len(ids) {
		return ids, nil
	}
	_, err = tx.ExecContext(ctx, `
		INSERT INTO missed_deliveries (subscriber_id, variant_id)
		SELECT d.subscriber_id, d.variant_id FROM deliveries d JOIN variants v ON v.id = d.variant_id AND v.edition_id = d.edition_id
		WHERE v.id = $1 AND d.state IN ('queued', 'deferred')
		ON CONFLICT (subscriber_id, variant_id) DO NOTHING`, variant)
	return kept, err
}

// commitTime is the longest time between the changed_at of an article's change and the
// commit that makes the change visible.
const commitTime = 5 * time.Second

func (s *Store) render(v variantRow, articles []Article, now time.Time) (templates.EditionMail, templates.RenderedMail, error) {
	sent := now
	if v.Started.Valid {
		sent = v.Started.Time
	}
	view := s.mailView(content{
		Kind: v.Kind, Frequency: Frequency(v.Frequency.String), Period: v.Period.Time,
		Subject: v.Subject, Intro: v.Intro, Sent: sent, Articles: articles, Shown: v.Shown,
	})
	mail, err := s.mails.Edition(view)
	return view, mail, err
}

// articlesTx reads articles in the order of ids. In the place of an article that was merged
// into another one it reads that one, once. With releasedOnly it leaves out articles that are
// not released.
func articlesTx(ctx context.Context, q sqlx.QueryerContext, ids []int64, releasedOnly bool) ([]Article, error) {
	rows, err := q.QueryxContext(ctx, `
		SELECT array(SELECT id UNION ALL SELECT m.id FROM articles m WHERE m.merged_into = articles.id), id, url, title, authors,
			COALESCE(`+articles.PrintedDateSQL+`, '0001-01-01 00:00:00Z'), programs, summary, image_url, image_credit, image_alt
		FROM articles
		WHERE id IN (SELECT COALESCE(merged_into, id) FROM articles WHERE id = ANY ($1)) AND (state = 'released' OR NOT $2)`, pq.Array(ids), releasedOnly)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	byID := map[int64]Article{}
	for rows.Next() {
		var p Article
		var known pq.Int64Array // its ids: its own and those of articles that were merged into it
		if err := rows.Scan(&known, &p.ID, &p.URL, &p.Title, pq.Array(&p.Authors), &p.Published, pq.Array(&p.Programs), &p.Summary, &p.ImageURL, &p.ImageCredit, &p.ImageAlt); err != nil {
			return nil, err
		}
		for _, id := range known {
			byID[id] = p
		}
	}
	articles := make([]Article, 0, len(ids))
	read := map[int64]bool{}
	for _, id := range ids {
		if p, ok := byID[id]; ok && !read[p.ID] {
			read[p.ID] = true
			articles = append(articles, p)
		}
	}
	return articles, rows.Err()
}

// refresh renders again the variants of unfinished editions with an article that changed
// after they were rendered.
func (s *Store) refresh(ctx context.Context, now time.Time) (err error) {
	defer wrap(&err, "rendering changed variants again")
	var ids []int64
	if err := s.db.SelectContext(ctx, &ids, `
		SELECT v.id FROM variants v JOIN editions e ON e.id = v.edition_id
		WHERE e.state IN ('sending', 'paused', 'held') AND v.rendering_id IS NOT NULL
			AND EXISTS (SELECT 1 FROM variant_articles va JOIN articles w ON w.id = va.article_id JOIN articles a ON a.id IN (w.id, w.merged_into)
				WHERE va.variant_id = v.id AND a.changed_at > v.checked_at)
		ORDER BY v.id`); err != nil {
		return err
	}
	for _, id := range slices.Compact(ids) {
		err := s.db.InTx(ctx, func(tx *sqlx.Tx) error {
			var v variantRow
			err := tx.GetContext(ctx, &v, `
				SELECT `+variantColumns+` FROM variants v JOIN editions e ON e.id = v.edition_id
				WHERE v.id = $1 AND v.rendering_id IS NOT NULL FOR UPDATE OF v SKIP LOCKED`, id)
			if errors.Is(err, sql.ErrNoRows) {
				return nil
			}
			if err != nil {
				return err
			}
			return s.renderTx(ctx, tx, v, now)
		})
		if err != nil {
			return fmt.Errorf("variant %d: %w", id, err)
		}
	}
	return nil
}

// readyWhole makes the batches of fully rendered editions due. Every process calls it after
// its renderings are committed, so that no edition is left behind.
func (s *Store) readyWhole(ctx context.Context, now time.Time) (err error) {
	defer wrap(&err, "making rendered editions due")
	var ids []int64
	if err := s.db.SelectContext(ctx, &ids, `
		SELECT DISTINCT b.edition_id FROM batches b WHERE b.due_at = 'infinity'
			AND NOT EXISTS (SELECT 1 FROM variants v WHERE v.edition_id = b.edition_id AND v.rendering_id IS NULL)`); err != nil {
		return err
	}
	for _, id := range ids {
		err := s.db.InTx(ctx, func(tx *sqlx.Tx) error {
			// A wave that adds variants holds this row until it commits.
			var whole bool
			if err := tx.GetContext(ctx, &whole, `SELECT true FROM editions WHERE id = $1 FOR UPDATE`, id); err != nil {
				return err
			}
			if err := tx.GetContext(ctx, &whole, `SELECT NOT EXISTS (SELECT 1 FROM variants WHERE edition_id = $1 AND rendering_id IS NULL)`, id); err != nil || !whole {
				return err
			}
			return deliveries.ReadyTx(ctx, tx, id, now)
		})
		if err != nil {
			return fmt.Errorf("edition %d: %w", id, err)
		}
	}
	return nil
}
