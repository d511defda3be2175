package articles

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"
)

// errBudget is the failure of a source that took all of its time.
var errBudget = errors.New("took all of the time that one gather may take; the rest is read at the next gather")

// readRound reads the jobs of a round, and asks for known articles that are no longer
// listed. An incomplete list says nothing about the articles that it does not name.
// failure is the source's, err the database's or of ctx.
func (g *Gatherer) readRound(ctx, budget context.Context, r *round, jobs []candidate) (rows []Row, failure, err error) {
	if err := g.learn(ctx, r, jobs); err != nil {
		return rows, nil, err
	}
	named := reached(jobs, r.known)
	asked := map[int64]bool{}
	var left int64
	for i, phase := range r.phases(jobs, g.unlisted(r, named)) {
		r.plan.phase = i
		got, over, err := g.readPhase(ctx, budget, r, phase)
		rows, left = append(rows, got...), left+over
		if err != nil {
			return rows, nil, err
		}
		addAll(r.reachedIn(i, named, asked), articleIDs(got))
	}
	applied, over, err := g.decide(ctx, budget, r, named, asked, left)
	rows, left = append(rows, applied...), over
	if braked := (*BrakedError)(nil); errors.As(err, &braked) {
		return rows, err, nil
	}
	if err != nil {
		return rows, nil, err
	}
	for id := range r.gone {
		asked[id] = true
	}
	if rows, err = g.mergeFound(ctx, r, rows, named); err != nil {
		return rows, nil, err
	}
	lost, err := g.settleGone(ctx, r)
	rows = append(rows, lost...)
	if err != nil {
		return rows, nil, err
	}
	if err := g.store.setListed(ctx, r.source.Name, named, asked, r.complete && left == 0); err != nil {
		return rows, nil, err
	}
	if left > 0 {
		return rows, fmt.Errorf("%w; %d articles are left", errBudget, left), nil
	}
	return rows, r.outage(rows), nil
}

// reachedIn returns the set to which the articles of a phase belong: asked for because they
// are listed no more, or named by the source.
func (r *round) reachedIn(phase int, named, asked map[int64]bool) map[int64]bool {
	if phase == 0 {
		return asked
	}
	return named
}

// learn asks the database, once in a round, for the articles that the round may meet.
func (g *Gatherer) learn(ctx context.Context, r *round, jobs []candidate) error {
	known, err := g.store.knowledgeOf(ctx, r.source.Name, r.others, jobs)
	if err != nil {
		return err
	}
	r.known = known
	for _, k := range known.pages {
		r.urls[k.ID] = k.URL
	}
	for i, c := range jobs {
		if c.URL != "" && c.of(known).ID == 0 {
			jobs[i].Theirs = known.theirs[addressKey(c.URL)]
		}
	}
	return nil
}

// outage is the failure of a source whose first round got no answer to any request: then
// the site is down, and the pages are not to blame.
func (r *round) outage(rows []Row) error {
	if !r.first || len(rows) == 0 {
		return nil
	}
	for _, row := range rows {
		if row.Outcome != Skipped || !strings.Contains(row.Reason, "does not answer") && !strings.Contains(row.Reason, "connection refused") {
			return nil
		}
	}
	return errors.New(rows[0].URL + " " + rows[0].Reason)
}

// articleIDs are the ids of the articles in rows.
func articleIDs(rows []Row) map[int64]bool {
	ids := map[int64]bool{}
	for _, row := range rows {
		if row.Article.ID != 0 {
			ids[row.Article.ID] = true
		}
	}
	return ids
}

func addAll(set, more map[int64]bool) {
	for id := range more {
		set[id] = true
	}
}

// phase is the work on some jobs of a round at once. The fetcher has the requests to each
// host take turns.
type phase struct {
	g      *Gatherer
	r      *round
	budget context.Context // of requests
	jobs   []candidate
	rows   [][]Row // by job

	settled map[int]int64     // articles of the jobs that need no reading
	known   map[int64]Article // those articles, without their texts

	seen sync.Map // article ids: an article to which two addresses lead is reported once
	left atomic.Int64
}

// readPhase reads jobs, four at a time. Pages that may be walls are judged when all have
// been read. left counts the jobs for which the budget had no time.
func (g *Gatherer) readPhase(ctx, budget context.Context, r *round, jobs []candidate) (rows []Row, left int64, err error) {
	p := &phase{g: g, r: r, budget: budget, jobs: jobs, rows: make([][]Row, len(jobs))}
	if err := p.settle(ctx); err != nil {
		return nil, 0, err
	}
	order := readingOrder(jobs, r.known.tried)
	g.progress(len(jobs), 0)
	err = inFours(ctx, order, func(ctx context.Context, i int) error {
		defer g.progress(0, 1)
		return p.read(ctx, i)
	})
	if err == nil {
		err = inFours(ctx, slices.DeleteFunc(order, func(i int) bool { return r.texts.page(jobs[i]) == nil }), p.read)
	}
	return slices.Concat(p.rows...), p.left.Load(), err
}

// read reads the i-th job. A page that waits for its verdict has no row yet.
func (p *phase) read(ctx context.Context, i int) error {
	if p.budget.Err() != nil {
		p.left.Add(1)
		return nil //nolint:nilerr // the job is left for the next gather
	}
	c := p.jobs[i]
	p.r.plan.meet(c.of(p.r.known).ID)
	c.texts, c.page = &p.r.texts, p.r.texts.page(c)
	row := Row{Source: p.r.source.Name, URL: cmp.Or(c.URL, c.GUID), Article: p.known[p.settled[i]], Outcome: Unchanged}
	var err error
	if row.Article.ID == 0 {
		row, err = p.g.readOne(ctx, p.budget, c, c.of(p.r.known))
	}
	switch {
	case errors.Is(err, errUndecided):
		return nil
	case errors.Is(err, errBudget):
		p.left.Add(1)
		return nil
	case err != nil:
		return err
	case row.Outcome == "": // decided when all have been read
		return nil
	}
	if row.Article.ID != 0 {
		if _, twice := p.seen.LoadOrStore(row.Article.ID, true); twice {
			return nil
		}
	}
	if c.URL == "" && row.Article.URL != "" { // an article without an address has a page here
		row.URL = row.Article.URL
	}
	row.Article.ContentHTML, row.Article.ContentText = "", "" // a first gather has many rows
	p.rows[i] = []Row{row}
	return nil
}

// inFours calls fn for each index, four at a time.
func inFours(ctx context.Context, order []int, fn func(ctx context.Context, i int) error) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(4)
	for _, i := range order {
		group.Go(func() error { return fn(ctx, i) })
	}
	return group.Wait()
}

// readingOrder is the order in which to read jobs. Addresses that were never tried come
// first, then the one tried longest ago, so that gathers that run out of time reach every
// address. Among untried addresses the oldest article comes first: digests show the latest
// release first, which should be the newest article. A source without dates is read from
// the end of its list, because most lists begin with the newest article.
func readingOrder(jobs []candidate, tried map[string]time.Time) []int {
	order := make([]int, len(jobs))
	for i := range order {
		order[i] = len(jobs) - 1 - i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Or(tried[jobs[a].key()].Compare(tried[jobs[b].key()]), jobs[a].Changed.Compare(jobs[b].Changed))
	})
	return order
}
