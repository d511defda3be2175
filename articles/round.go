package articles

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"

	"corridor/articles/reading"

	"corridor/fetch"
)

// round is one gather of one source: its list, and the findings on known addresses, which
// are asked before new ones.
type round struct {
	source       Source
	others       []string // the other sources that are read
	complete     bool     // the list is whole
	sameSettings bool     // the configuration is that of the last whole gather
	first        bool     // no gather of the source has been completed
	known        knowledge
	plan         *plan
	state        sourceState // at its beginning
	texts        texts
	listed       map[string]bool // addresses, their keys, and guids

	requests atomic.Int64 // for pages

	mu     sync.Mutex
	gone   map[int64]int    // articles whose address is gone, with its status; 0: it leads to another text
	silent map[string]int   // failures to answer by host, of addresses that are listed no more
	urls   map[int64]string // addresses of known articles before the round
	claims map[string]bool  // address keys that were asked because a page calls them canonical
	twins  []twinPair       // known articles that seem to be one
	leads  map[string]int64 // address keys that the pages of articles, listed no more, name as canonical
}

// newRound returns the round of a source, and its candidates without repetitions.
func newRound(s Source, others []string, candidates []candidate, complete bool) (*round, []candidate) {
	r := &round{source: s, others: others, complete: complete, listed: map[string]bool{}, gone: map[int64]int{}, silent: map[string]int{}, urls: map[int64]string{}, claims: map[string]bool{}, leads: map[string]int64{}, plan: newPlan(true, acceptance{})}
	var jobs []candidate
	for _, c := range candidates {
		c.round = r
		twice := r.listed[c.key()]
		if c.URL != "" {
			r.listed[c.URL], r.listed[addressKey(c.URL)] = true, true
		}
		if c.GUID != "" && (c.URL == "" || !twice) {
			r.listed["guid:"+c.GUID] = true
		}
		if c.URL == "" {
			twice = r.listed[c.key()]
			r.listed[c.key()] = true
		}
		if !twice {
			jobs = append(jobs, c)
		}
	}
	return r, jobs
}

// lists reports whether the source lists an article by its present address or its guid. An
// article that an incomplete list does not name counts as listed.
func (r *round) lists(source, url, guid string) bool {
	return r != nil && source == r.source.Name && (!r.complete || r.listed[addressKey(url)] || guid != "" && r.listed["guid:"+guid])
}

func (r *round) setGone(id int64, status int) {
	r.mu.Lock()
	r.gone[id] = status
	r.mu.Unlock()
}

func (r *round) isGone(id int64) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	_, is := r.gone[id]
	return is
}

// isMissing reports whether an article's address answers 404 or 410.
func (r *round) isMissing(id int64) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.gone[id] != 0
}

// maxSilent is how many addresses in a row a host may leave unanswered before the rest of
// those that are listed no more are given up until the next gather: a domain that was
// given up would cost a timeout for each of its articles.
const maxSilent = 3

// isSilent reports whether a candidate is listed no more and its host does not answer.
func (r *round) isSilent(c candidate) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return !r.listed[c.key()] && r.silent[reading.HostOf(c.URL)] >= maxSilent
}

// noteSilence records that the address of a known article that is listed no more gave no
// answer at all.
func (r *round) noteSilence(c candidate, k knownPage, page *fetch.Document, err error) {
	var status *fetch.StatusError
	if k.ID == 0 || page != nil || r.listed[c.key()] || errors.As(err, &status) || errors.Is(err, fetch.ErrRobots) || errors.Is(err, reading.ErrNoArticle) || errors.Is(err, fetch.ErrTooLarge) {
		return
	}
	r.setGone(k.ID, 0)
	r.mu.Lock()
	r.silent[reading.HostOf(c.URL)]++
	r.mu.Unlock()
}

// movedFrom is the address that an article had before the round, when it has another now.
func (r *round) movedFrom(a Article) string {
	if was := r.urls[a.ID]; was != a.URL {
		return was
	}
	return ""
}

// setLead records that the page of an article that is listed no more calls another
// listed address canonical.
func (r *round) setLead(claim string, id int64) {
	if claim != "" && r.listed[addressKey(claim)] {
		r.mu.Lock()
		r.leads[addressKey(claim)] = id
		r.mu.Unlock()
	}
}

func (r *round) lead(address string) int64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.leads[addressKey(address)]
}

// isFirstClaim reports whether a page is the first of the round that calls an address
// canonical.
func (r *round) isFirstClaim(address string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	key := addressKey(address)
	first := !r.claims[key]
	r.claims[key] = true
	return first
}

// hasMoved reports whether an article was found at another listed address in this round. A
// further address of its text is a copy then.
func (r *round) hasMoved(k known) bool {
	r.mu.Lock()
	before := r.urls[k.ID]
	r.mu.Unlock()
	return before != "" && before != k.URL && r.listed[addressKey(k.URL)]
}

// relation is how a known article stands to the address of a text that was found.
func (r *round) relation(k known, f Found) relation {
	names := f.Claim != "" && addressKey(f.Claim) == addressKey(k.URL)
	switch {
	case r.isGone(k.ID) && !r.hasMoved(k):
		return gone
	case names || k.isSamePage(f.Asked) || r.lead(f.Asked) == k.ID:
		return linked
	case k.State != Withdrawn && slices.Contains(r.others, k.Source):
		return foreign
	case r.lists(k.Source, k.URL, k.GUID):
		return present
	case k.State == Withdrawn:
		return gone
	case r.source.Kind == Feed: // a feed drops the oldest entries
		return present
	}
	return unlisted
}

// phases are the jobs in the order in which identity needs them: known articles at
// addresses that are listed no more, so that a move is known before new addresses are
// read; known articles; further addresses of known articles, which may be behind; new
// addresses; and new addresses that look like copies of others.
func (r *round) phases(jobs, unlisted []candidate) [][]candidate {
	phases := make([][]candidate, 5)
	phases[0] = unlisted
	for _, c := range jobs {
		k := r.known.pages[c.key()]
		phase := 3
		switch {
		case k.ID != 0 && (c.URL == "" || addressKey(k.URL) == c.key()), c.Theirs != 0:
			phase = 1
		case k.ID != 0:
			phase = 2
		case looksLikeCopy(c.URL):
			phase = 4
		}
		phases[phase] = append(phases[phase], c)
	}
	return phases
}

// settleGone records known addresses that are gone, unless the article was found at
// another address.
func (g *Gatherer) settleGone(ctx context.Context, r *round) ([]Row, error) {
	var rows []Row
	for _, k := range r.known.articles() {
		status := r.gone[k.ID]
		if status == 0 {
			continue
		}
		a, err := g.store.Get(ctx, k.ID)
		if err != nil {
			return rows, err
		}
		if a.URL != k.URL || a.State == Released && k.State == Withdrawn {
			continue // it has moved, or is back
		}
		row, err := g.missing(ctx, Row{Source: r.source.Name, URL: k.URL}, k, status == 410)
		if err != nil {
			return rows, err
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// articles are the source's articles, by id.
func (k knowledge) articles() []knownPage {
	byID := map[int64]knownPage{}
	for _, page := range k.pages {
		byID[page.ID] = page
	}
	pages := make([]knownPage, 0, len(byID))
	for _, page := range byID {
		pages = append(pages, page)
	}
	slices.SortFunc(pages, func(a, b knownPage) int { return int(a.ID - b.ID) })
	return pages
}
