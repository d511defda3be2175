package articles

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"corridor/articles/reading"

	"corridor/fetch"
)

// key is the key by which an article is looked up: that of its address, or its guid.
func (c candidate) key() string {
	if c.URL != "" {
		return addressKey(c.URL)
	}
	return c.GUID
}

// readOne reads and stores one article. The error is the database's, or that of ctx or of
// the budget; a fault of the page stands in the row.
func (g *Gatherer) readOne(ctx, budget context.Context, c candidate, k knownPage) (Row, error) {
	row := Row{Source: c.round.source.Name, URL: cmp.Or(c.URL, c.GUID), Outcome: Skipped}
	c = c.loaded()
	if c.round.isSilent(c) {
		c.round.setGone(k.ID, 0)
		row.Reason = "its host does not answer"
		return row, nil
	}
	found, page, err := g.read(budget, c, k)
	switch {
	case ctx.Err() != nil:
		return row, ctx.Err()
	case err != nil && budget.Err() != nil:
		return row, errBudget
	case page != nil && page.NotModified:
		return g.recordUnmodified(ctx, row, k)
	case err != nil:
		return g.recordUnread(ctx, row, c, k, page, err)
	case c.Look:
		return g.looked(ctx, row, c, k, found)
	}
	return g.storeFound(ctx, row, c, k, found, page)
}

// recordUnmodified records that the server says that the page has not changed.
func (g *Gatherer) recordUnmodified(ctx context.Context, row Row, k knownPage) (Row, error) {
	asked := row.URL
	a, err := g.store.checked(ctx, k.ID, g.Now())
	row.Article, row.Outcome = a, Unchanged
	if err != nil {
		return row, err
	}
	return row, g.store.unskip(ctx, row.Source, asked)
}

// recordUnread records that no article was read, for the reason that err gives.
func (g *Gatherer) recordUnread(ctx context.Context, row Row, c candidate, k knownPage, page *fetch.Document, err error) (Row, error) {
	var status *fetch.StatusError
	switch {
	case errors.As(err, &status) && (status.Status == 404 || status.Status == 410) && k.ID != 0:
		c.round.setGone(k.ID, status.Status)
		return Row{}, nil
	case errors.Is(err, errStray):
		a, getErr := g.store.Get(ctx, k.ID)
		row.Article, row.Outcome, row.Reason = a, Unchanged, err.Error()
		return row, getErr
	case errors.Is(err, errUndecided):
		return row, err
	}
	c.round.noteSilence(c, k, page, err)
	return g.refuse(ctx, row, c, k, err)
}

// storeFound stores the article that was read; a change waits for the brake.
func (g *Gatherer) storeFound(ctx context.Context, row Row, c candidate, k knownPage, found Found, page *fetch.Document) (Row, error) {
	first := c.round.first
	found.Newsworthy, found.Others = g.isNews(found.Published, first), c.round.others
	found.round, found.Asked = c.round, c.URL
	found.Fresh = found.Newsworthy && !first // a first gather brings the archive
	found.Accepted = c.round.plan.accepted.text(row.URL, found.Reading)
	if !found.Accepted && !c.round.plan.decided {
		return g.rehearse(ctx, row, c, k, found, page)
	}
	return g.storeNow(ctx, row, c, k, found, page)
}

// storeNow stores the article that was read.
func (g *Gatherer) storeNow(ctx context.Context, row Row, c candidate, k knownPage, found Found, page *fetch.Document) (Row, error) {
	a, outcome, err := g.store.Save(ctx, found, g.Now(), g.OwnPage)
	if errors.Is(err, reading.ErrNoArticle) {
		return g.refuseFound(ctx, row, c, k, found, err)
	}
	if err != nil {
		return row, err
	}
	return g.recordStored(ctx, row, c, found, a, outcome, page)
}

// recordStored records the validators of the page of an article that was stored, and what a
// page answered that refuses.
func (g *Gatherer) recordStored(ctx context.Context, row Row, c candidate, found Found, a Article, outcome Outcome, page *fetch.Document) (Row, error) {
	asked := row.URL
	row.Article, row.Outcome, row.URL = a, outcome, a.URL
	row.MovedFrom = c.round.movedFrom(a)
	if a.Source == row.Source {
		if err := g.store.setRefused(ctx, a.ID, found.Refused); err != nil {
			return row, err
		}
		if found.Refused != "" {
			row.Reason = found.Refused + "; the text is the feed's"
		}
	}
	if page != nil && addressKey(page.URL) == addressKey(a.URL) {
		if err := g.store.setValidators(ctx, a.ID, page.Validators); err != nil {
			return row, err
		}
	}
	return row, g.store.unskip(ctx, row.Source, asked)
}

// refuse records that nothing is stored of a document, for the reason that err tells. A
// known article stays as it is.
func (g *Gatherer) refuse(ctx context.Context, row Row, c candidate, k knownPage, err error) (Row, error) {
	if errors.Is(err, reading.ErrNoArticle) && k.ID != 0 {
		c.round.setGone(k.ID, 0)
		return g.keep(ctx, row, c, k, err)
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

// isSettled reports whether a known article can be left unread: it is out of the news
// window, and the source does not say that it changed since it was read. Articles in the
// window are always read again: a sitemap's dates are a hint only.
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

// isNews reports whether an article may join digests: dated within the window, or undated
// and first seen after the source's first gather, in which everything is new to us.
func (g *Gatherer) isNews(published time.Time, first bool) bool {
	if published.IsZero() {
		return !first
	}
	return g.Now().Sub(published) <= g.NewsWindow
}

// read turns a candidate into an article, from its page, its file or its feed.
func (g *Gatherer) read(ctx context.Context, c candidate, k knownPage) (Found, *fetch.Document, error) {
	if file, isFile := strings.CutPrefix(c.GUID, "file:"); isFile && c.round.source.Kind == Folder {
		found, err := g.readFromFile(ctx, c, file)
		return found, nil, err
	}
	if c.Whole {
		found, err := g.readFromFeed(c)
		return found, nil, err
	}
	page, err := c.page, error(nil)
	if page == nil {
		c.round.requests.Add(1)
		page, err = g.client.Get(ctx, c.URL, k.validatorsAt(c.URL))
	}
	if found, ok := g.insteadOfPage(c, k, err); ok {
		return found, nil, nil
	}
	if err != nil || page.NotModified {
		return Found{}, page, err
	}
	if c.Look {
		found, err := g.look(ctx, c, k, page)
		return found, page, err
	}
	found, err := g.readFromPage(ctx, c, k, page)
	return found, page, err
}

func (g *Gatherer) readFromFile(ctx context.Context, c candidate, file string) (Found, error) {
	r, evidence, err := ReadFile(ctx, filepath.Join(c.round.source.URL, filepath.FromSlash(file)), g.MaxBytes)
	if time.Since(evidence.Modified) < c.round.source.Resting {
		return Found{}, errUndecided
	}
	if err != nil {
		return Found{}, err
	}
	found := g.Describe(r, r.URL)
	found.Source, found.GUID, found.Evidence = c.round.source.Name, c.GUID, evidence
	return found, nil
}

func (g *Gatherer) readFromFeed(c candidate) (Found, error) {
	if c.Text.Title == "" || c.Text.Words == 0 {
		return Found{}, fmt.Errorf("%w: the feed gives no title or no text", reading.ErrNoArticle)
	}
	found := g.Describe(*c.Text, c.URL)
	found.Source, found.GUID, found.Evidence = c.round.source.Name, c.GUID, c.Evidence
	return found, nil
}

func (g *Gatherer) readFromPage(ctx context.Context, c candidate, k knownPage, page *fetch.Document) (Found, error) {
	r, readErr := g.readDocument(ctx, c, page)
	if c.Text != nil && c.round.source.Kind == Sitemap { // the extension for news lists articles alone
		r.FillFrom(*c.Text)
	}
	doubt, err := g.judgePage(ctx, c, k, page, r, readErr)
	if err != nil {
		return Found{}, err
	}
	if c.Text != nil && c.round.source.Kind != Sitemap {
		r.FillFrom(*c.Text)
	}
	found := g.Describe(r, cmp.Or(r.URL, page.URL))
	found.Source, found.GUID, found.Digest, found.HeldReason = c.round.source.Name, c.GUID, digestOf(string(page.Body)), doubt
	if err := g.place(ctx, c, k, page, &found); err != nil {
		return Found{}, err
	}
	if k.ID != 0 && k.Rules != readingRules {
		found.Revised = g.isRevised(ctx, k, page)
	}
	return found, nil
}

// readDocument reads the page of a candidate.
func (g *Gatherer) readDocument(ctx context.Context, c candidate, page *fetch.Document) (reading.Reading, error) {
	return readAny(ctx, reading.Page{URL: page.URL, ContentType: page.ContentType, Body: page.Body, Seen: g.Now(), Near: c.dates(), Hosts: c.round.source.Hosts, Selectors: c.round.source.Selectors})
}

// Describe labels a reading and names its address; both the page's own words and the
// address count.
func (g *Gatherer) Describe(r reading.Reading, url string) Found {
	r = r.In(g.Zone)
	found := Found{Reading: r, URL: url, Language: g.Language}
	found.Labels = g.Labels.Match(r, url)
	found.Programs, found.Regions = Slugs(found.Labels, ProgramLabel), Slugs(found.Labels, RegionLabel)
	return found
}
