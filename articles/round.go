package articles

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"corridor/fetch"
)

// round is one gather of one source: what the source lists, and what is found out about
// known addresses before new ones are read.
type round struct {
	source   Source
	others   []string // the other sources that are read
	complete bool     // the list is whole
	texts    texts
	listed   map[string]bool // addresses, their keys, and guids

	mu     sync.Mutex
	gone   map[int64]int    // articles whose address is gone, with its status; 0: it leads to another text
	silent map[string]int   // failures to answer by host, of addresses that are listed no more
	urls   map[int64]string // addresses of known articles before the round
	claims map[string]bool  // address keys that were asked because a page calls them canonical
	leads  map[string]int64 // address keys that the pages of articles, listed no more, name as canonical
}

// newRound returns the round of a source, and its candidates without repetitions.
func newRound(s Source, others []string, candidates []candidate, complete bool) (*round, []candidate) {
	r := &round{source: s, others: others, complete: complete, listed: map[string]bool{}, gone: map[int64]int{}, silent: map[string]int{}, urls: map[int64]string{}, claims: map[string]bool{}, leads: map[string]int64{}}
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

// lists tells whether the source lists an article by its present address or its guid. What
// an incomplete list does not name counts as listed.
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

// isMissing tells whether an article's address answers 404 or 410.
func (r *round) isMissing(id int64) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.gone[id] != 0
}

// maxSilent is how many addresses in a row a host may leave unanswered before the rest of
// those that are listed no more are given up until the next gather: a domain that was
// given up would cost a timeout for each of its articles.
const maxSilent = 3

// isSilent tells whether a candidate is listed no more and its host does not answer.
func (r *round) isSilent(c candidate) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return !r.listed[c.key()] && r.silent[hostOf(c.URL)] >= maxSilent
}

// noteSilence records that the address of a known article that is listed no more gave no
// answer at all.
func (r *round) noteSilence(c candidate, k knownPage, page *fetch.Document, err error) {
	var status *fetch.StatusError
	if k.ID == 0 || page != nil || r.listed[c.key()] || errors.As(err, &status) || errors.Is(err, fetch.ErrRobots) || errors.Is(err, ErrNoArticle) || errors.Is(err, fetch.ErrTooLarge) {
		return
	}
	r.setGone(k.ID, 0)
	r.mu.Lock()
	r.silent[hostOf(c.URL)]++
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

// isFirstClaim tells whether a page is the first of the round that calls an address
// canonical.
func (r *round) isFirstClaim(address string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	key := addressKey(address)
	first := !r.claims[key]
	r.claims[key] = true
	return first
}

// relation is how a known article stands to the address of what was found.
func (r *round) relation(k known, f Found) relation {
	names := f.Claim != "" && addressKey(f.Claim) == addressKey(k.URL)
	switch {
	case r.isGone(k.ID):
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
func (r *round) phases(jobs, unlisted []candidate, known map[string]knownPage) [][]candidate {
	phases := make([][]candidate, 5)
	phases[0] = unlisted
	for _, c := range jobs {
		k := known[c.key()]
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

// settleGone records the known addresses that are gone and whose articles were found
// nowhere else.
func (g *Gatherer) settleGone(ctx context.Context, r *round, known map[string]knownPage) ([]Row, error) {
	var rows []Row
	for _, k := range uniquePages(known) {
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

// uniquePages are the articles of a map that holds each under several keys, by id.
func uniquePages(known map[string]knownPage) []knownPage {
	byID := map[int64]knownPage{}
	for _, k := range known {
		byID[k.ID] = k
	}
	pages := make([]knownPage, 0, len(byID))
	for _, k := range byID {
		pages = append(pages, k)
	}
	slices.SortFunc(pages, func(a, b knownPage) int { return int(a.ID - b.ID) })
	return pages
}

// errStray is the reason of a known address that leads to another text.
var errStray = errors.New("leads to another page; the article stays as it is")

// place decides the address of what was read at c, whose page answered as page. A known
// article that c is the address of stays itself only if the text is still its own.
func (g *Gatherer) place(ctx context.Context, c candidate, k knownPage, page *fetch.Document, found *Found) error {
	found.round, found.Asked, found.URL = c.round, c.URL, c.URL
	claim := found.Reading.URL
	end, err := CanonicalURL(page.URL)
	if err != nil {
		return err
	}
	redirected := addressKey(end) != addressKey(c.URL)
	if k.ID != 0 && (redirected || !c.round.listed[c.key()]) {
		if err := g.stays(ctx, c, k, end, *found); err != nil {
			return err
		}
	}
	listsAsked, listsEnd := c.round.listed[c.key()], c.round.listed[addressKey(end)]
	switch {
	case redirected && (page.Moved || listsEnd || !listsAsked):
		found.URL, found.Form = end, page.Moved
		if k.ID != 0 {
			found.Known = k.ID
		}
	case !redirected && page.Moved:
		found.URL, found.Form = end, true
	}
	switch {
	case claim == "":
	case addressKey(claim) == addressKey(found.URL):
		found.URL, found.Form = claim, true
	case !c.round.listed[addressKey(claim)] && k.ID == 0:
		found.Claim = claim
		err = g.verifyClaim(ctx, c, found)
	default:
		found.Claim = claim
		if k.ID != 0 && !c.round.listed[c.key()] {
			c.round.setLead(claim, k.ID)
		}
	}
	return err
}

// stays tells by an error whether a known article is no more what its address answers.
func (g *Gatherer) stays(ctx context.Context, c candidate, k knownPage, end string, found Found) error {
	if addressKey(end) != addressKey(k.URL) {
		if isFrontPage(end) {
			c.round.setGone(k.ID, 0)
			return fmt.Errorf("%w: %s is a front page", errStray, end)
		}
		other, err := g.store.atAddress(ctx, end)
		if err != nil {
			return err
		}
		if other != 0 && other != k.ID {
			c.round.setGone(k.ID, 0)
			return fmt.Errorf("%w: %s is another article", errStray, end)
		}
	}
	was, err := g.store.traits(ctx, k.ID)
	if err != nil {
		return err
	}
	for _, t := range was {
		if continues(t, found.traits()) {
			return nil
		}
	}
	c.round.setGone(k.ID, 0)
	return errStray
}

// verifyClaim asks the address that a page calls canonical and that the source does not
// list. It is believed when it answers with the same text: themes name sections, the
// front page, or another article.
func (g *Gatherer) verifyClaim(ctx context.Context, c candidate, found *Found) error {
	known, err := g.store.atAddress(ctx, found.Claim)
	if err != nil || known != 0 {
		return err // the texts are compared when the article is stored
	}
	if !c.round.isFirstClaim(found.Claim) {
		return nil
	}
	page, err := g.client.Get(ctx, found.Claim, fetch.Validators{})
	if err != nil {
		return ctx.Err()
	}
	end, err := CanonicalURL(page.URL)
	if err != nil || addressKey(end) != addressKey(found.Claim) {
		return nil
	}
	r, err := ReadPage(ctx, Page{URL: page.URL, ContentType: page.ContentType, Body: page.Body, Seen: g.Now(), Near: c.dates()})
	if err != nil {
		return nil
	}
	other := Found{Reading: r.In(g.Zone)}
	if isSameArticle(found.traits(), other.traits(), linked) {
		found.URL = found.Claim
	}
	return nil
}

// look finds out whether an article that its feed lists no more has moved. Its text stays
// as the feed gave it.
func (g *Gatherer) look(ctx context.Context, c candidate, k knownPage, page *fetch.Document) (Found, error) {
	found := Found{Asked: c.URL, URL: c.URL, Source: c.round.source.Name, round: c.round}
	end, err := CanonicalURL(page.URL)
	if err != nil || end == c.URL {
		if r, err := ReadPage(ctx, Page{URL: page.URL, ContentType: page.ContentType, Body: page.Body, Seen: g.Now(), Near: c.dates()}); err == nil && r.URL != "" && addressKey(r.URL) != addressKey(c.URL) {
			c.round.setLead(r.URL, k.ID)
		}
		return found, nil
	}
	r, err := ReadPage(ctx, Page{URL: page.URL, ContentType: page.ContentType, Body: page.Body, Seen: g.Now(), Near: c.dates()})
	if err != nil {
		c.round.setGone(k.ID, 0)
		return found, errStray
	}
	found.Reading = r.In(g.Zone)
	if err := g.stays(ctx, c, k, end, found); err != nil {
		return found, err
	}
	found.URL, found.Known, found.Form = end, k.ID, true
	return found, nil
}
