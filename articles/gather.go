package articles

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"corridor/articles/reading"

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
	MaxBytes   int64         // of a document
	Budget     time.Duration // of one source at one gather; the rest is read at the next. 0: no limit
	Log        *slog.Logger
	Now        func() time.Time
}

// Gatherer reads sources and stores what it finds.
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

// Row is what became of one article.
type Row struct {
	Source  string
	URL     string
	Article Article // zero when nothing is stored of it
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
// host take turns all the same; a source that stalls holds up few others.
const gatherAtOnce = 32

// Gather reads the sources named, or all, once. A source that is being read, by this
// process or another, is read again after that. A source that fails is reported and the
// others go on. Each article is stored in a transaction of its own. The error is about the
// database, or ctx.
func (g *Gatherer) Gather(ctx context.Context, names ...string) ([]Row, []Failure, error) {
	var chosen []Source
	for _, s := range g.Sources {
		if len(names) == 0 || slices.Contains(names, s.Name) {
			chosen = append(chosen, s)
		}
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
	err := group.Wait()
	var failed []Failure
	for i, failure := range failures {
		for _, fault := range faults(failure) {
			failed = append(failed, Failure{chosen[i].Name, fault})
		}
	}
	return onePerArticle(slices.Concat(rows...)), failed, err
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
	state, err := g.store.sourceState(ctx, s.Name)
	if err != nil {
		return nil, nil, err
	}
	budget := ctx // of requests; what is stored is stored whole
	if g.Budget > 0 {
		var cancel context.CancelFunc
		budget, cancel = context.WithTimeoutCause(ctx, g.Budget, errBudget)
		defer cancel()
	}
	candidates, failure := g.candidates(budget, s)
	if failure != nil && budget.Err() != nil {
		candidates, failure = nil, fmt.Errorf("its list %w", errBudget)
	}
	complete := failure == nil
	// A document that does not exist may never come back: the first gather is over without it.
	read := complete || len(candidates) > 0 && isLasting(failure)
	if complete || len(candidates) > 0 {
		var down error
		if rows, down, err = g.readAll(ctx, budget, s, candidates, !state.FirstDone.Valid, complete); down != nil {
			failure, read = errors.Join(failure, down), false
		}
	}
	if ctx.Err() != nil {
		return rows, nil, ctx.Err()
	}
	if err != nil {
		return rows, failure, err
	}
	return rows, failure, g.store.sourceDone(ctx, s.Name, failure, read, g.Now())
}

// candidates lists what a source has. An error with candidates is about the part of the
// list that is not among them.
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

// readAll reads the candidates, and asks for known articles that are listed no more. Of an
// incomplete list nothing is concluded about the articles that it does not name.
func (g *Gatherer) readAll(ctx, budget context.Context, s Source, candidates []candidate, first, complete bool) ([]Row, error, error) {
	if err := g.store.fillFingerprints(ctx); err != nil {
		return nil, nil, err
	}
	known, err := g.store.knownOf(ctx, s.Name)
	if err != nil {
		return nil, nil, err
	}
	r, jobs := newRound(s, g.others(s), candidates, complete)
	if err := g.leaveToOthers(ctx, s, jobs, known); err != nil {
		return nil, nil, err
	}
	for _, k := range known {
		r.urls[k.ID] = k.URL
	}
	tried, err := g.store.tried(ctx, s.Name, known)
	if err != nil {
		return nil, nil, err
	}
	named := reached(jobs, known)
	asked := map[int64]bool{}
	var rows []Row
	var left int64
	for i, phase := range r.phases(jobs, g.unlisted(r, known, named), known) {
		got, over, err := g.readEach(ctx, budget, s, phase, known, tried, first)
		rows, left = append(rows, got...), left+over
		if err != nil {
			return rows, nil, err
		}
		for _, row := range got {
			switch {
			case row.Article.ID == 0:
			case i == 0:
				asked[row.Article.ID] = true
			default:
				named[row.Article.ID] = true
			}
		}
	}
	for id := range r.gone {
		asked[id] = true
	}
	lost, err := g.settleGone(ctx, r, known)
	rows = append(rows, lost...)
	if err != nil {
		return rows, nil, err
	}
	if err := g.store.setListed(ctx, s.Name, named, asked, complete && left == 0); err != nil {
		return rows, nil, err
	}
	if left > 0 {
		return rows, fmt.Errorf("%w; %d articles are left", errBudget, left), nil
	}
	if !first || len(rows) == 0 {
		return rows, nil, nil
	}
	// A site that answers nothing at all is down; the pages are not to blame.
	for _, row := range rows {
		if row.Outcome != Skipped || !strings.Contains(row.Reason, "does not answer") && !strings.Contains(row.Reason, "connection refused") {
			return rows, nil, nil
		}
	}
	return rows, errors.New(rows[0].URL + " " + rows[0].Reason), nil
}

// leaveToOthers marks the candidates that are articles of another source: where a sitemap
// and a feed name the same article, who found it first reads it.
func (g *Gatherer) leaveToOthers(ctx context.Context, s Source, jobs []candidate, known map[string]knownPage) error {
	var addresses []string
	for _, c := range jobs {
		if c.URL != "" && c.of(known).ID == 0 {
			addresses = append(addresses, c.URL)
		}
	}
	theirs, err := g.store.theirs(ctx, addresses, g.others(s))
	for i, c := range jobs {
		if c.URL != "" && c.of(known).ID == 0 {
			jobs[i].Theirs = theirs[addressKey(c.URL)]
		}
	}
	return err
}

// errBudget is the failure of a source that took all of its time.
var errBudget = errors.New("took all of the time that one gather may take; the rest is read at the next gather")

// readEach works on a few at a time; the fetcher has each host's requests take turns.
// Pages that may be walls are judged when all have been read. left counts the jobs that the
// budget had no time for.
func (g *Gatherer) readEach(ctx, budget context.Context, s Source, jobs []candidate, known map[string]knownPage, tried map[string]time.Time, first bool) (rows []Row, left int64, err error) {
	results := make([][]Row, len(jobs))
	var seen sync.Map // article ids: one that two addresses lead to is reported once
	var over atomic.Int64
	readOne := func(ctx context.Context, i int) error {
		if budget.Err() != nil {
			over.Add(1)
			return nil //nolint:nilerr // the job is left for the next gather
		}
		c := jobs[i]
		c.texts, c.page = &c.round.texts, c.round.texts.page(c)
		row, err := g.readOne(ctx, budget, s, c, c.of(known), first)
		if errors.Is(err, errUndecided) {
			return nil // the page is read again below
		}
		if errors.Is(err, errBudget) {
			over.Add(1)
			return nil
		}
		if err != nil {
			return err
		}
		if row.Outcome == "" {
			return nil // decided when all have been read
		}
		if row.Article.ID != 0 {
			if _, twice := seen.LoadOrStore(row.Article.ID, true); twice {
				return nil
			}
		}
		results[i] = []Row{row}
		return nil
	}
	order := readingOrder(jobs, tried)
	err = inFours(ctx, order, readOne)
	if err == nil {
		err = inFours(ctx, slices.DeleteFunc(order, func(i int) bool { return jobs[i].round.texts.page(jobs[i]) == nil }), readOne)
	}
	return slices.Concat(results...), over.Load(), err
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

// readingOrder is the order in which to read jobs. What was never tried comes first, then
// what was tried longest ago, so that gathers that run out of time get to everything.
// Among the former the oldest comes first: digests show the latest release first, and that
// should be the newest article also where a source brings many at once. Sources that say no
// dates mostly list the newest first.
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

// key is what an article is looked up by: its address without what changes nothing.
func (c candidate) key() string {
	if c.URL != "" {
		return addressKey(c.URL)
	}
	return c.GUID
}

// readOne reads and stores one article. The error is ours; what is wrong with the article
// stands in the row.
func (g *Gatherer) readOne(ctx, budget context.Context, s Source, c candidate, k knownPage, first bool) (Row, error) {
	row := Row{Source: s.Name, URL: c.URL, Outcome: Skipped}
	if row.URL == "" {
		row.URL = c.GUID
	}
	if c.Theirs != 0 || k.ID != 0 && g.isSettled(c, k) {
		a, err := g.store.Get(ctx, max(c.Theirs, k.ID))
		row.Article, row.Outcome = a, Unchanged
		return row, err
	}
	asked := row.URL
	if c.round.isSilent(c) {
		c.round.setGone(k.ID, 0)
		row.Reason = "its host does not answer"
		return row, nil
	}
	found, page, err := g.read(budget, s, c, k)
	var status *fetch.StatusError
	switch {
	case ctx.Err() != nil:
		return row, ctx.Err()
	case err != nil && budget.Err() != nil:
		return row, errBudget
	case page != nil && page.NotModified:
		a, err := g.store.checked(ctx, k.ID, g.Now())
		row.Article, row.Outcome = a, Unchanged
		if err == nil {
			err = g.store.unskip(ctx, s.Name, asked)
		}
		return row, err
	case errors.As(err, &status) && (status.Status == 404 || status.Status == 410) && k.ID != 0:
		c.round.setGone(k.ID, status.Status)
		return Row{}, nil
	case errors.Is(err, errStray):
		a, getErr := g.store.Get(ctx, k.ID)
		row.Article, row.Outcome, row.Reason = a, Unchanged, err.Error()
		return row, getErr
	case errors.Is(err, errUndecided):
		return row, err
	case err != nil:
		c.round.noteSilence(c, k, page, err)
		return g.refuse(ctx, row, c, k, err)
	}
	if c.Look {
		return g.looked(ctx, row, k, found)
	}
	found.Newsworthy, found.Others = g.isNews(found.Published, first), g.others(s)
	found.round, found.Asked = c.round, c.URL
	found.Fresh = found.Newsworthy && !first // a first gather brings the archive
	a, outcome, err := g.store.Save(ctx, found, g.Now(), g.OwnPage)
	if errors.Is(err, reading.ErrNoArticle) {
		return g.refuse(ctx, row, c, k, err)
	}
	if err != nil {
		return row, err
	}
	row.Article, row.Outcome, row.URL = a, outcome, a.URL
	row.MovedFrom = c.round.movedFrom(a)
	if page != nil && addressKey(page.URL) == addressKey(a.URL) {
		if err := g.store.setValidators(ctx, a.ID, page.Validators); err != nil {
			return row, err
		}
	}
	return row, g.store.unskip(ctx, s.Name, asked)
}

// refuse records that nothing is stored of a document, for the reason that err tells. A
// known article stays as it is.
func (g *Gatherer) refuse(ctx context.Context, row Row, c candidate, k knownPage, err error) (Row, error) {
	if errors.Is(err, reading.ErrNoArticle) && k.ID != 0 {
		c.round.setGone(k.ID, 0)
		return g.keep(ctx, row, k, err)
	}
	row.Reason = strings.TrimPrefix(err.Error(), reading.ErrNoArticle.Error()+": ")
	return row, g.store.skip(ctx, row.Source, row.URL, row.Reason, g.Now())
}

func (g *Gatherer) missing(ctx context.Context, row Row, k knownPage, gone bool) (Row, error) {
	withdrawn, err := g.store.missing(ctx, k.ID, gone, g.Now())
	if err != nil {
		return row, err
	}
	if row.Article, err = g.store.Get(ctx, k.ID); err != nil {
		return row, err
	}
	row.URL, row.Outcome = row.Article.URL, Unchanged
	if withdrawn {
		row.Outcome = Gone
	} else {
		row.Reason = "answers 404; withdrawn if it still does in a day"
		if row.Article.State == Withdrawn {
			row.Reason = "still gone"
		}
	}
	return row, nil
}

// isSettled tells whether a known article need not be asked for: it is out of the news
// window and nothing says that it changed since it was read. Articles in the window are
// always read again: a sitemap's dates are a hint only.
func (g *Gatherer) isSettled(c candidate, k knownPage) bool {
	if c.Text != nil && c.Whole || strings.HasPrefix(c.GUID, "file:") || k.MissingSince.Valid || !k.Listed {
		return false
	}
	now := g.Now()
	if now.Sub(k.Newest) <= g.NewsWindow {
		return false
	}
	if c.Changed.IsZero() {
		return now.Sub(k.CheckedAt) < 24*time.Hour
	}
	return !c.Changed.After(k.CheckedAt)
}

// isNews tells whether an article may join digests: dated within the window, or undated
// and first seen after the source's first gather, in which everything is new to us.
func (g *Gatherer) isNews(published time.Time, first bool) bool {
	if published.IsZero() {
		return !first
	}
	return g.Now().Sub(published) <= g.NewsWindow
}

// read turns a candidate into an article, from its page, its file or its feed.
func (g *Gatherer) read(ctx context.Context, s Source, c candidate, k knownPage) (Found, *fetch.Document, error) {
	if file, isFile := strings.CutPrefix(c.GUID, "file:"); isFile && s.Kind == Folder {
		r, evidence, err := ReadFile(filepath.Join(s.URL, filepath.FromSlash(file)), g.MaxBytes)
		if err != nil {
			return Found{}, nil, err
		}
		found := g.Describe(r, r.URL)
		found.Source, found.GUID, found.Evidence = s.Name, c.GUID, evidence
		return found, nil, nil
	}
	if c.Whole {
		if c.Text.Title == "" || c.Text.Words == 0 {
			return Found{}, nil, fmt.Errorf("%w: the feed gives no title or no text", reading.ErrNoArticle)
		}
		found := g.Describe(*c.Text, c.URL)
		found.Source, found.GUID, found.Evidence = s.Name, c.GUID, c.Evidence
		return found, nil, nil
	}
	page, err := c.page, error(nil)
	if page == nil {
		page, err = g.client.Get(ctx, c.URL, k.validatorsAt(c.URL))
	}
	if err != nil || page.NotModified {
		return Found{}, page, err
	}
	if c.Look {
		found, err := g.look(ctx, c, k, page)
		return found, page, err
	}
	r, err := reading.Read(ctx, reading.Page{URL: page.URL, ContentType: page.ContentType, Body: page.Body, Seen: g.Now(), Near: c.dates()})
	if err := g.judgePage(ctx, s, c, k, page, r, err); err != nil {
		return Found{}, page, err
	}
	if c.Text != nil {
		r.FillFrom(*c.Text)
	}
	found := g.Describe(r, cmp.Or(r.URL, page.URL))
	found.Source, found.GUID, found.Digest = s.Name, c.GUID, digestOf(string(page.Body))
	if err := g.place(ctx, c, k, page, &found); err != nil {
		return Found{}, page, err
	}
	if k.ID != 0 && k.Rules != readingRules {
		found.Revised = g.isRevised(ctx, k, page)
	}
	return found, page, nil
}

// Describe labels what was read and names its address; both the page's own words and
// the address count.
func (g *Gatherer) Describe(r reading.Reading, url string) Found {
	r = r.In(g.Zone)
	found := Found{Reading: r, URL: url, Language: g.Language}
	found.Programs, found.Regions = g.Labels.Match(r, url)
	return found
}
