package feeds

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"corridor/articles"

	"github.com/lib/pq"
)

// card is the part of an article that choosing and ordering need. Ten thousand cards take a
// few megabytes; their texts would take a hundred.
type card struct {
	id        int64
	own       int64 // the article's own date, in Unix seconds
	key       int64 // place in the feed of all articles, in Unix seconds
	news      news
	released  bool // currently in feeds
	programs  []string
	regions   []string
	authors   []string // slugs
	names     []string // authors as written
	past      past
	changed   time.Time
	withdrawn time.Time // zero unless withdrawn
	uid       string
}

// past is the labels that an article had formerly.
type past struct{ programs, regions, authors []string }

// touches reports whether the feed contains the article, or contained it formerly.
func (c *card) touches(t Topic) bool {
	if len(c.past.programs)+len(c.past.regions)+len(c.past.authors) == 0 {
		return t.matches(c.programs, c.regions, c.authors)
	}
	return t.matches(append(slices.Clone(c.programs), c.past.programs...), append(slices.Clone(c.regions), c.past.regions...),
		append(slices.Clone(c.authors), c.past.authors...))
}

// catalogue is all cards, newest first. It is immutable; changes make a new one.
type catalogue struct {
	cards   []*card // by key, newest first
	news    []*card // cards that a release made news
	byID    map[int64]*card
	offered map[labelKey]bool // current and former programs and regions
}

// loadCatalogue reads the catalogue from the database.
func (p *Publisher) loadCatalogue(ctx context.Context) (*catalogue, error) {
	cards, err := p.loadCards(ctx, 0)
	if err != nil {
		return nil, err
	}
	k := newCatalogue(cards)
	k.offered, err = p.loadOffered(ctx)
	return k, err
}

const cardColumns = `id, uid, state, programs, regions, authors, past_labels, ` + articles.DateSQL + `, ARRAY(SELECT (extract(epoch FROM at) * 1000000)::bigint FROM unnest(news_at) AS at), gained, changed_at, withdrawn_at`

// loadCards reads the cards of all articles that were ever public, or of the article with
// the given id.
func (p *Publisher) loadCards(ctx context.Context, id int64) ([]*card, error) {
	rows, err := p.db.QueryContext(ctx, `
		SELECT `+cardColumns+` FROM articles WHERE released_at IS NOT NULL AND ($1 = 0 OR id = $1)`, id)
	if err != nil {
		return nil, fmt.Errorf("feeds: reading the catalogue: %w", err)
	}
	defer rows.Close()
	var cards []*card
	same := map[string]string{} // labels repeat: share one string
	for rows.Next() {
		var c card
		var state string
		var authors, formerly []string
		var date time.Time
		var withdrawn sql.NullTime
		var newsAt pq.Int64Array
		var gained []byte
		if err := rows.Scan(&c.id, &c.uid, &state, pq.Array(&c.programs), pq.Array(&c.regions), pq.Array(&authors), pq.Array(&formerly), &date, &newsAt, &gained, &c.changed, &withdrawn); err != nil {
			return nil, fmt.Errorf("feeds: reading the catalogue: %w", err)
		}
		c.news.all = newsAt
		if err := c.news.setLabels(gained); err != nil {
			return nil, err
		}
		c.own, c.released, c.withdrawn = date.Unix(), state == string(articles.Released), withdrawn.Time
		c.key = c.place(Topic{}, now)
		for _, name := range authors {
			c.names, c.authors = append(c.names, name), append(c.authors, articles.AuthorSlug(name))
		}
		for _, label := range formerly {
			c.past.add(label)
		}
		for _, list := range [][]string{c.programs, c.regions, c.authors, c.names} {
			for i, s := range list {
				if kept, ok := same[s]; ok {
					list[i] = kept
				} else {
					same[s] = s
				}
			}
		}
		cards = append(cards, &c)
	}
	return cards, rows.Err()
}

func (p *past) add(label string) {
	switch kind, name, _ := strings.Cut(label, " "); kind {
	case "program":
		p.programs = append(p.programs, name)
	case "region":
		p.regions = append(p.regions, name)
	case "author":
		p.authors = append(p.authors, articles.AuthorSlug(name))
	}
}

func newCatalogue(cards []*card) *catalogue {
	slices.SortFunc(cards, byKey)
	k := &catalogue{cards: cards, byID: make(map[int64]*card, len(cards))}
	for _, c := range cards {
		k.byID[c.id] = c
		if !c.news.none() {
			k.news = append(k.news, c)
		}
	}
	return k
}

func byKey(a, b *card) int { return before(placed{a, a.key}, placed{b, b.key}) }

// with returns the catalogue with one card replaced, or removed if fresh is nil.
func (k *catalogue) with(id int64, fresh *card) *catalogue {
	cards := make([]*card, 0, len(k.cards)+1)
	for _, c := range k.cards {
		if c.id != id {
			cards = append(cards, c)
		}
	}
	if fresh != nil {
		i, _ := slices.BinarySearchFunc(cards, fresh, byKey)
		cards = slices.Insert(cards, i, fresh)
	}
	byID := maps.Clone(k.byID)
	news := slices.DeleteFunc(slices.Clone(k.news), func(c *card) bool { return c.id == id })
	if delete(byID, id); fresh != nil {
		byID[id] = fresh
		if !fresh.news.none() {
			news = append(news, fresh)
		}
	}
	return &catalogue{cards: cards, news: news, byID: byID, offered: k.offered}
}

// earliest is the change time of a feed that never had an article.
var earliest = time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)

// changed is the time of the feed's last change, removals of articles included.
func (k *catalogue) changed(t Topic) time.Time {
	last := earliest
	for _, c := range k.cards {
		if c.changed.After(last) && c.touches(t) {
			last = c.changed
		}
	}
	return last.UTC().Truncate(time.Second)
}

const (
	tombstoneTime = 30 * 24 * time.Hour
	maxTombstones = 100
)

// tombstones are the articles withdrawn from the feed in the thirty days before its last
// change. The wall clock is not used, because processes would differ.
func (k *catalogue) tombstones(t Topic, changed time.Time) []*card {
	var list []*card
	for _, c := range k.cards {
		if !c.withdrawn.IsZero() && !c.released && changed.Sub(c.withdrawn) < tombstoneTime && c.touches(t) {
			list = append(list, c)
		}
	}
	slices.SortFunc(list, func(a, b *card) int { return b.withdrawn.Compare(a.withdrawn) })
	return list[:min(len(list), maxTombstones)]
}
