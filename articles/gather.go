package articles

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"log/slog"
	"slices"
	"time"

	"corridor/articles/hubs"
	"corridor/fetch"
	"corridor/postgres"

	"golang.org/x/sync/errgroup"
)

// Options of a gatherer.
type Options struct {
	Labels     Labels
	Sources    []Source
	NewsWindow time.Duration  // older articles join no digest
	Language   string         // of the publication
	Zone       *time.Location // of the publication: dates without a zone are its
	OwnPage    func(id int64) string
	MaxBytes   int64            // of a document
	Budget     time.Duration    // of one source at one gather; the rest is read at the next. 0: no limit
	Hubs       *hubs.Subscriber // of feeds; nil: none
	Brake      BrakeLimits
	Log        *slog.Logger
	Now        func() time.Time
	// Progress is told by Gather of each count of pages that were found or read since the last call; nil: not.
	// Several goroutines call it at once.
	Progress func(found, read int)
}

// Gatherer reads sources and stores the articles that it finds.
type Gatherer struct {
	Options
	db     *postgres.DB
	locks  *postgres.Locks
	store  *Store
	client *fetch.Client
}

// NewGatherer returns a gatherer that stores in db and fetches through client.
func NewGatherer(db *postgres.DB, client *fetch.Client, o Options) *Gatherer {
	return &Gatherer{Options: o, db: db, locks: postgres.NewLocks(db), store: NewStore(db), client: client}
}

// Client returns the client that g fetches through.
func (g *Gatherer) Client() *fetch.Client { return g.client }

// progress tells of pages that were found and read.
func (g *Gatherer) progress(found, read int) {
	if g.Progress != nil {
		g.Progress(found, read)
	}
}

// Row is the result of gathering one article.
type Row struct {
	Source  string
	URL     string
	Article Article // without its text; zero when nothing is stored of it
	Outcome Outcome
	Reason  string // of a skip

	MovedFrom string // the address that the article had before this gather found it at another
}

// Failure is a source that could not be gathered, or a part of one.
type Failure struct {
	Source string
	Err    error
}

// gatherAtOnce is how many sources one call of Gather reads at once. Requests to one
// host take turns all the same. A source that stalls costs a goroutine, so there are many.
const gatherAtOnce = 256

// Gather merges the known articles that prove to be one, and reads the sources named, or all, once. A source that is being read, by this
// process or another, is read again after that. A source that fails is reported and the
// others go on. Each article is stored in a separate transaction. The error is the
// database's or that of ctx.
func (g *Gatherer) Gather(ctx context.Context, names ...string) ([]Row, []Failure, error) {
	var chosen []Source
	for _, s := range g.Sources {
		if len(names) == 0 || slices.Contains(names, s.Name) {
			chosen = append(chosen, s)
		}
	}
	merged, err := g.mergeTwins(ctx)
	if err != nil {
		return merged, nil, err
	}
	rows, failures := make([][]Row, len(chosen)), make([]error, len(chosen))
	var group errgroup.Group
	group.SetLimit(gatherAtOnce)
	for i, s := range chosen {
		group.Go(func() error {
			unlock, err := g.locks.Lock(ctx, sourceLock(s.Name))
			if err != nil {
				return err
			}
			defer unlock()
			rows[i], failures[i], err = g.gatherSource(ctx, s)
			return err
		})
	}
	err = group.Wait()
	var failed []Failure
	for i, failure := range failures {
		for _, fault := range faults(failure) {
			failed = append(failed, Failure{chosen[i].Name, fault})
		}
	}
	return onePerArticle(append(merged, slices.Concat(rows...)...)), failed, err
}

// faults returns the single faults of a source's failure.
func faults(failure error) []error {
	if joined, ok := failure.(interface{ Unwrap() []error }); ok { //nolint:errorlint // the joined error itself
		var all []error
		for _, part := range joined.Unwrap() {
			all = append(all, faults(part)...)
		}
		return all
	}
	if failure == nil {
		return nil
	}
	return []error{failure}
}

// sourceLock is the key of the advisory lock under which a source is read.
func sourceLock(name string) int64 {
	hash := fnv.New64a()
	_, _ = hash.Write([]byte("corridor gather " + name))
	return int64(hash.Sum64())
}

// onePerArticle drops the rows of articles that another source has a row of, where nothing
// became of them.
func onePerArticle(rows []Row) []Row {
	at := map[int64]int{}
	var kept []Row
	for _, row := range rows {
		i, twice := at[row.Article.ID]
		switch {
		case !twice || row.Article.ID == 0:
			at[row.Article.ID] = len(kept)
			kept = append(kept, row)
		case kept[i].Outcome == Unchanged:
			kept[i] = row
		}
	}
	return kept
}

// gatherSource reads one source; failure is the source's, err ours.
func (g *Gatherer) gatherSource(ctx context.Context, s Source) (rows []Row, failure, err error) {
	began := g.Now()
	state, err := g.store.sourceState(ctx, s.Name)
	if err != nil {
		return nil, nil, err
	}
	budget := ctx // of requests; an article is always stored completely
	if g.Budget > 0 {
		var cancel context.CancelFunc
		budget, cancel = context.WithTimeoutCause(ctx, g.Budget, errBudget)
		defer cancel()
	}
	if s.Resting > 0 && state.isSettled(g.settings(s), began) {
		unmodified, err := g.askSettled(budget, &s)
		if err != nil || unmodified {
			return nil, nil, errors.Join(err, g.rest(ctx, s, state, began))
		}
	}
	candidates, failure := g.candidates(budget, s)
	if failure != nil && budget.Err() != nil {
		candidates, failure = nil, fmt.Errorf("its list %w", errBudget)
	}
	if candidates, err = g.plainCandidates(ctx, s, candidates); err != nil {
		return nil, nil, err
	}
	var r *round
	complete := failure == nil
	// A document that does not exist may never come back: the first gather is over without it.
	read := complete || len(candidates) > 0 && isLasting(failure)
	if complete || len(candidates) > 0 {
		var down error
		var jobs []candidate
		r, jobs = newRound(s, g.others(s), candidates, complete)
		r.sameSettings = state.Settings != nil && bytes.Equal(state.Settings, g.settings(s))
		if err := g.startPlan(ctx, r, state); err != nil {
			return nil, nil, err
		}
		if rows, down, err = g.readRound(ctx, budget, r, jobs); down != nil {
			failure, read = errors.Join(failure, down), false
		}
	}
	if ctx.Err() != nil {
		return rows, nil, ctx.Err()
	}
	if err != nil {
		return rows, failure, err
	}
	if err := g.store.sourceDone(ctx, s.Name, failure, read, g.settings(s), g.Now()); err != nil {
		return rows, failure, err
	}
	if err := g.settle(ctx, s, state, r, rows, failure == nil && read); err != nil {
		return rows, failure, err
	}
	return rows, failure, g.schedule(ctx, s, state, began, rows, failure)
}

// candidates lists the articles that a source names. An error with candidates is about the
// part of the list that is not among them.
func (g *Gatherer) candidates(ctx context.Context, s Source) ([]candidate, error) {
	switch s.Kind {
	case Sitemap:
		return g.fromSitemap(ctx, s)
	case Feed:
		return g.fromFeed(ctx, s)
	case Listing:
		return g.fromListing(ctx, s)
	case Folder:
		return g.fromFolder(s)
	}
	return nil, fmt.Errorf("unknown kind %q", s.Kind)
}
