package articles

import (
	"context"
	"encoding/json"
	"html"
	"regexp"
	"strings"
	"unicode/utf8"

	"corridor/articles/entries"
	"corridor/articles/hubs"
	"corridor/articles/reading"

	"corridor/fetch"
)

// digestsOfEntries is the first version of the reading rules with the present digests of
// entries. Earlier digests were of other texts, and say nothing of an edit.
const digestsOfEntries = 9

// fromFeed lists an RSS, Atom or JSON feed.
func (g *Gatherer) fromFeed(ctx context.Context, s Source) ([]candidate, error) {
	l, fault := g.askList(ctx, s, s.URL, func(v fetch.Validators, l *list) (*fetch.Document, error) {
		doc, err := g.askOnce(ctx, s, v)
		if err != nil || doc.NotModified {
			return doc, err
		}
		l.Base = doc.URL
		l.Feed, err = entries.Read(doc.URL, doc.ContentType, doc.Body)
		return doc, err
	})
	if l != nil && l.doc != nil {
		g.followHub(ctx, s, l.doc)
	}
	if l == nil || l.Feed == nil {
		return nil, fault
	}
	return readFeed(s, l.Feed), fault
}

// askOnce asks for the list of a source, unless that was done before.
func (g *Gatherer) askOnce(ctx context.Context, s Source, v fetch.Validators) (*fetch.Document, error) {
	if s.answer != nil {
		return s.answer.doc, s.answer.err
	}
	return g.client.Get(ctx, s.URL, v)
}

// followHub subscribes to the hub that a feed names. A hub that refuses costs nothing but
// speed, so its failures are for debugging alone.
func (g *Gatherer) followHub(ctx context.Context, s Source, doc *fetch.Document) {
	if g.Hubs == nil {
		return
	}
	var err error
	if doc.NotModified {
		err = g.Hubs.Renew(ctx, s.Name, g.Now())
	} else {
		err = g.Hubs.Follow(ctx, s.Name, hubs.LinksOf(doc.Header, doc.Body, doc.URL), g.Now())
	}
	if err != nil {
		g.Log.Debug("a feed's hub is not followed", "source", s.Name, "error", err)
	}
}

// readFeed lists a feed. Each entry is read when it is needed: see [candidate.loaded].
func readFeed(s Source, feed *entries.Feed) []candidate {
	addresses := entryAddresses(feed.Entries)
	var found []candidate
	for i, entry := range feed.Entries {
		c := candidate{GUID: entry.ID, URL: addresses[i]}
		if len(c.GUID) > reading.MaxAddress {
			c.GUID = "" // too long for an index of the database
		}
		if c.URL == "" && c.GUID == "" || c.URL != "" && !matchesPath(s.Match, c.URL) {
			continue
		}
		c.Changed, c.Dated = entry.Updated.Time, entry.Published.Time
		c.Evidence = Evidence{Digest: entryDigest(entry), Steady: true, Since: digestsOfEntries}
		c.entry = func() (*reading.Reading, bool) {
			r := readEntry(feed, entry)
			return r, c.URL == "" || strings.Contains(c.URL, "#") || isWhole(entry, r)
		}
		found = append(found, c)
	}
	return found
}

// entryDigest is the digest of all that a feed says of an entry.
func entryDigest(e entries.Entry) []byte {
	text, err := json.Marshal(e)
	if err != nil {
		panic(err) // plain values
	}
	return digestOf(string(text))
}

// loaded returns c with what its source itself holds of the article.
func (c candidate) loaded() candidate {
	if c.entry != nil {
		c.Text, c.Whole = c.entry()
		c.entry = nil
	}
	return c
}

// entryAddresses returns the canonical addresses of entries. Entries that differ by the
// fragment alone are parts of one page: each keeps its fragment. An address that several
// entries with other titles share is none of theirs: their ids tell them apart.
func entryAddresses(list []entries.Entry) []string {
	addresses, fragments := make([]string, len(list)), make([]string, len(list))
	parts, titles := map[string]map[string]bool{}, map[string]map[string]bool{} // by address
	note := func(of map[string]map[string]bool, address, text string) {
		if of[address] == nil {
			of[address] = map[string]bool{}
		}
		of[address][text] = true
	}
	for i, entry := range list {
		if address, err := reading.CanonicalURL(entry.URL); err == nil {
			addresses[i] = address
			_, fragments[i], _ = strings.Cut(entry.URL, "#")
			note(parts, address, fragments[i])
			note(titles, address, entry.Title)
		}
	}
	for i, address := range addresses {
		switch {
		case fragments[i] != "" && len(parts[address]) > 1 && len(address)+len(fragments[i]) < reading.MaxAddress:
			addresses[i] += "#" + fragments[i]
		case fragments[i] == "" && len(titles[address]) >= manyTitles && list[i].ID != "":
			addresses[i] = ""
		}
	}
	return addresses
}

// manyTitles is how many titles at one address say that the address is not the entries'.
const manyTitles = 3

// firstPicture is the address of the first picture in a text that was read.
var firstPicture = regexp.MustCompile(`<img\s[^>]*?\bsrc="([^"]+)"`)

// readEntry reads an article from its entry in the feed.
func readEntry(feed *entries.Feed, entry entries.Entry) *reading.Reading {
	r := &reading.Reading{Title: entry.Title, Labels: entry.Labels, Language: entry.Language, ImageURL: entry.ImageURL, ImageCredit: entry.ImageCredit}
	if r.Language == "" {
		r.Language = feed.Language
	}
	for _, author := range entry.Authors {
		r.Authors = append(r.Authors, reading.SplitAuthors(author)...)
	}
	takeEntryDates(r, entry)
	r.SetContent(entry.Base, entry.Content)
	if summary := reading.PlainText(entry.Summary); summary != "" {
		r.Summary = reading.Shorten(summary)
	} else {
		r.Summary = reading.Shorten(r.ContentText)
	}
	if r.ImageURL == "" {
		if m := firstPicture.FindStringSubmatch(r.ContentHTML); m != nil {
			r.ImageURL = html.UnescapeString(m[1])
		}
	}
	return r
}

// takeEntryDates takes over the dates of an entry. An entry with the date of an edit alone
// is dated by it, with less sureness.
func takeEntryDates(r *reading.Reading, entry entries.Entry) {
	r.Published, r.PublishedLocal = entry.Published.Time, entry.Published.Local
	r.Updated, r.UpdatedLocal = entry.Updated.Time, entry.Updated.Local
	r.PublishedSureness = reading.SureFeed
	if r.Published.IsZero() {
		r.Published, r.PublishedLocal, r.PublishedSureness = r.Updated, r.UpdatedLocal, reading.SureText
	}
	if r.Published.IsZero() {
		r.PublishedSureness = reading.SureNothing
	}
}

// Least length of a text that a feed gives whole, in words: of a text of its own element,
// and of one where feeds usually have a summary.
const (
	leastWhole       = 80
	leastDescription = 250
)

// isWhole reports whether a feed carries the whole text of an article and not only a
// teaser.
func isWhole(entry entries.Entry, r *reading.Reading) bool {
	text := strings.TrimRight(r.ContentText, " \n])")
	if entry.Cut || r.Title == "" || r.Words < leastWhole || strings.HasSuffix(text, "…") || strings.HasSuffix(text, "...") {
		return false
	}
	if entry.Summary == "" && !entry.HasText { // a summary may hold all, but then it holds much, in paragraphs
		return r.Words >= leastDescription && strings.Count(entry.Content, "<p") > 0
	}
	return utf8.RuneCountInString(reading.PlainText(entry.Summary)) < utf8.RuneCountInString(r.ContentText)
}
