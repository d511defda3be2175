package articles

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"corridor/postgres"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

// moveTime is the longest time between the disappearance of an article and the arrival of
// the same article at another address, for which the one counts as the cause of the other.
const moveTime = 72 * time.Hour

// mergeTwins merges the known articles that prove to be one: those that an older version of
// the program stored twice, and those that became equal since. An article is compared once
// after each change of its title or text. Each row is a merger.
func (g *Gatherer) mergeTwins(ctx context.Context) ([]Row, error) {
	if err := g.store.fillFingerprints(ctx); err != nil {
		return nil, err
	}
	var isDue bool
	if err := g.db.GetContext(ctx, &isDue, `SELECT EXISTS (SELECT FROM articles WHERE NOT compared)`); err != nil || !isDue {
		return nil, err
	}
	unlock, err := g.locks.Lock(ctx, sourceLock("\x00twins")) // no source has this name
	if err != nil {
		return nil, err
	}
	defer unlock()
	if err := g.store.skipSingles(ctx); err != nil {
		return nil, err
	}
	var rows []Row
	for ctx.Err() == nil {
		var id int64
		err := g.db.GetContext(ctx, &id, `SELECT id FROM articles WHERE NOT compared ORDER BY id LIMIT 1`)
		if errors.Is(err, sql.ErrNoRows) {
			return rows, nil
		}
		if err != nil {
			return rows, fmt.Errorf("articles: listing articles to compare: %w", err)
		}
		merged, err := g.store.mergeTwinsOf(ctx, id, g.Now())
		if err != nil {
			return rows, err
		}
		more, err := g.mergedRows(ctx, merged)
		rows = append(rows, more...)
		if err != nil {
			return rows, err
		}
	}
	return rows, ctx.Err()
}

// skipSingles records that articles are compared where no other article has their title or
// their text: after a first gather these are nearly all.
func (s *Store) skipSingles(ctx context.Context) error {
	if _, err := s.db.ExecContext(ctx, `
		UPDATE articles a SET compared = true
		WHERE NOT compared
			AND NOT EXISTS (SELECT FROM articles o WHERE o.title_key = a.title_key AND o.id <> a.id AND o.source <> '')
			AND NOT EXISTS (SELECT FROM articles o WHERE o.text_key = a.text_key AND o.id <> a.id AND o.source <> '')`); err != nil {
		return fmt.Errorf("articles: recording comparisons: %w", err)
	}
	return nil
}

// mergedRows reports mergers.
func (g *Gatherer) mergedRows(ctx context.Context, merged []Merged) ([]Row, error) {
	var rows []Row
	for _, m := range merged {
		a, err := g.store.Get(ctx, m.ID)
		if err != nil {
			return rows, err
		}
		rows = append(rows, Row{
			Source: a.Source, URL: a.URL, Article: a, Outcome: Updated, MovedFrom: m.Address,
			Reason: fmt.Sprintf("it was known as article %d as well", m.Gone),
		})
	}
	return rows, nil
}

// mergeTwinsOf compares an article with those like it, and merges it with those that are it.
func (s *Store) mergeTwinsOf(ctx context.Context, id int64, now time.Time) (merged []Merged, err error) {
	err = s.db.InTx(ctx, func(tx *sqlx.Tx) error {
		merged = nil
		if _, err := tx.ExecContext(ctx, `UPDATE articles SET compared = true WHERE id = $1`, id); err != nil {
			return fmt.Errorf("articles: recording a comparison: %w", err)
		}
		k, err := knownTx(ctx, tx, id)
		if err != nil || k.Source == "" {
			return err
		}
		list, err := likeTx(ctx, tx, k.traits()[0], k.ID)
		if err != nil {
			return err
		}
		for _, other := range list {
			if !isTwin(k, other) {
				continue
			}
			m, done, err := mergeTx(ctx, tx, id, other.ID, "", now)
			if err != nil {
				return err
			}
			if done {
				merged, id = append(merged, m), m.ID
			}
		}
		return nil
	})
	return merged, err
}

// twinPair is two known articles, one of which leads to the other at this gather.
type twinPair struct {
	id, to   int64
	found    traits // the reading of the page that id leads to
	relation relation
}

// addTwin records that an article leads to another known one; 0 is no article.
func (r *round) addTwin(p twinPair) {
	if p.to == 0 || p.to == p.id {
		return
	}
	r.mu.Lock()
	r.twins = append(r.twins, p)
	r.mu.Unlock()
}

// mergeFound merges the known articles that the round found to be one. rows are those of the
// round so far, and named the ids of the articles that the source lists.
func (g *Gatherer) mergeFound(ctx context.Context, r *round, rows []Row, named map[int64]bool) ([]Row, error) {
	for _, pair := range r.twins {
		m, done, err := g.store.mergePair(ctx, pair, g.Now())
		if err != nil {
			return rows, err
		}
		if !done {
			continue
		}
		named[m.ID] = named[m.ID] || named[m.Gone]
		rows = slices.DeleteFunc(rows, func(row Row) bool { return row.Article.ID == m.Gone || row.Article.ID == m.ID })
		more, err := g.mergedRows(ctx, []Merged{m})
		rows = append(rows, more...)
		if err != nil {
			return rows, err
		}
	}
	return rows, nil
}

// mergePair merges two articles if the reading agrees with both, at the address of
// the article that the other one leads to.
func (s *Store) mergePair(ctx context.Context, pair twinPair, now time.Time) (m Merged, done bool, err error) {
	err = s.db.InTx(ctx, func(tx *sqlx.Tx) error {
		k, err := knownTx(ctx, tx, pair.id)
		if err != nil || k.Source == "" {
			return err
		}
		other, err := knownTx(ctx, tx, pair.to)
		if err != nil || other.Source == "" {
			return err
		}
		if !isSameArticle(k.traits()[0], pair.found, pair.relation) || !isSameArticle(other.traits()[0], pair.found, linked) {
			return nil
		}
		m, done, err = mergeTx(ctx, tx, k.ID, other.ID, other.URL, now)
		return err
	})
	return m, done, err
}

// knownTx reads an article with its former addresses.
func knownTx(ctx context.Context, tx *sqlx.Tx, id int64) (known, error) {
	var k known
	if err := tx.GetContext(ctx, &k, `SELECT `+knownColumns+`, `+formerSQL+` FROM articles WHERE id = $1`, id); err != nil {
		return k, fmt.Errorf("articles: reading an article: %w", err)
	}
	return k, nil
}

// formerSQL are the former and further addresses of an article.
const formerSQL = `ARRAY(SELECT f.url FROM article_addresses f WHERE f.article_id = articles.id) AS former`

// likeTx returns the articles with the title of t, with its text, or of the same day with
// nearly its text, the likeliest first; without the article with the id not.
func likeTx(ctx context.Context, tx *sqlx.Tx, t traits, not int64) ([]known, error) {
	var list []known
	err := tx.SelectContext(ctx, &list, `
		SELECT `+knownColumns+`, `+formerSQL+`
		FROM articles
		WHERE source <> '' AND id <> $5 AND (title_key = $1 OR text_key = $2
			OR text_bands && $4
			AND (published BETWEEN $3::timestamptz - interval '18 hours' AND $3::timestamptz + interval '18 hours'
				OR read_published BETWEEN $3::timestamptz - interval '18 hours' AND $3::timestamptz + interval '18 hours'))
		ORDER BY text_key = $2 DESC, title_key = $1 DESC, (SELECT count(*) FROM unnest(text_bands) AS band WHERE band = ANY ($4)) DESC,
			abs(extract(epoch FROM published - $3)) NULLS LAST, id
		LIMIT 20`, t.TitleKey, t.TextKey, postgres.NullTime(t.Published), pq.Array(sketchOf(t.Text)), not)
	if err != nil {
		return nil, fmt.Errorf("articles: comparing texts: %w", err)
	}
	return list, nil
}

// isTwin reports whether two stored articles are one. Both have been told apart for some
// time, so more is asked of them than of a text that is found: a different date speaks
// against it, and an edit only counts where one came when the other went.
func isTwin(a, b known) bool {
	x, y := a.traits()[0], b.traits()[0]
	p := compare(x, y)
	if p.dates == otherDay {
		return false
	}
	switch {
	case slices.ContainsFunc(append(b.Former, b.URL), a.isSamePage):
		return isSameArticle(x, y, linked)
	case a.Source != b.Source:
		return isSameArticle(x, y, foreign)
	case a.movedTo(b) || b.movedTo(a):
		return isSameArticle(x, y, gone)
	}
	return isSameArticle(x, y, present)
}

// movedTo reports whether an article was withdrawn, as its address was gone, at about the
// time at which another one was first seen.
func (k known) movedTo(other known) bool {
	return k.State == Withdrawn && !k.StaffState && k.GoneAt.Valid && k.GoneAt.Time.Sub(other.FirstSeenAt).Abs() <= moveTime
}
