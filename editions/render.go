package editions

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"corridor/mailer"
	"corridor/templates"
)

// Prepare renders every variant that has no rendering, renders again what was
// withdrawn or corrected before it went out, and lets senders have the editions that
// are whole. Any number of processes share the work; it may be called at any time.
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

// variantRow is a variant with what its edition says.
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
}

const variantColumns = `v.id, v.article_ids, v.shown, v.rendering_id, v.edition_id, e.kind, e.frequency, e.period, e.subject, e.intro, e.started_at`

// renderNext renders one variant that nobody else is rendering, and tells whether
// there was one.
func (s *Store) renderNext(ctx context.Context, now time.Time) (bool, error) {
	found := false
	err := s.db.InTx(ctx, func(tx *sqlx.Tx) error {
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
		return s.renderTx(ctx, tx, v, now)
	})
	return found, err
}

// renderTx writes a rendering of the variant, whose row the caller has locked. What
// an earlier rendering left out stays out: some readers have had that one, and a piece
// that comes back is released again, for all who did not get it.
func (s *Store) renderTx(ctx context.Context, tx *sqlx.Tx, v variantRow, now time.Time) error {
	ids := []int64(v.ArticleIDs)
	if v.Rendering.Valid {
		var earlier pq.Int64Array
		if err := tx.GetContext(ctx, &earlier, `SELECT article_ids FROM renderings WHERE id = $1`, v.Rendering.Int64); err != nil {
			return err
		}
		ids = earlier
	}
	pieces, err := piecesTx(ctx, tx, ids, true)
	if err != nil {
		return err
	}
	pieces = slices.DeleteFunc(pieces, func(p Piece) bool {
		tooLong := p.size() > maxPiece
		if tooLong {
			s.log.Error("an article is left out of an email: its fields are too long", "article_id", p.ID, "variant_id", v.ID)
		}
		return tooLong
	})
	view, mail, err := s.render(v, pieces, now)
	if err != nil {
		return fmt.Errorf("editions: rendering variant %d: %w", v.ID, err)
	}
	released := make([]int64, len(pieces))
	for i, p := range pieces {
		released[i] = p.ID
	}
	if len(pieces) == 0 && (v.Kind == "digest" || oneLine(v.Intro) == "") {
		if err := skipVariantTx(ctx, tx, v, now); err != nil {
			return err
		}
	}
	_, err = tx.ExecContext(ctx, `
		WITH same AS (
			SELECT n.id FROM variants v JOIN renderings n ON n.id = v.rendering_id
			WHERE v.id = $1 AND n.subject = $2 AND n.html = $3 AND n.text = $4 AND n.rest = $5
				AND (n.html_places IS NULL OR n.html_places = $9 AND n.text_places = $10)
		), added AS (
			INSERT INTO renderings (variant_id, subject, html, text, rest, article_ids, created_at, html_places, text_places)
			SELECT $1, $2, $3, $4, $5, $6, $7, $9, $10 WHERE NOT EXISTS (SELECT 1 FROM same)
			RETURNING id
		)
		UPDATE variants SET rendering_id = COALESCE((SELECT id FROM added), (SELECT id FROM same)), checked_at = $8 WHERE id = $1`,
		v.ID, view.Subject, mail.HTML, mail.Text, mail.Rest, pq.Array(released), now, now.Add(-commitTime), pq.Array(mail.HTMLPlaces), pq.Array(mail.TextPlaces))
	return err
}

// commitTime is how long a change of an article may take from the moment it is dated
// with until others see it.
const commitTime = 5 * time.Second

// skipVariantTx spares readers a mail of which everything was withdrawn. They are not
// owed it: what comes back is released again. Senders look again.
func skipVariantTx(ctx context.Context, tx *sqlx.Tx, v variantRow, now time.Time) error {
	_, err := tx.ExecContext(ctx, `
		WITH open AS MATERIALIZED (
			SELECT subscriber_id FROM deliveries WHERE edition_id = $1 AND variant_id = $2 AND state IN ('queued', 'deferred')
			ORDER BY subscriber_id FOR UPDATE
		), spared AS (
			UPDATE deliveries d SET state = 'skipped', reason = 'cancelled', last_at = $3
			FROM open WHERE d.edition_id = $1 AND d.subscriber_id = open.subscriber_id
		)
		INSERT INTO changes (of, id) VALUES ('variant', $2)`, v.Edition, v.ID, now)
	return err
}

func (s *Store) render(v variantRow, pieces []Piece, now time.Time) (templates.EditionMail, templates.RenderedMail, error) {
	sent := now
	if v.Started.Valid {
		sent = v.Started.Time
	}
	view := s.mailView(letter{
		Kind: v.Kind, Frequency: Frequency(v.Frequency.String), Period: v.Period.Time,
		Subject: v.Subject, Intro: v.Intro, Sent: sent, Pieces: pieces, Shown: v.Shown,
	})
	mail, err := s.mails.Edition(view)
	return view, mail, err
}

// piecesTx reads the articles in the order of ids; only those that are released now,
// if releasedOnly.
func piecesTx(ctx context.Context, q sqlx.QueryerContext, ids []int64, releasedOnly bool) ([]Piece, error) {
	rows, err := q.QueryxContext(ctx, `
		SELECT id, url, title, authors, COALESCE(published, '0001-01-01 00:00:00Z'), programs, summary, image_url, image_credit
		FROM articles WHERE id = ANY ($1) AND (state = 'released' OR NOT $2)`, pq.Array(ids), releasedOnly)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	byID := map[int64]Piece{}
	for rows.Next() {
		var p Piece
		if err := rows.Scan(&p.ID, &p.URL, &p.Title, pq.Array(&p.Authors), &p.Published, pq.Array(&p.Programs), &p.Summary, &p.ImageURL, &p.ImageCredit); err != nil {
			return nil, err
		}
		byID[p.ID] = p
	}
	pieces := make([]Piece, 0, len(ids))
	for _, id := range ids {
		if p, ok := byID[id]; ok {
			pieces = append(pieces, p)
		}
	}
	return pieces, rows.Err()
}

// refresh renders again the variants of unfinished editions that hold an article which
// changed since they were rendered.
func (s *Store) refresh(ctx context.Context, now time.Time) error {
	var ids []int64
	if err := s.db.SelectContext(ctx, &ids, `
		SELECT v.id FROM variants v JOIN editions e ON e.id = v.edition_id
		WHERE e.state IN ('sending', 'paused', 'held') AND v.rendering_id IS NOT NULL
			AND EXISTS (SELECT 1 FROM variant_articles va JOIN articles a ON a.id = va.article_id
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
			return err
		}
	}
	return nil
}

// readyWhole hands over the editions whose variants are all rendered. Asking after
// every rendering is committed, whoever made it, leaves none behind.
func (s *Store) readyWhole(ctx context.Context, now time.Time) error {
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
			return mailer.ReadyTx(ctx, tx, id, now)
		})
		if err != nil {
			return err
		}
	}
	return nil
}
