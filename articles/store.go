package articles

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"corridor/postgres"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

// ErrUnknown is returned for an article that is not known here. [Store.Find] adds its key.
var ErrUnknown = errors.New("there is no article")

// Store keeps articles in PostgreSQL.
type Store struct {
	db *postgres.DB
}

// NewStore returns the store of db's articles.
func NewStore(db *postgres.DB) *Store { return &Store{db: db} }

// Filter chooses articles. Zero fields do not restrict.
type Filter struct {
	States       []State
	Program      string // slug
	Region       string // slug
	Author       string // slug, as AuthorSlug gives it
	Source       string
	AfterRelease int64 // released with a higher number
	Unclear      bool  // without a region, but perhaps about one
	ByStaff      bool  // labelled by staff
	Limit        int
}

// The columns of an Article: with its texts, and without.
const (
	articleColumns = columnsBeforeText + `content_html, content_text` + columnsAfterText
	briefColumns   = columnsBeforeText + `'', ''` + columnsAfterText

	columnsBeforeText = `
		id, uid, url, COALESCE(guid, ''), source, state, title, authors, published, ` + EditedSQL + `, programs, regions,
		summary, image_url, image_credit, image_alt, language, words, `
	columnsAfterText = `, media, version,
		refused, held_reason, newsworthy, COALESCE(release_no, 0), released_at, changed_at, withdrawn_at, first_seen_at, labels, staff_labelled, ` + PrintedDateSQL
)

type scanner interface{ Scan(dest ...any) error }

func scanArticle(row scanner) (Article, error) {
	var a Article
	var published, updated, released, withdrawn, date sql.NullTime
	var read storedLabels
	var staff bool
	err := row.Scan(&a.ID, &a.UID, &a.URL, &a.GUID, &a.Source, &a.State, &a.Title, pq.Array(&a.Authors), &published, &updated,
		pq.Array(&a.Programs), pq.Array(&a.Regions), &a.Summary, &a.ImageURL, &a.ImageCredit, &a.ImageAlt, &a.Language, &a.Words,
		&a.ContentHTML, &a.ContentText, (*storedMedia)(&a.Media), &a.Version, &a.Refused, &a.HeldReason, &a.Newsworthy, &a.ReleaseNo, &released, &a.ChangedAt, &withdrawn, &a.FirstSeenAt, &read, &staff, &date)
	if errors.Is(err, sql.ErrNoRows) {
		return Article{}, ErrUnknown
	}
	if err != nil {
		return Article{}, fmt.Errorf("articles: reading an article: %w", err)
	}
	a.Published, a.Updated, a.ReleasedAt, a.WithdrawnAt, a.Date = published.Time, updated.Time, released.Time, withdrawn.Time, date.Time
	a.Labels = read.of(a, staff)
	return a, nil
}

// Get returns the article with that id, or the one that it was merged into, or ErrUnknown.
func (s *Store) Get(ctx context.Context, id int64) (Article, error) {
	return scanArticle(s.db.QueryRowContext(ctx, `SELECT `+articleColumns+` FROM articles WHERE id = (SELECT COALESCE(merged_into, id) FROM articles WHERE id = $1)`, id))
}

// List returns the articles that filter chooses, newest first, by [DateSQL].
func (s *Store) List(ctx context.Context, f Filter) ([]Article, error) {
	names, err := s.authorNames(ctx, f.Author)
	if err != nil {
		return nil, err
	}
	limit := sql.NullInt64{Int64: int64(f.Limit), Valid: f.Limit > 0}
	states := make([]string, len(f.States))
	for i, state := range f.States {
		states[i] = string(state)
	}
	rows, err := s.db.QueryContext(ctx, `
		SELECT `+articleColumns+` FROM articles
		WHERE (cardinality($1::text[]) = 0 OR state = ANY ($1))
			AND ($2 = '' OR programs @> ARRAY[$2])
			AND ($3 = '' OR regions @> ARRAY[$3])
			AND ($4 = '' OR authors && $5)
			AND ($6 = '' OR source = $6)
			AND ($7 = 0 OR release_no > $7)
			AND merged_into IS NULL
			AND (NOT $9 OR regions = '{}' AND NOT staff_labelled AND labels @> '[{"kind": "region"}]')
			AND (NOT $10 OR staff_labelled)
		ORDER BY `+DateSQL+` DESC, id DESC
		LIMIT $8`, pq.Array(states), f.Program, f.Region, f.Author, pq.Array(names), f.Source, f.AfterRelease, limit, f.Unclear, f.ByStaff)
	if err != nil {
		return nil, fmt.Errorf("articles: listing: %w", err)
	}
	defer rows.Close()
	list := []Article{}
	for rows.Next() {
		a, err := scanArticle(rows)
		if err != nil {
			return nil, err
		}
		list = append(list, a)
	}
	return list, rows.Err()
}

// Authors lists the names that stand over released articles, in alphabetical order.
func (s *Store) Authors(ctx context.Context) ([]string, error) {
	names := []string{}
	err := s.db.SelectContext(ctx, &names, `
		SELECT DISTINCT name FROM articles, unnest(authors) AS name WHERE state = 'released' ORDER BY name`)
	if err != nil {
		return nil, fmt.Errorf("articles: listing authors: %w", err)
	}
	return names, nil
}

// authorNames are the spellings that share a slug.
func (s *Store) authorNames(ctx context.Context, slug string) ([]string, error) {
	same := []string{}
	if slug == "" {
		return same, nil
	}
	names, err := s.Authors(ctx)
	for _, name := range names {
		if AuthorSlug(name) == slug {
			same = append(same, name)
		}
	}
	return same, err
}

// NewestReleaseNo returns the number of the newest release, or 0 when there are no releases. Every
// article with that number or a lower one is visible to the transaction q.
func NewestReleaseNo(ctx context.Context, q sqlx.QueryerContext) (int64, error) {
	var n int64
	if err := sqlx.GetContext(ctx, q, &n, `SELECT last_no FROM release_counter`); err != nil {
		return 0, fmt.Errorf("articles: reading the release counter: %w", err)
	}
	return n, nil
}
