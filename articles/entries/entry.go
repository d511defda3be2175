// Package entries reads the documents in which sources list articles: feeds and sitemaps.
// It takes bytes and returns values; it opens no connection and no database. Documents are
// read as far as they go: faults that an XML parser must refuse cost one entry at most.
package entries

import (
	"errors"
	"time"
)

// Feed is a feed that was read.
type Feed struct {
	Title    string
	Link     string // of the site, absolute
	Language string // BCP 47, as the feed has it
	Entries  []Entry
}

// Entry is an article as a feed lists it. Facts that the feed does not state stay empty.
type Entry struct {
	ID       string   // as the feed has it; repeated and missing ids are told apart, see [Read]
	URL      string   // absolute, with its fragment
	Title    string   // plain text
	Authors  []string // as written, one text for each element
	Language string
	Labels   []string

	Published Date
	Updated   Date

	Content string // HTML: the text that the entry gives, or its summary when there is no other
	Summary string // HTML: what the entry gives beside Content; else empty
	Base    string // address that relative addresses in Content and Summary are read against
	HasText bool   // Content is of an element for the text, and no summary
	Cut     bool   // the document breaks off inside the entry

	ImageURL    string // absolute
	ImageCredit string
}

// Date is a moment. Local says that the text names no zone: the time is then a wall
// clock's, held as UTC.
type Date struct {
	Time  time.Time
	Local bool
}

// ErrNotFeed says that a document is no feed.
var ErrNotFeed = errors.New("is not a feed")

// ErrBadEntries is the fault of a feed of which the other entries were read.
var ErrBadEntries = errors.New("has entries that cannot be read")

// Limits of one document.
const (
	maxEntries = 50_000
	maxNodes   = 20_000 // of one entry, and of the head
	maxDepth   = 200    // of open elements
)
