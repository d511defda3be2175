package articles

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"path"
	"strings"

	"corridor/articles/reading"

	"corridor/fetch"
)

// refusal is the error for a page that the judge does not take for an article.
type refusal struct{ reading.Judgement }

// Error gives the reason in words for people.
func (r *refusal) Error() string { return reading.ErrNoArticle.Error() + ": " + r.Reason() }

// Unwrap makes every refusal an ErrNoArticle.
func (r *refusal) Unwrap() error { return reading.ErrNoArticle }

// errUndecided is returned for a page that is judged when the other pages of its source
// have been read.
var errUndecided = errors.New("the page is judged later")

// judgePage judges what was read from a page; readErr is the error of the reading. doubt is
// the reason to hold a new article for staff; empty: it can be released. The error is a
// refusal, readErr, errUndecided or about the database.
func (g *Gatherer) judgePage(ctx context.Context, c candidate, k knownPage, page *fetch.Document, r reading.Reading, readErr error) (doubt string, err error) {
	if !r.IsPage() {
		return "", readErr
	}
	e := caseOf(c, page, r)
	j := reading.Judge(e)
	if k.ID != 0 && needsKnownText(e, j) {
		if err := g.store.compare(ctx, k.ID, &e); err != nil {
			return "", err
		}
		j = reading.Judge(e)
	}
	if e.IsBare() && readErr == nil && (k.ID == 0 || j.Kept < 0.5) {
		c.texts.add(c.URL, r, false)
		if j.Verdict == reading.IsArticle && k.ID == 0 {
			if j, err = g.judgeBare(ctx, c, page, e); err != nil {
				return "", err
			}
		}
	}
	if k.ID == 0 && readErr == nil && !e.IsBare() && j.Verdict == reading.IsArticle {
		if e.SharedBy = c.texts.other(c.URL, r, true); e.SharedBy != "" {
			j = reading.Judge(e)
		}
	}
	switch {
	case readErr != nil && j.Verdict != reading.NotArticle:
		return "", readErr
	case j.Verdict == reading.IsArticle:
		return "", nil
	case j.Verdict == reading.Doubtful && k.ID == 0:
		return j.Reason(), nil
	}
	if k.ID != 0 && j.IsReplacement() {
		if c.round.plan.accepted.text(c.URL, r) {
			return "", nil
		}
		a, err := g.store.Get(ctx, k.ID)
		if err != nil {
			return "", err
		}
		c.round.plan.note(keptChange(c.URL, a, r))
		c.texts.add(c.URL, r, true)
	}
	return "", &refusal{j}
}

// needsKnownText reports whether a judgement must be weighed against the known text.
func needsKnownText(e reading.Case, j reading.Judgement) bool {
	return j.Verdict != reading.IsArticle || j.Wall != "" || e.IsBare() || e.IsStub()
}

// judgeBare judges a new page without date and author by the other addresses that answer
// with its text. The error is errUndecided until the other pages of the round are read.
func (g *Gatherer) judgeBare(ctx context.Context, c candidate, page *fetch.Document, e reading.Case) (reading.Judgement, error) {
	if c.page == nil && c.texts.wait(c, page) {
		return reading.Judgement{}, errUndecided
	}
	var err error
	if e.SharedBy, err = g.sharedBy(ctx, c, e.Reading); err != nil {
		return reading.Judgement{}, err
	}
	e.Stray = e.SharedBy == "" && reading.Overlap(e.Reading.ContentText, g.strayText(ctx, c), 2) >= sameText
	return reading.Judge(e), nil
}

// caseOf is the evidence on a page that takes no question to the database.
func caseOf(c candidate, page *fetch.Document, r reading.Reading) reading.Case {
	e := reading.Case{Reading: r, Asked: c.URL, Final: page.URL, HTTP: httpFactsOf(page)}
	if address, err := reading.CanonicalURL(page.URL); err == nil {
		e.Final = address
	}
	if c.Text != nil {
		e.Listed = c.Text.Title
	}
	return e
}

// challengeHeaders name the vendor of the bot challenge that an answer with the header is.
var challengeHeaders = []struct{ header, value, vendor string }{
	{"Cf-Mitigated", "challenge", "Cloudflare"},
	{"X-Amzn-Waf-Action", "", "AWS WAF"},
	{"X-Datadome", "protected", "DataDome"},
	{"X-Vercel-Mitigated", "challenge", "Vercel"},
}

func httpFactsOf(page *fetch.Document) reading.HTTPFacts {
	f := reading.HTTPFacts{
		RetryAfter: page.Header.Get("Retry-After") != "",
		NoIndex:    strings.Contains(strings.ToLower(page.Header.Get("X-Robots-Tag")), "noindex"),
	}
	for _, h := range challengeHeaders {
		values, has := page.Header[http.CanonicalHeaderKey(h.header)]
		if has && (h.value == "" || strings.EqualFold(strings.Join(values, ","), h.value)) {
			f.Challenge = h.vendor
		}
	}
	return f
}

// compare looks up the text of a known article and how much of it a page still has.
func (s *Store) compare(ctx context.Context, id int64, e *reading.Case) error {
	var was struct {
		Title string `db:"title"`
		Text  string `db:"content_text"`
		Words int    `db:"words"`
	}
	err := s.db.GetContext(ctx, &was, `SELECT title, content_text, words FROM articles WHERE id = $1`, id)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("articles: reading a known text: %w", err)
	}
	e.CompareWith(was.Title, was.Text, was.Words)
	return nil
}

// sharedBy returns another address that answers with a page's text: one of this gather,
// or of two articles at least that are stored. One alone may be the same article before
// it moved.
func (g *Gatherer) sharedBy(ctx context.Context, c candidate, r reading.Reading) (string, error) {
	if other := c.texts.other(c.URL, r, false); other != "" || c.texts.many() {
		return other, nil
	}
	var stored []struct {
		URL  string `db:"url"`
		Text string `db:"content_text"`
	}
	err := g.db.SelectContext(ctx, &stored, `
		SELECT url, content_text FROM articles
		WHERE source = $1 AND published IS NULL AND authors = '{}' AND words BETWEEN $2 - 10 AND $2 + 10 AND url <> $3
		LIMIT 100`, c.round.source.Name, r.Words, c.URL)
	if err != nil {
		return "", fmt.Errorf("articles: looking for a text's addresses: %w", err)
	}
	same := ""
	for _, other := range stored {
		if reading.IsCopyOf(other.URL, c.URL) || reading.Overlap(r.ContentText, other.Text, 2) < sameText {
			continue
		}
		if same != "" {
			return same, nil
		}
		same = other.URL
	}
	return "", nil
}

// keep leaves a known article as it is when its page is refused. A page that says that
// the article is not found counts as missing; nothing else does.
func (g *Gatherer) keep(ctx context.Context, row Row, c candidate, k knownPage, refused error) (Row, error) {
	reason := strings.TrimPrefix(refused.Error(), reading.ErrNoArticle.Error()+": ")
	if err := g.store.skip(ctx, row.Source, row.URL, reason, g.Now()); err != nil {
		return row, err
	}
	var r *refusal
	if errors.As(refused, &r) && r.IsMissing() {
		if !c.round.plan.decided && g.wouldWithdraw(k, false) && !c.round.plan.accepted.withdrawal(k.URL) {
			a, err := g.store.Get(ctx, k.ID)
			c.round.plan.wait(withdrawalOf(a), deferred{row: row, c: c, k: k})
			return Row{}, err
		}
		row, err := g.missing(ctx, row, k, false)
		if row.Outcome == Unchanged && row.Article.State != Withdrawn {
			row.Reason = reason + "; withdrawn if it still does in a day"
		}
		return row, err
	}
	a, err := g.store.Get(ctx, k.ID)
	row.Article, row.Outcome, row.Reason = a, Unchanged, "kept as it was: "+reason
	return row, err
}

// strayPath is the last part of an address that no site has a page at.
const strayPath = "no-such-page-7f3a9c51"

// maxStrays is how many such addresses are asked for in one gather of a source.
const maxStrays = 4

// strayText is the text that a site answers with status 200 to an address that it cannot
// know, beside the candidate's own; empty when it answers as it should. A source's folders
// are asked once a gather, a few of them, and only when a page in them may be a wall.
func (g *Gatherer) strayText(ctx context.Context, c candidate) string {
	u, err := url.Parse(c.URL)
	if err != nil || c.texts == nil {
		return ""
	}
	u.RawQuery, u.Path = "", path.Join(path.Dir(u.Path), strayPath)
	c.texts.strayMu.Lock()
	defer c.texts.strayMu.Unlock()
	text, asked := c.texts.strays[u.String()]
	if asked || len(c.texts.strays) >= maxStrays {
		return text
	}
	if page, err := g.client.Get(ctx, u.String(), fetch.Validators{}); err == nil {
		r, _ := reading.Read(ctx, reading.Page{URL: page.URL, ContentType: page.ContentType, Body: page.Body, Hosts: c.round.source.Hosts, Selectors: c.round.source.Selectors})
		text = r.ContentText
	}
	if c.texts.strays == nil {
		c.texts.strays = map[string]string{}
	}
	c.texts.strays[u.String()] = text
	return text
}
