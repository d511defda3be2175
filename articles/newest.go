package articles

import (
	"context"
	"fmt"
	"time"

	"github.com/lib/pq"
)

// Headline is an article in a short list.
type Headline struct {
	ID       int64
	URL      string
	Title    string
	Authors  []string
	Date     time.Time // DateSQL
	Programs []string
	Regions  []string
}

// Newest returns the n released articles with the latest dates, newest first.
func (s *Store) Newest(ctx context.Context, n int) ([]Headline, error) {
	rows, err := s.db.QueryContext(ctx, `
		SELECT id, url, title, authors, `+DateSQL+`, programs, regions
		FROM articles
		WHERE state = 'released'
		ORDER BY `+DateSQL+` DESC, id DESC
		LIMIT $1`, n)
	if err != nil {
		return nil, fmt.Errorf("articles: listing the newest: %w", err)
	}
	defer rows.Close()
	var list []Headline
	for rows.Next() {
		var h Headline
		if err := rows.Scan(&h.ID, &h.URL, &h.Title, pq.Array(&h.Authors), &h.Date, pq.Array(&h.Programs), pq.Array(&h.Regions)); err != nil {
			return nil, fmt.Errorf("articles: listing the newest: %w", err)
		}
		list = append(list, h)
	}
	return list, rows.Err()
}

// CountMatching returns how many released articles are dated since then and match a
// preference set, in which an empty list stands for all.
func (s *Store) CountMatching(ctx context.Context, programs, regions []string, since time.Time) (int, error) {
	var n int
	err := s.db.GetContext(ctx, &n, `
		SELECT count(*)
		FROM articles
		WHERE state = 'released' AND `+DateSQL+` >= $1
			AND (cardinality($2::text[]) = 0 OR programs && $2)
			AND (cardinality($3::text[]) = 0 OR regions && $3)`,
		since, pq.Array(append([]string{}, programs...)), pq.Array(append([]string{}, regions...)))
	if err != nil {
		return 0, fmt.Errorf("articles: counting what matches: %w", err)
	}
	return n, nil
}
