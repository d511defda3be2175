// Package reading turns pages and files into articles: title, authors, dates, picture,
// labels and text. It also judges whether a page is an article at all. It reads bytes and
// returns values; it opens no connection, no file and no database.
package reading

import (
	"errors"
	"time"
)

// Page is the input of [Read]: the bytes of a document, their address, and the type that
// the server gave.
type Page struct {
	URL         string // the address that answered, after redirects; empty for a file
	ContentType string // the Content-Type header, if any; its charset is believed unless the bytes disprove it
	Body        []byte
	Seen        time.Time   // when it was fetched: no article is dated later; zero: unknown
	Near        []time.Time // days near which the article may be dated, from its source
	Hosts       []string    // further hosts of its site, on which its canonical address may be
	Selectors   Selectors   // of its source
	Explain     bool        // record what is cut, in Reading.Cuts
}

// Reading is the article that was read from a page or a file. Facts that the document
// does not state stay empty.
type Reading struct {
	URL         string // canonical address: the page's own word for it, on the same host; else where it was found
	Title       string
	Authors     []string
	Published   time.Time
	Updated     time.Time
	ImageURL    string
	ImageCredit string
	ImageAlt    string // its alternative text
	Summary     string
	Language    string   // BCP 47; empty: the publication's
	Labels      []string // texts that label the article itself: breadcrumbs, kickers, tags, sections, parts of its address
	Programs    []string // slugs or names that the text itself gives as such (front matter)
	Regions     []string
	ContentHTML string // sanitised, addresses absolute
	ContentText string
	Words       int
	Media       []Media // what the text embeds, in its order; see [Media]

	Versions []Version // the article in other languages, as the page claims

	// PublishedLocal and UpdatedLocal say that the document names no time zone: the
	// time is then a wall clock's, held as UTC. See In.
	PublishedLocal bool
	UpdatedLocal   bool

	PublishedSureness Sureness

	Facts []Fact // which rule read each fact from which element
	Cuts  []Cut  // what was left out of the text; only with Page.Explain

	signs *signs // evidence in the page's elements for and against an article; nil for a file
}

// IsPage reports whether the reading comes from a page, which [Judge] can judge, and not
// from a text file, which has no elements to judge it by.
func (r Reading) IsPage() bool { return r.signs != nil }

// Canonical returns the address that the page itself calls canonical, on any host;
// empty when there is no such address. The reading must be of a page.
func (r Reading) Canonical() string { return r.signs.canonical }

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

// FillFrom adds the facts that a feed states and the page does not. A feed that is surer
// of the date, or knows the hour of a day, gives the date.
func (r *Reading) FillFrom(feed Reading) {
	if len(r.Authors) == 0 {
		r.Authors = feed.Authors
	}
	isDay := r.PublishedLocal && r.Published.Equal(r.Published.Truncate(24*time.Hour))
	if surer := r.PublishedSureness < feed.PublishedSureness && !feed.Published.IsZero(); surer || isDay && feed.Published.Sub(r.Published).Abs() < 36*time.Hour { // the feed knows the hour
		r.Published, r.PublishedLocal = feed.Published, feed.PublishedLocal
		r.PublishedSureness = max(r.PublishedSureness, feed.PublishedSureness)
	}
	if r.Summary == "" {
		r.Summary = feed.Summary
	}
	if r.ImageURL == "" {
		r.ImageURL = feed.ImageURL
	}
	if r.Language == "" {
		r.Language = feed.Language
	}
	if len(r.Versions) == 0 {
		r.Versions = feed.Versions
	}
	r.Labels = append(r.Labels, feed.Labels...)
}

// ErrNoArticle says that no article can be read from a document; the error that
// wraps it gives the reason, in words for people.
var ErrNoArticle = errors.New("no article")
