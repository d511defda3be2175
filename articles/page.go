package articles

import (
	"errors"
	"time"
)

// Page is what reading is given: the bytes of a document, where they are from, and
// what the server said they are.
type Page struct {
	URL         string // the address that answered, after redirects; empty for a file
	ContentType string // the Content-Type header, if any; its charset is believed unless the bytes disprove it
	Body        []byte
	Seen        time.Time   // when it was fetched: no article is dated later; zero: unknown
	Near        []time.Time // days that the article may be dated near: what its source says of it
}

// Reading is what was read from a page or a file. What the document does not say
// stays empty.
type Reading struct {
	URL         string // canonical address: the page's own word for it, on the same host; else where it was found
	Title       string
	Authors     []string
	Published   time.Time
	Updated     time.Time
	ImageURL    string
	ImageCredit string
	Summary     string
	Language    string   // BCP 47; empty: the publication's
	Labels      []string // texts that label the piece itself: breadcrumbs, kickers, tags, sections, parts of its address
	Programs    []string // slugs or names that the text itself gives as such (front matter)
	Regions     []string
	ContentHTML string // sanitised, addresses absolute
	ContentText string
	Words       int

	// PublishedLocal and UpdatedLocal say that the document names no time zone: the
	// time is then a wall clock's, held as UTC. See In.
	PublishedLocal bool
	UpdatedLocal   bool

	PublishedSureness Sureness

	signs *signs // what the page's elements say of whether it is an article; nil for a file
}

// Sureness is how sure a date is, by where it was read.
type Sureness int

// From the least sure date to the surest.
const (
	SureNothing Sureness = iota // no date, or not recorded
	SureText                    // a date that stands above or below the text
	SureLabel                   // one that is labelled as the date of publication, or stands in the address
	SureFeed                    // one that a feed gives
	SureMachine                 // one that the document tells machines
)

// In returns the reading with the times that name no zone taken for those of a
// clock in zone, the publication's: "Apr 17, 2023" is that day's midnight there.
func (r Reading) In(zone *time.Location) Reading {
	if r.PublishedLocal {
		r.Published, r.PublishedLocal = onClock(r.Published, zone), false
	}
	if r.UpdatedLocal {
		r.Updated, r.UpdatedLocal = onClock(r.Updated, zone), false
	}
	return r
}

func onClock(t time.Time, zone *time.Location) time.Time {
	if t.IsZero() {
		return t
	}
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), 0, zone)
}

// ErrNoArticle says that no article can be read from a document; the error that
// wraps it gives the reason, in words for people.
var ErrNoArticle = errors.New("no article")
