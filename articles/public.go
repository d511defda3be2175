package articles

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"regexp"
	"strconv"

	"github.com/lib/pq"
)

// ErrNoPage is returned for an article that has no public page: it does not exist or is
// held. ErrWithdrawn is returned for an article that was public before.
var (
	ErrNoPage    = errors.New("articles: no such public article")
	ErrWithdrawn = errors.New("articles: withdrawn")
)

var uuidForm = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

// FindPublic returns what a released article's page shows. key is its id or its UID.
func (s *Store) FindPublic(ctx context.Context, key string) (Article, error) {
	id, err := strconv.ParseInt(key, 10, 64)
	if err != nil && !uuidForm.MatchString(key) {
		return Article{}, ErrNoPage
	}
	where, arg := `id = $1`, any(id)
	if err != nil {
		where, arg = `uid = $1`, any(key)
	}
	var a Article
	var published, updated sql.NullTime
	err = s.db.QueryRowContext(ctx, `
		SELECT id, uid, url, state, title, authors, published, updated, programs, regions, summary,
			image_url, image_credit, language, words, content_html, changed_at
		FROM articles
		WHERE `+where, arg).Scan(&a.ID, &a.UID, &a.URL, &a.State, &a.Title, pq.Array(&a.Authors), &published, &updated,
		pq.Array(&a.Programs), pq.Array(&a.Regions), &a.Summary, &a.ImageURL, &a.ImageCredit, &a.Language, &a.Words, &a.ContentHTML, &a.ChangedAt)
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
	a.Published, a.Updated = published.Time, updated.Time
	return a, nil
}
