package articles

import (
	"bytes"
	"context"
	"errors"
	"sync"

	"corridor/articles/reading"

	"corridor/fetch"
)

// plan collects the changes of a gather until it is known whether the gather waits for
// staff. Everything else, such as that an article was looked at, is stored at once. A plan
// that is decided collects nothing: its round stores what it reads.
type plan struct {
	decided  bool
	accepted acceptance

	mu       sync.Mutex
	phase    int // of the round
	deferred []deferred
	bytes    int
	noted    []Change
	planned  map[int64]bool // articles with a change
	met      map[int64]bool // known articles that the round has looked at
}

// deferred is a reading, or a missing article, that takes effect when the brake is open.
type deferred struct {
	row   Row
	c     candidate
	k     knownPage
	found *Found // nil: the page says that the article is missing, or again is set
	page  *fetch.Document
	phase int
	again bool // too much waits: the candidate is read again
}

// maxPlanned is how many bytes of readings a plan keeps; further ones are read again when
// they take effect. Tests lower it.
var maxPlanned = 16 << 20

// overhead is added for each reading that a plan keeps, in bytes.
const overhead = 20_000

func newPlan(decided bool, accepted acceptance) *plan {
	return &plan{decided: decided, accepted: accepted, planned: map[int64]bool{}, met: map[int64]bool{}}
}

// meet records that a known article was looked at.
func (p *plan) meet(id int64) {
	if id != 0 {
		p.mu.Lock()
		p.met[id] = true
		p.mu.Unlock()
	}
}

// note adds a change that staff are shown.
func (p *plan) note(ch Change) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.noted = append(p.noted, ch)
	if ch.Kind != Kept && ch.ArticleID != 0 {
		p.planned[ch.ArticleID], p.met[ch.ArticleID] = true, true
	}
}

// changes reports whether the plan changes a known article.
func (p *plan) changes(id int64) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.planned[id]
}

// wait adds a change with the work that makes it.
func (p *plan) wait(ch Change, d deferred) {
	p.note(ch)
	p.hold(d)
}

// hold adds work for the time when the brake is open.
func (p *plan) hold(d deferred) {
	p.mu.Lock()
	defer p.mu.Unlock()
	d.phase, d.c.page = p.phase, nil
	if d.page != nil {
		page := *d.page
		page.Body = nil
		d.page = &page
	}
	if d.found != nil {
		if p.bytes += len(d.found.ContentHTML) + len(d.found.ContentText) + overhead; p.bytes > maxPlanned {
			d.found, d.page, d.again = nil, nil, true
		}
	}
	p.deferred = append(p.deferred, d)
}

// rehearse finds out whether a reading changes an article, and stores a reading that does not.
// The reading of another address of an article that changes waits as well.
func (g *Gatherer) rehearse(ctx context.Context, row Row, c candidate, k knownPage, found Found, page *fetch.Document) (Row, error) {
	waits := false
	a, done, err := g.store.save(ctx, found, g.Now(), g.OwnPage, func(id int64, done effect) bool {
		waits = done.outcome != Unchanged || c.round.plan.changes(id)
		return waits
	})
	d := deferred{row: row, c: c, k: k, found: &found, page: page}
	switch {
	case errors.Is(err, reading.ErrNoArticle):
		return g.refuseFound(ctx, row, c, k, found, err)
	case err != nil:
		return row, err
	case !waits:
		return g.recordStored(ctx, row, c, found, a, done.outcome, page)
	case done.outcome == Unchanged: // by the article as it is; decided when that has changed
		c.round.plan.hold(d)
		return Row{}, nil
	}
	c.round.plan.wait(changeOf(row.URL, a, found, done), d)
	return Row{}, nil
}

// refuseFound refuses a text. One that keeps too little of the known article is shown to staff.
func (g *Gatherer) refuseFound(ctx context.Context, row Row, c candidate, k knownPage, found Found, err error) (Row, error) {
	var replaced *replacedError
	if errors.As(err, &replaced) && k.ID != 0 {
		a, getErr := g.store.Get(ctx, k.ID)
		if getErr != nil {
			return row, getErr
		}
		c.round.plan.note(keptChange(row.URL, a, found.Reading))
		c.texts.add(c.URL, found.Reading, true)
	}
	return g.refuse(ctx, row, c, k, err)
}

// planGone adds the articles that would be withdrawn because their addresses are gone.
func (g *Gatherer) planGone(ctx context.Context, r *round) error {
	for _, k := range r.known.articles() {
		status := r.gone[k.ID]
		if status == 0 || r.plan.planned[k.ID] || !g.wouldWithdraw(k, status == 410) {
			continue
		}
		a, err := g.store.Get(ctx, k.ID)
		if err != nil {
			return err
		}
		if a.URL == k.URL && !r.plan.accepted.withdrawal(k.URL) {
			r.plan.note(withdrawalOf(a))
		}
	}
	return nil
}

// wouldWithdraw reports whether an article that is missing again would be withdrawn.
func (g *Gatherer) wouldWithdraw(k knownPage, gone bool) bool {
	return k.State == Released && (gone || k.MissingSince.Valid && isMissedFor(k.MissingSince.Time, g.Now()))
}

// apply makes the changes of a plan, in the order in which they were read. left is the number
// of readings for which the budget had no time.
func (g *Gatherer) apply(ctx, budget context.Context, r *round) (rows []Row, phases []int, left int64, err error) {
	r.plan.decided = true
	for _, d := range r.plan.deferred {
		var row Row
		switch {
		case d.again && budget.Err() != nil:
			left++
			continue
		case d.again:
			row, err = g.readOne(ctx, budget, d.c, d.k)
		case d.found == nil:
			row, err = g.missing(ctx, d.row, d.k, false)
		case d.c.Look:
			row, err = g.looked(ctx, d.row, d.c, d.k, *d.found)
		default:
			row, err = g.storeNow(ctx, d.row, d.c, d.k, *d.found, d.page)
		}
		if errors.Is(err, errBudget) {
			left++
			continue
		}
		if err != nil {
			return rows, phases, left, err
		}
		if row.Outcome != "" {
			rows, phases = append(rows, row), append(phases, d.phase)
		}
	}
	return rows, phases, left, nil
}

// acceptance holds the changes that staff let through: digests of texts by the key of their address, and
// addresses of articles that may be withdrawn.
type acceptance struct {
	all         bool // every text
	texts       map[string][]byte
	withdrawals map[string]bool
}

func (a acceptance) withdrawal(address string) bool { return a.withdrawals[addressKey(address)] }

// text reports whether staff let a text through at an address.
func (a acceptance) text(address string, r reading.Reading) bool {
	digest, ok := a.texts[addressKey(address)]
	return a.all || ok && bytes.Equal(digest, textDigest(r))
}

// textDigest is a digest of the words of a text.
func textDigest(r reading.Reading) []byte { return fingerprintOf(r.Title, r.ContentText).TextKey }
