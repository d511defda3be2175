package articles

import (
	"bytes"
	"context"
	"fmt"

	"github.com/lib/pq"
)

// settle finds the jobs of a phase that need no reading: articles of other sources, those
// that were read from the same entry of their feed, and those that are settled. The database
// is asked once for all of them.
func (p *phase) settle(ctx context.Context) error {
	p.settled = map[int]int64{}
	var ids []int64
	for i, c := range p.jobs {
		k := c.of(p.r.known)
		is := c.Theirs != 0 || k.ID != 0 && c.isRead(k)
		if !is && k.ID != 0 {
			p.jobs[i] = c.loaded()
			is = p.g.isSettled(p.jobs[i], k)
		}
		if is {
			p.settled[i] = max(c.Theirs, k.ID)
			ids = append(ids, p.settled[i])
		}
	}
	var err error
	p.known, err = p.g.store.briefs(ctx, ids)
	return err
}

// isRead reports whether an article has been read from this very entry of its feed, by the
// present rules and configuration.
func (c candidate) isRead(k knownPage) bool {
	return c.entry != nil && c.round.sameSettings && k.Rules == readingRules && k.State != Withdrawn && k.Refused == "" && k.Listed &&
		!k.MissingSince.Valid && bytes.Equal(k.Digest, c.Evidence.Digest)
}

// briefs returns articles by id, without their texts.
func (s *Store) briefs(ctx context.Context, ids []int64) (map[int64]Article, error) {
	found := make(map[int64]Article, len(ids))
	if len(ids) == 0 {
		return found, nil
	}
	rows, err := s.db.QueryContext(ctx, `SELECT `+briefColumns+` FROM articles WHERE id = ANY ($1)`, pq.Array(ids))
	if err != nil {
		return nil, fmt.Errorf("articles: listing settled articles: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		a, err := scanArticle(rows)
		if err != nil {
			return nil, err
		}
		found[a.ID] = a
	}
	return found, rows.Err()
}
