package articles

import (
	"context"
	"strings"

	"corridor/articles/reading"

	"corridor/fetch"

	"github.com/mmcdole/gofeed"
)

// fromFeed lists an RSS, Atom or JSON feed.
func (g *Gatherer) fromFeed(ctx context.Context, s Source) ([]candidate, error) {
	doc, err := g.client.Get(ctx, s.URL, fetch.Validators{})
	if err != nil {
		return nil, err
	}
	return g.readFeed(s, doc.URL, doc.ContentType, doc.Body)
}

// readFeed lists a feed. An error with candidates is about entries that cannot be read.
func (g *Gatherer) readFeed(s Source, base, contentType string, body []byte) ([]candidate, error) {
	feed, fault := parseFeed(contentType, body)
	if feed == nil {
		return nil, fault
	}
	var found []candidate
	for _, item := range feed.Items {
		if item == nil || len(found) >= maxCandidates {
			continue
		}
		c := candidate{GUID: strings.TrimSpace(item.GUID)}
		if url, err := reading.CanonicalURL(reading.Resolve(base, item.Link)); err == nil && item.Link != "" {
			c.URL = url
		}
		if len(c.GUID) > reading.MaxAddress {
			c.GUID = "" // too long for an index of the database
		}
		if c.URL == "" && c.GUID == "" || c.URL != "" && !matchesPath(s.Match, c.URL) {
			continue
		}
		if item.UpdatedParsed != nil {
			c.Changed = *item.UpdatedParsed
		}
		c.Text = g.readItem(feed, item, base)
		c.Evidence = Evidence{Digest: digestOf(item.Title, item.Content, item.Description), Steady: true}
		c.Whole = c.URL == "" || isWhole(item, c.Text)
		found = append(found, c)
	}
	return found, fault
}

// readItem reads an article from its entry in the feed.
func (g *Gatherer) readItem(feed *gofeed.Feed, item *gofeed.Item, base string) *reading.Reading {
	r := &reading.Reading{Title: reading.PlainText(item.Title), Labels: item.Categories, Language: feed.Language}
	for _, author := range item.Authors {
		if author != nil && strings.TrimSpace(author.Name) != "" {
			r.Authors = append(r.Authors, reading.SplitAuthors(author.Name)...)
		}
	}
	takeItemDates(r, item)
	if item.Image != nil {
		r.ImageURL = reading.Resolve(base, item.Image.URL)
	}
	for _, enclosure := range item.Enclosures {
		if r.ImageURL == "" && enclosure != nil && strings.HasPrefix(enclosure.Type, "image/") {
			r.ImageURL = reading.Resolve(base, enclosure.URL)
		}
	}
	content := item.Content
	if content == "" {
		content = item.Description
	}
	address := base
	if item.Link != "" {
		address = reading.Resolve(base, item.Link)
	}
	r.SetContent(address, content)
	if item.Content != "" && item.Description != "" {
		r.Summary = reading.Shorten(reading.PlainText(item.Description))
	} else {
		r.Summary = reading.Shorten(r.ContentText)
	}
	return r
}

// takeItemDates takes over the dates of an item. An item with the date of an edit alone
// is dated by it, with less sureness.
func takeItemDates(r *reading.Reading, item *gofeed.Item) {
	if item.PublishedParsed != nil {
		r.Published = *item.PublishedParsed
	}
	if item.UpdatedParsed != nil {
		r.Updated = *item.UpdatedParsed
	}
	r.PublishedSureness = reading.SureFeed
	if r.Published.IsZero() {
		r.Published, r.PublishedSureness = r.Updated, reading.SureText
	}
	if r.Published.IsZero() {
		r.PublishedSureness = reading.SureNothing
	}
}

// isWhole reports whether a feed carries the whole text of an article and not only a
// teaser.
func isWhole(item *gofeed.Item, r *reading.Reading) bool {
	text := strings.TrimSpace(r.ContentText)
	if r.Words < 80 || strings.HasSuffix(text, "…") || strings.HasSuffix(text, "...") || strings.HasSuffix(text, "[…]") || strings.HasSuffix(text, "[...]") {
		return false
	}
	if item.Content == "" { // RSS's description may hold all, but then it holds much, with markup
		return r.Words >= 250 && strings.Contains(item.Description, "<p")
	}
	return len(strings.Fields(reading.PlainText(item.Description))) < r.Words
}
