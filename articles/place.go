package articles

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"corridor/articles/reading"

	"corridor/fetch"
)

// errStray is the reason of a known address that leads to another text.
var errStray = errors.New("leads to another page; the article stays as it is")

// place decides the address of the article that was read at c, whose page answered as
// page. A known article at the address of c stays itself only if the text is still its own.
func (g *Gatherer) place(ctx context.Context, c candidate, k knownPage, page *fetch.Document, found *Found) error {
	found.round, found.Asked, found.URL = c.round, c.URL, c.URL
	claim := found.Reading.URL
	end, err := reading.CanonicalURL(page.URL)
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
		found.URL, found.Form, found.Known = end, page.Moved, k.ID
	case !redirected && page.Moved:
		found.URL, found.Form = end, true
	}
	return g.weighClaim(ctx, c, k, claim, found)
}

// weighClaim decides whether the address that a page calls canonical is the article's.
func (g *Gatherer) weighClaim(ctx context.Context, c candidate, k knownPage, claim string, found *Found) error {
	switch {
	case claim == "":
		return nil
	case addressKey(claim) == addressKey(found.URL):
		found.URL, found.Form = claim, true
		return nil
	}
	if found.isTranslation(claim) {
		return nil
	}
	found.Claim = claim
	if k.ID != 0 {
		other, err := g.store.atAddress(ctx, claim)
		if err != nil {
			return err
		}
		c.round.addTwin(twinPair{k.ID, other, found.traits(), linked})
	}
	if !c.round.listed[addressKey(claim)] && k.ID == 0 {
		return g.verifyClaim(ctx, c, found)
	}
	if k.ID != 0 && !c.round.listed[c.key()] {
		c.round.setLead(claim, k.ID)
	}
	return nil
}

// stays tells by an error whether a known article is no longer the article at its address.
func (g *Gatherer) stays(ctx context.Context, c candidate, k knownPage, end string, found Found) error {
	if addressKey(end) != addressKey(k.URL) {
		if reading.IsFrontPage(end) {
			c.round.setGone(k.ID, 0)
			return fmt.Errorf("%w: %s is a front page", errStray, end)
		}
		other, err := g.store.atAddress(ctx, end)
		if err != nil {
			return err
		}
		if other != 0 && other != k.ID {
			c.round.setGone(k.ID, 0)
			c.round.addTwin(twinPair{k.ID, other, found.traits(), gone})
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
	end, err := reading.CanonicalURL(page.URL)
	if err != nil || addressKey(end) != addressKey(found.Claim) {
		return nil //nolint:nilerr // believed only when it answers
	}
	r, err := g.readDocument(ctx, c, page)
	if err != nil {
		return nil //nolint:nilerr // believed only when it answers
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
	end, err := reading.CanonicalURL(page.URL)
	if asked, _, _ := strings.Cut(c.URL, "#"); err != nil || end == asked {
		if r, err := g.readDocument(ctx, c, page); err == nil && r.URL != "" && addressKey(r.URL) != addressKey(c.URL) {
			c.round.setLead(r.URL, k.ID)
		}
		return found, nil
	}
	r, err := g.readDocument(ctx, c, page)
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
