package articles

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"

	"github.com/mmcdole/gofeed"
)

// Limits of a feed that is read entry by entry, each with the head of the whole.
const (
	maxRepaired     = 2000
	maxRepairedHead = 16 << 10 // bytes
)

// errBadEntries is the fault of a feed of which the other entries were read.
var errBadEntries = errors.New("has entries that cannot be read")

// parseFeed reads an RSS, Atom or JSON feed. When a part of it is faulty, the error comes
// with the feed of the other entries; feed is nil when there are no others.
func parseFeed(contentType string, body []byte) (feed *gofeed.Feed, err error) {
	if feed, err = parseWholeFeed(body); err == nil {
		return feed, nil
	}
	text := bytes.TrimSpace(xmlText(contentType, body))
	if bytes.HasPrefix(text, []byte("{")) {
		return repairJSONFeed(text, err)
	}
	begin := feedStart.FindIndex(text) // programs print warnings above
	if begin == nil {
		return nil, fmt.Errorf("is not a feed: %w", err)
	}
	// The declaration names the encoding that the text no longer has.
	text = text[begin[0]:]
	if feed, err := parseWholeFeed(text); err == nil {
		return feed, nil
	}
	return repairXMLFeed(text, err)
}

func parseWholeFeed(body []byte) (*gofeed.Feed, error) {
	feed, err := gofeed.NewParser().Parse(bytes.NewReader(body))
	if err == nil && feed.FeedType == "json" && !bytes.Contains(body, []byte(`"items"`)) {
		return nil, errors.New("the JSON has no items")
	}
	return feed, err
}

var (
	feedStart = regexp.MustCompile(`<(?:[A-Za-z]+:)?(?:rss|RDF|feed)[\s>]`)
	feedEntry = regexp.MustCompile(`(?s)<(item|entry)(?:\s[^>]*)?>.*?</(?:item|entry)\s*>`)
	entryTag  = regexp.MustCompile(`<(?:item|entry)[\s>]`)
	strayLess = regexp.MustCompile(`<([^A-Za-z/!?])`)
)

// repairXMLFeed reads each entry of a feed apart, between the head and the end of the
// whole, and keeps the entries that can be read. whole is the error of the feed.
func repairXMLFeed(text []byte, whole error) (*gofeed.Feed, error) {
	places := feedEntry.FindAllIndex(text, maxRepaired)
	if len(places) == 0 || places[0][0] > maxRepairedHead {
		return nil, fmt.Errorf("is not a feed: %w", whole)
	}
	head, end := text[:places[0][0]], feedEnd(text)
	alone := func(entry []byte) (*gofeed.Feed, error) {
		return parseWholeFeed(bytes.Join([][]byte{head, entry, end}, nil))
	}
	var feed *gofeed.Feed
	var items []*gofeed.Item
	for _, place := range places {
		entry := text[place[0]:place[1]]
		read, err := alone(entry)
		if err != nil {
			read, err = alone(strayLess.ReplaceAll(entry, []byte("&lt;$1")))
		}
		if err == nil {
			feed, items = read, append(items, read.Items...)
		}
	}
	// A tag without an end belongs to an entry that breaks off.
	return feedOf(feed, items, max(len(places), len(entryTag.FindAllIndex(text, -1))), whole)
}

// feedEnd is the text that closes the elements around a feed's entries.
func feedEnd(text []byte) []byte {
	switch start := feedStart.Find(text); {
	case bytes.HasPrefix(start, []byte("<rss")):
		return []byte("</channel></rss>")
	default:
		return append(append([]byte("</"), start[1:len(start)-1]...), '>')
	}
}

// repairJSONFeed reads each item of a JSON Feed apart, and keeps those that can be read.
func repairJSONFeed(text []byte, whole error) (*gofeed.Feed, error) {
	var document map[string]json.RawMessage
	var entries []json.RawMessage
	if json.Unmarshal(text, &document) != nil || json.Unmarshal(document["items"], &entries) != nil ||
		len(text)-len(document["items"]) > maxRepairedHead {
		return nil, fmt.Errorf("is not a feed: %w", whole)
	}
	var feed *gofeed.Feed
	var items []*gofeed.Item
	for _, entry := range entries[:min(len(entries), maxRepaired)] {
		document["items"] = append(append([]byte("["), entry...), ']')
		alone, err := json.Marshal(document)
		if err != nil {
			continue
		}
		if read, err := parseWholeFeed(alone); err == nil {
			feed, items = read, append(items, read.Items...)
		}
	}
	return feedOf(feed, items, len(entries), whole)
}

// feedOf returns the feed of the items that could be read, out of all.
func feedOf(feed *gofeed.Feed, items []*gofeed.Item, all int, whole error) (*gofeed.Feed, error) {
	if feed == nil {
		return nil, fmt.Errorf("is not a feed: %w", whole)
	}
	feed.Items = items
	if bad := all - len(items); bad > 0 {
		return feed, fmt.Errorf("%w: %d of %d; %s", errBadEntries, bad, all, whole)
	}
	return feed, nil
}
