package articles

import (
	"bytes"
	"strings"
	"time"
)

// relation is how a known article stands to the address at which a text was found.
type relation int

const (
	present  relation = iota // its source lists its address, which answers
	unlisted                 // its source lists it no more; whether it answers is not known
	gone                     // its address is gone or leads to another text
	foreign                  // it belongs to another source
	linked                   // the addresses are copies of one page, or the page names the article's address
)

// minIdentity is how many words make a text so particular that it identifies an article
// together with its title. Notices and tables of fewer words repeat from week to week.
const minIdentity = 60

// traits are the features by which two readings are compared.
type traits struct {
	fingerprint
	Title     string
	Text      string
	Published time.Time
	Said      time.Time // another date, which the page says since
	Language  string    // as the page names it
	Rules     int
}

func (f *Found) traits() traits {
	return traits{
		fingerprint: fingerprintOf(f.Title, f.ContentText),
		Title:       f.Title, Text: f.ContentText, Published: f.Published, Said: f.said, Language: f.Reading.Language, Rules: readingRules,
	}
}

// dates of two readings.
type dating int

const (
	undated  dating = iota // at least one says no date
	sameDay                // within 18 hours: time zones, and dates without a time
	otherDay               // a series has a title for each day or week
)

// datesOf compares the dates of two readings. An article keeps the date that was read first;
// either may agree.
func datesOf(a, b traits) dating {
	d := compareDates(a.Published, b.Published)
	for _, x := range []time.Time{a.Published, a.Said} {
		for _, y := range []time.Time{b.Published, b.Said} {
			if compareDates(x, y) == sameDay {
				return sameDay
			}
		}
	}
	return d
}

func compareDates(a, b time.Time) dating {
	switch {
	case a.IsZero() || b.IsZero():
		return undated
	case a.Sub(b).Abs() < 18*time.Hour:
		return sameDay
	}
	return otherDay
}

// isSameArticle reports whether two readings are of one article. Two addresses that both
// answer must have the same text; a text that moves may be edited on the way. Articles of a
// series, which share a title and much of the text, differ by date. Two texts in two
// languages are two articles.
func isSameArticle(a, b traits, r relation) bool {
	p := compare(a, b)
	if !p.exact && !areOneLanguage(a.Language, b.Language) {
		return false
	}
	if !bytes.Equal(a.TitleKey, b.TitleKey) {
		return p.isRetitled(r)
	}
	if p.exact && !a.Published.IsZero() && a.Published.Equal(b.Published) {
		return true // of any length
	}
	switch r {
	case linked:
		return p.dates != otherDay && p.areAlike(0.8)
	case present, unlisted:
		return p.isSameBesideEachOther()
	case foreign:
		return p.long && (p.exact && p.dates != otherDay || p.dates == sameDay && p.areAlike(0.9))
	case gone:
		if !p.long {
			return p.exact && p.dates != otherDay
		}
		return p.exact || p.dates == sameDay && p.areAlike(0.8)
	}
	return false
}

// pair compares two readings with equal titles.
type pair struct {
	a, b  traits
	exact bool // the texts are equal
	long  bool // long enough to tell one article from another
	dates dating
}

func compare(a, b traits) pair {
	p := pair{a: a, b: b, exact: bytes.Equal(a.TextKey, b.TextKey), dates: datesOf(a, b)}
	words := min(a.Words, b.Words)
	if p.exact { // the stored text of older rules may be a part of the one that was read
		words = max(a.Words, b.Words)
	}
	p.long = words >= minIdentity
	return p
}

// isRetitled reports whether an article got another title on its way to another address. A
// title in other words needs the same text.
func (p pair) isRetitled(r relation) bool {
	if !p.long || p.dates == otherDay || r == present {
		return false
	}
	switch compareTitles(p.a.Title, p.b.Title) {
	case sameTitle, edited:
		isEdit := (r == gone || r == linked) && p.dates == sameDay && p.areAlike(0.85)
		return p.exact || isEdit
	case reworded:
		return p.exact && p.dates == sameDay && (r == gone || r == linked)
	case series:
	}
	return false
}

// areOneLanguage reports whether two readings may be in one language; a page that names none
// may be in any.
func areOneLanguage(a, b string) bool {
	x, _, _ := strings.Cut(strings.ToLower(a), "-")
	y, _, _ := strings.Cut(strings.ToLower(b), "-")
	return x == "" || y == "" || x == y
}

// areAlike reports whether the texts are equal, or so similar.
func (p pair) areAlike(least float64) bool { return p.exact || similarity(p.a.Text, p.b.Text) >= least }

// isSameBesideEachOther compares two articles at two addresses that may both answer. Other
// rules may read the same text a little differently.
func (p pair) isSameBesideEachOther() bool {
	if p.a.Rules != p.b.Rules {
		return p.long && p.dates == sameDay && p.areAlike(0.9)
	}
	return p.long && p.dates != otherDay && p.exact
}

// continues reports whether a text found where an address leads is the article known at
// that address, moved and perhaps edited: sites redirect removed articles to their front
// page, to a section, or to a later article.
func continues(known, found traits) bool {
	if bytes.Equal(known.TitleKey, found.TitleKey) {
		return bytes.Equal(known.TextKey, found.TextKey) || datesOf(known, found) != otherDay || similarity(known.Text, found.Text) >= 0.5
	}
	return similarity(known.Text, found.Text) >= 0.85 // sites repeat phrases from page to page
}
