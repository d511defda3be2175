package entries

import (
	"fmt"
	"regexp"
	"strings"
)

// feedBegins finds the first element of a feed: programs print warnings above.
var feedBegins = regexp.MustCompile(`(?i)<(?:[a-z0-9]+:)?(?:rss|rdf|feed|channel)[\s>]`)

// entryElements are the entries of feeds.
var entryElements = set("item", "entry")

// Read reads a feed that was fetched from address: RSS 0.9x, 1.0 and 2.0, Atom 0.3 and
// 1.0, CDF, and JSON Feed 1.0 and 1.1. When a part of it is faulty, the error wraps
// [ErrBadEntries] and comes with the feed of the other entries; it wraps [ErrNotFeed] when
// there are no others.
//
// Ids that several entries share identify none of them, and are dropped. An entry without
// id and address gets an id that is made of its title and date.
func Read(address, contentType string, body []byte) (*Feed, error) {
	text := strings.TrimSpace(Decode(contentType, body))
	if strings.HasPrefix(text, "{") {
		return readJSON(address, text)
	}
	begin := feedBegins.FindStringIndex(text)
	if begin == nil {
		return nil, notFeed(text)
	}
	r := feedReader{feed: &Feed{}}
	r.builder = newBuilder(address, entryElements, r.take)
	r.builder.build(text[begin[0]:])
	r.builder.end()
	r.readHead()
	return r.feed.finish(r.bad)
}

// notFeed says what a document is instead of a feed, and where a page names its feed.
func notFeed(text string) error {
	switch {
	case text == "":
		return fmt.Errorf("%w: it is empty", ErrNotFeed)
	case feedLink.MatchString(text):
		return fmt.Errorf("%w but a page; it names the feed %s", ErrNotFeed, cut(hrefOf(feedLink.FindString(text)), 200))
	}
	return fmt.Errorf("%w: it begins with %q", ErrNotFeed, cut(text, 60))
}

var feedLink = regexp.MustCompile(`(?i)<link\s[^>]{0,300}application/(?:rss|atom|feed)\+(?:xml|json)[^>]{0,900}>`)

func hrefOf(tag string) string {
	t, _ := newScanner(tag).next()
	return (&node{attrs: t.attrs}).attr("href")
}

// cut returns the first n characters of a text, with "…" when it is longer.
func cut(text string, n int) string {
	for i := range text {
		if n--; n < 0 {
			return text[:i] + "…"
		}
	}
	return text
}

// feedReader turns the trees of a feed into entries.
type feedReader struct {
	*builder
	feed *Feed
	bad  int // entries that cannot be read
}

// take reads an entry. The head before it is known.
func (r *feedReader) take(n *node) bool {
	r.readHead()
	e := r.read(n)
	if e.Title == "" && (e.Content == "" || e.Cut) || e.Cut && e.URL == "" || e.isEmpty() {
		r.bad++
		return true
	}
	r.feed.Entries = append(r.feed.Entries, e)
	return len(r.feed.Entries) < maxEntries
}

// isEmpty reports whether an entry says nothing by which an article could be found.
func (e *Entry) isEmpty() bool {
	return e.URL == "" && e.Content == "" && (e.ID == "" || e.Title == "")
}

// readHead reads the facts of the whole feed, as far as they have come.
func (r *feedReader) readHead() {
	head := r.head()
	if head == nil {
		return
	}
	r.feed.Title = titleOf(head.child("title"), r.isAtom())
	r.feed.Language = firstOf(head.child("language", "dc:language").plain(), head.lang, head.attr("lang"))
	if link := alternate(head); link != "" {
		r.feed.Link = resolve(head.base, link)
	} else if href := head.attr("href"); href != "" { // CDF
		r.feed.Link = resolve(head.base, href)
	}
}

// head is the element with the facts of the whole feed.
func (r *feedReader) head() *node {
	root := r.root.child("rss", "rdf:rdf", "rdf", "feed", "channel")
	if root == nil {
		return nil
	}
	if channel := root.child("channel"); channel != nil {
		return channel
	}
	return root
}

func (r *feedReader) isAtom() bool { return r.root.child("feed") != nil }

func firstOf(texts ...string) string {
	for _, text := range texts {
		if text = strings.TrimSpace(text); text != "" {
			return text
		}
	}
	return ""
}
