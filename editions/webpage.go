package editions

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"corridor/subscribers"
	"corridor/templates"
)

// pageRow is a variant with its newest rendering, for a web page.
type pageRow struct {
	variantRow
	HTML   string        `db:"html"`
	Places pq.Int64Array `db:"html_places"`
	Rest   string        `db:"rest"`
	List   pq.Int64Array `db:"article_list"`
	Gone   bool          `db:"gone"` // at least one of the articles is no longer public
}

// fromPages are the columns and the tables of the queries for a [pageRow].
const fromPages = variantColumns + `, n.html, n.html_places, n.rest, n.article_ids AS article_list, EXISTS (
		SELECT 1 FROM articles a WHERE a.id = ANY (n.article_ids) AND a.state <> 'released') AS gone
	FROM variants v JOIN editions e ON e.id = v.edition_id JOIN renderings n ON n.id = v.rendering_id`

// VariantPage returns a variant of a public edition as a web page. The page has the bytes
// of the email with neutral values for placeholders, and the articles that the email only
// counts. It leaves out articles that are no longer public.
func (s *Store) VariantPage(ctx context.Context, address string, variant int64) (string, error) {
	return s.page(ctx, s.publicURL(address, variant), `SELECT `+fromPages+` WHERE `+isPublic+` AND e.address = $1 AND v.id = $2`, address, variant)
}

// NamedPage returns an edition to named readers alone as a web page. link is the signed
// address of the page; the caller has checked its signature.
func (s *Store) NamedPage(ctx context.Context, edition int64, link string) (string, error) {
	return s.page(ctx, link, `SELECT `+fromPages+` WHERE `+wentOut+` AND `+toNamed+` AND e.id = $1 ORDER BY v.id LIMIT 1`, edition)
}

// page returns the page of the variant that query selects. The error is [ErrNotFound] when
// it selects no variant.
func (s *Store) page(ctx context.Context, viewURL, query string, args ...any) (_ string, err error) {
	defer wrap(&err, "reading a page of an edition")
	var row pageRow
	err = s.db.GetContext(ctx, &row, query, args...)
	if errors.Is(err, sql.ErrNoRows) {
		return "", missing("there is no such edition")
	}
	if err != nil {
		return "", err
	}
	mail := templates.RenderedMail{HTML: row.HTML, HTMLPlaces: row.Places, Rest: row.Rest}
	if row.Gone {
		articles, err := articlesTx(ctx, s.db, row.List, true)
		if err != nil {
			return "", err
		}
		if len(articles) == 0 && oneLine(row.Intro) == "" {
			return "", missing("everything in edition %d is withdrawn", row.Edition)
		}
		if _, mail, err = s.render(row.variantRow, articles, row.Started.Time); err != nil {
			return "", err
		}
	}
	page, places := templates.WebEdition(mail)
	return s.neutral(viewURL).html(page, places)
}

// publicURL returns the web address of a variant of a public edition.
func (s *Store) publicURL(address string, variant int64) string {
	return fmt.Sprintf("%s/editions/%s/%d", s.opts.BaseURL, address, variant)
}

// WasSentTx reports whether a reader was sent, or may have been sent, an edition to named
// readers alone.
func WasSentTx(ctx context.Context, tx *sqlx.Tx, edition, reader int64) (bool, error) {
	ids, err := subscribers.FormerIDs(ctx, tx, reader)
	if err != nil {
		return false, err
	}
	var sent bool
	err = tx.GetContext(ctx, &sent, `
		SELECT EXISTS (SELECT 1 FROM editions e JOIN deliveries d ON d.edition_id = e.id
			WHERE e.id = $1 AND `+wentOut+` AND `+toNamed+` AND d.state IN ('sent', 'uncertain')
				AND d.subscriber_id = ANY ($2))`, edition, pq.Array(append(ids, reader)))
	if err != nil {
		return false, fmt.Errorf("editions: looking up a delivery: %w", err)
	}
	return sent, nil
}
