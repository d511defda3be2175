package editions

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/lib/pq"

	"corridor/templates"
)

// Archived is an edition as everybody may see it.
type Archived struct {
	ID    int64
	Kind  string // digest, special
	Name  string
	Line  string // "Daily digest · 23 November 2026"
	Sent  time.Time
	Intro []string
	Count int // pieces that are still public
	// Named tells that staff sent it to readers whom they named, and nobody else: it is
	// reached by those who have its address, and not listed.
	Named bool
}

// sentEditions are those that went out: no drafts, none held. One that was cancelled
// shows what some have had.
const sentEditions = `
	FROM editions e
	WHERE e.started_at IS NOT NULL
		AND (e.state IN ('sending', 'paused', 'finished')
			OR e.state = 'cancelled' AND EXISTS (SELECT 1 FROM deliveries d WHERE d.edition_id = e.id AND d.state = 'sent'))`

type archivedRow struct {
	ID        int64          `db:"id"`
	Kind      string         `db:"kind"`
	Frequency sql.NullString `db:"frequency"`
	Period    sql.NullTime   `db:"period"`
	Subject   string         `db:"subject"`
	Intro     string         `db:"intro"`
	Started   time.Time      `db:"started_at"`
	Named     bool           `db:"named"`
	Pieces    int            `db:"pieces"`
}

// namedOnly is an audience of named readers without any other condition.
const namedOnly = `(e.audience ? 'readers' AND NOT e.audience ?| ARRAY['programs', 'regions', 'frequencies', 'editions', 'articles'])`

const archivedColumns = `e.id, e.kind, e.frequency, e.period, e.subject, e.intro, e.started_at, ` + namedOnly + ` AS named, (
	SELECT count(DISTINCT a.id) FROM variants v JOIN variant_articles va ON va.variant_id = v.id JOIN articles a ON a.id = va.article_id
	WHERE v.edition_id = e.id AND a.state = 'released') AS pieces`

func (s *Store) archived(row archivedRow) Archived {
	a := Archived{ID: row.ID, Kind: row.Kind, Name: row.Subject, Sent: row.Started, Intro: paragraphs(row.Intro), Count: row.Pieces, Named: row.Named}
	a.Line = "Special edition · " + s.date(row.Started)
	if row.Kind == "digest" {
		a.Line = dateline(Frequency(row.Frequency.String), row.Period.Time)
	}
	return a
}

// Archive lists the editions that went out, newest first: at most limit of them, older
// than the one named, if it is not 0.
func (s *Store) Archive(ctx context.Context, before int64, limit int) ([]Archived, error) {
	var rows []archivedRow
	err := s.db.SelectContext(ctx, &rows, `SELECT `+archivedColumns+sentEditions+` AND NOT `+namedOnly+` AND (e.id < $1 OR $1 = 0) ORDER BY e.id DESC LIMIT $2`, before, limit)
	list := make([]Archived, 0, len(rows))
	for _, row := range rows {
		list = append(list, s.archived(row))
	}
	return list, err
}

// ArchivedEdition returns one edition with all its pieces that still are public, by
// program. The error is [ErrNotFound] when it has not gone out.
func (s *Store) ArchivedEdition(ctx context.Context, id int64) (Archived, []templates.MailSection, error) {
	var row archivedRow
	err := s.db.GetContext(ctx, &row, `SELECT `+archivedColumns+sentEditions+` AND e.id = $1`, id)
	if errors.Is(err, sql.ErrNoRows) {
		return Archived{}, nil, missing("there is no edition %d", id)
	}
	if err != nil {
		return Archived{}, nil, err
	}
	var ids []int64
	if err := s.db.SelectContext(ctx, &ids, `
		SELECT a.id FROM variants v JOIN variant_articles va ON va.variant_id = v.id JOIN articles a ON a.id = va.article_id
		WHERE v.edition_id = $1 GROUP BY a.id ORDER BY max(array_position(v.article_ids, a.id)) FILTER (WHERE v.upto_no = 0), a.release_no DESC`, id); err != nil {
		return Archived{}, nil, err
	}
	pieces, err := piecesTx(ctx, s.db, ids, true)
	if err != nil {
		return Archived{}, nil, err
	}
	if row.Kind == "special" && len(pieces) > 0 {
		return s.archived(row), []templates.MailSection{{Articles: s.mailArticles(pieces)}}, nil
	}
	return s.archived(row), s.byProgram(pieces), nil
}

// VariantPage returns a variant as a web page: the bytes that were mailed, for no
// reader in particular, with what the mail only counted, and without what was
// withdrawn since.
func (s *Store) VariantPage(ctx context.Context, edition, variant int64) (string, error) {
	var row struct {
		variantRow
		State string        `db:"state"`
		HTML  string        `db:"html"`
		Place pq.Int64Array `db:"html_places"`
		Rest  string        `db:"rest"`
		Gone  bool          `db:"gone"`
		List  pq.Int64Array `db:"article_list"`
	}
	err := s.db.GetContext(ctx, &row, `
		SELECT `+variantColumns+`, e.state, n.html, n.html_places, n.rest, n.article_ids AS article_list, EXISTS (
				SELECT 1 FROM articles a WHERE a.id = ANY (n.article_ids) AND a.state <> 'released') AS gone
		FROM variants v JOIN editions e ON e.id = v.edition_id JOIN renderings n ON n.id = v.rendering_id
		WHERE v.id = $2 AND e.id = $1 AND e.state NOT IN ('draft', 'approved', 'held')`, edition, variant)
	if errors.Is(err, sql.ErrNoRows) {
		return "", missing("there is no edition %d/%d", edition, variant)
	}
	if err != nil {
		return "", err
	}
	mail := templates.RenderedMail{HTML: row.HTML, HTMLPlaces: row.Place, Rest: row.Rest}
	if row.Gone {
		pieces, err := piecesTx(ctx, s.db, row.List, true)
		if err != nil {
			return "", err
		}
		if len(pieces) == 0 && oneLine(row.Intro) == "" {
			return "", missing("everything in edition %d/%d is withdrawn", edition, variant)
		}
		if _, mail, err = s.render(row.variantRow, pieces, row.Started.Time); err != nil {
			return "", err
		}
	}
	page, places := templates.WebEdition(mail)
	return s.neutral(s.viewURL(edition, variant)).html(page, places)
}

// viewURL is where a variant is read on the web.
func (s *Store) viewURL(edition, variant int64) string {
	return fmt.Sprintf("%s/editions/%d/%d", s.opts.BaseURL, edition, variant)
}
