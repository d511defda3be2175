package articles

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/lib/pq"
)

// ErrNoPage is returned for an article that has no public page: it does not exist or is
// held. ErrWithdrawn is returned for an article that was public before.
var (
	ErrNoPage    = errors.New("articles: no such public article")
	ErrWithdrawn = errors.New("articles: withdrawn")
)

// FindPublic returns the article that its page shows, if it is released. key is its id or
// its UID, or those of an article that was merged into it.
func (s *Store) FindPublic(ctx context.Context, key string) (Article, error) {
	id, uid := idOrUID(key)
	if !id.Valid && !uid.Valid {
		return Article{}, ErrNoPage
	}
	var a Article
	var published, updated, date sql.NullTime
	err := s.db.QueryRowContext(ctx, `
		SELECT id, uid, url, state, title, authors, published, `+EditedSQL+`, `+PrintedDateSQL+`, programs, regions, summary,
			image_url, image_credit, image_alt, language, words, content_html, changed_at
		FROM articles
		WHERE id = (SELECT COALESCE(merged_into, id) FROM articles WHERE id = $1 OR uid = $2)`, id, uid).Scan(&a.ID, &a.UID, &a.URL, &a.State, &a.Title, pq.Array(&a.Authors), &published, &updated, &date,
		pq.Array(&a.Programs), pq.Array(&a.Regions), &a.Summary, &a.ImageURL, &a.ImageCredit, &a.ImageAlt, &a.Language, &a.Words, &a.ContentHTML, &a.ChangedAt)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return Article{}, ErrNoPage
	case err != nil:
		return Article{}, fmt.Errorf("articles: reading a page: %w", err)
	case a.State == Withdrawn:
		return Article{}, ErrWithdrawn
	case a.State != Released:
		return Article{}, ErrNoPage
	}
	a.Published, a.Updated, a.Date = published.Time, updated.Time, date.Time
	return a, nil
}
