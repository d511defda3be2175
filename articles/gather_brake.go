package articles

import (
	"context"
	"encoding/json"
	"fmt"
	"time"
)

// startPlan decides whether the brake watches a round. It does not watch the first gather of
// a source, nor the first one after staff have changed the configuration of the source or of
// the labels, nor folders, whose files are staff's own.
func (g *Gatherer) startPlan(ctx context.Context, r *round, state sourceState) error {
	accepted, err := g.store.acceptance(ctx, r.source.Name)
	if err != nil {
		return err
	}
	r.first, r.state = !state.FirstDone.Valid, state
	reconfigured := state.Settings != nil && string(state.Settings) != string(g.settings(r.source))
	r.plan = newPlan(r.first || reconfigured || r.source.Kind == Folder || g.Brake.Least <= 0, accepted)
	return nil
}

// settings is a digest of the configuration that decides which articles a source has, and their labels.
func (g *Gatherer) settings(s Source) []byte {
	s.Every, s.Resting = 0, 0
	data, err := json.Marshal([]any{s, g.Labels})
	if err != nil {
		panic(err) // plain values
	}
	return digestOf(string(data))
}

// decide lets the plan of a round take effect, or stops the round with a BrakedError. left is
// the number of candidates for which the budget had no time.
func (g *Gatherer) decide(ctx, budget context.Context, r *round, named, asked map[int64]bool, left int64) ([]Row, int64, error) {
	whole := r.complete && left == 0
	if !r.plan.decided {
		if err := g.planGone(ctx, r); err != nil {
			return nil, left, err
		}
		t, err := g.tallyOf(ctx, r)
		if err != nil {
			return nil, left, err
		}
		waits := t.counted() > 0 || len(r.plan.deferred) > 0
		if g.Brake.closes(t) || r.state.BrakedAt.Valid && !whole && waits {
			rows, err := g.stop(ctx, r, whole)
			if err == nil {
				err = &BrakedError{r.source.Name, t}
			}
			return rows, left, err
		}
	}
	rows, phases, over, err := g.apply(ctx, budget, r)
	left += over
	if err != nil {
		return rows, left, err
	}
	for i, row := range rows {
		r.reachedIn(phases[i], named, asked)[row.Article.ID] = true
	}
	if whole && left == 0 {
		err = g.store.setChanges(ctx, r.source.Name, r.plan.kept(), false, g.Now())
	}
	return rows, left, err
}

// stop records the changes of a round, and returns a row for each change. A round that did
// not see everything leaves the record of one that did.
func (g *Gatherer) stop(ctx context.Context, r *round, whole bool) ([]Row, error) {
	if whole || !r.state.BrakedAt.Valid {
		if err := g.store.setChanges(ctx, r.source.Name, append(r.plan.distinct(), r.plan.kept()...), true, g.Now()); err != nil {
			return nil, err
		}
	}
	var rows []Row
	for _, ch := range r.plan.distinct() {
		var a Article
		if ch.ArticleID != 0 {
			var err error
			if a, err = g.store.Get(ctx, ch.ArticleID); err != nil {
				return rows, err
			}
		}
		rows = append(rows, ch.row(r.source.Name, a))
	}
	return rows, nil
}

// kept are the changes that wait for staff though the brake is open, one for each article.
func (p *plan) kept() []Change {
	list, seen := []Change{}, map[int64]bool{}
	for _, ch := range p.noted {
		if ch.Kind == Kept && !seen[ch.ArticleID] {
			seen[ch.ArticleID] = true
			list = append(list, ch)
		}
	}
	return list
}

// newsSlack is how much older than the gather before an article of today may be dated: dates
// without a time, and pages that are listed late.
const newsSlack = 48 * time.Hour

// tallyOf counts the plan of a round.
func (g *Gatherer) tallyOf(ctx context.Context, r *round) (tally, error) {
	var t tally
	for _, k := range r.known.articles() {
		if k.State != Withdrawn {
			t.Known++
			if r.plan.met[k.ID] {
				t.Met++
			}
		}
	}
	t.Changed = len(r.plan.kept()) // they would change, if the text were believed
	before := r.state.LastDone.Time
	if !r.state.LastDone.Valid {
		before = r.state.FirstDone.Time
	}
	for _, ch := range r.plan.distinct() {
		switch {
		case ch.Kind == Changed:
			t.Changed++
		case ch.Kind == Returned:
			t.Returned++
		case ch.Kind == GoneArticle:
			t.Withdrawn++
		case ch.Kind == NewArticle && ch.news.After(before.Add(-newsSlack)):
			t.News++
		case ch.Kind == NewArticle:
			t.Old++
		}
	}
	if t.News < g.Brake.Least {
		t.Usual = t.News
		return t, nil
	}
	busiest, err := g.store.busiestDay(ctx, r.source.Name, g.Brake.Share*float64(t.Known), g.Now())
	t.Usual = usualNews(busiest, g.Now().Sub(before))
	return t, err
}

// distinct are the changes of a plan, one for each article. An article that moves is found at
// its new address as well; what changes of it there is told in place of the move.
func (p *plan) distinct() []Change {
	at := map[string]int{}
	var list []Change
	for _, ch := range p.noted {
		key := ch.at
		if ch.ArticleID != 0 {
			key = fmt.Sprint(ch.ArticleID)
		}
		i, twice := at[key]
		switch {
		case ch.Kind == Kept:
		case !twice:
			at[key], at[ch.at] = len(list), len(list)
			list = append(list, ch)
		case list[i].Kind == Moved && ch.ArticleID != 0:
			list[i] = ch
		}
	}
	return list
}

// busiestDay returns the number of articles that the source's busiest day of the last 90
// brought. A day with as many as the limit is left out: an import or a date that the site gives
// to all pages says nothing about a usual day.
func (s *Store) busiestDay(ctx context.Context, source string, limit float64, now time.Time) (int, error) {
	var n int
	err := s.db.GetContext(ctx, &n, `
		SELECT COALESCE(max(n), 0) FROM (
			SELECT count(*) AS n FROM articles
			WHERE source = $1 AND published > $2::timestamptz - interval '90 days' AND published <= $2
			GROUP BY date_trunc('day', published)
			HAVING count(*) < $3::float8) days`, source, now, limit)
	if err != nil {
		return 0, fmt.Errorf("articles: counting the articles of a source's days: %w", err)
	}
	return n, nil
}
