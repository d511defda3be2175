package articles

import (
	"bytes"
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

// traits are what two readings are compared by.
type traits struct {
	fingerprint
	Title     string
	Text      string
	Published time.Time
	Rules     int
}

func (f *Found) traits() traits {
	return traits{fingerprintOf(f.Title, f.ContentText), f.Title, f.ContentText, f.Published, readingRules}
}

// dates of two readings.
type dating int

const (
	undated  dating = iota // at least one says no date
	sameDay                // within 18 hours: time zones, and dates without a time
	otherDay               // a series has a title for each day or week
)

func compareDates(a, b time.Time) dating {
	switch {
	case a.IsZero() || b.IsZero():
		return undated
	case a.Sub(b).Abs() < 18*time.Hour:
		return sameDay
	}
	return otherDay
}

// isSameArticle tells whether two readings with equal titles are of one article. Two
// addresses that both answer must have the same text; a text that moves may be edited on
// the way. Articles of a series, which share a title and much of the text, differ by date.
func isSameArticle(a, b traits, r relation) bool {
	if !bytes.Equal(a.TitleKey, b.TitleKey) {
		return false
	}
	exact, dates := bytes.Equal(a.TextKey, b.TextKey), compareDates(a.Published, b.Published)
	words := min(a.Words, b.Words)
	if exact { // the stored text of older rules may be a part of the one that was read
		words = max(a.Words, b.Words)
	}
	long := words >= minIdentity
	alike := func(least float64) bool { return exact || similarity(a.Text, b.Text) >= least }
	switch r {
	case linked:
		return dates != otherDay && alike(0.8)
	case present, unlisted:
		if a.Rules != b.Rules { // the same text may read a little differently
			return long && dates == sameDay && alike(0.9)
		}
		return long && dates != otherDay && exact
	case foreign:
		return long && (exact && dates != otherDay || dates == sameDay && alike(0.9))
	case gone:
		if !long {
			return exact && dates != otherDay
		}
		return exact || dates == sameDay && alike(0.8)
	}
	return false
}

// continues tells whether a text found where an address leads is the article known at
// that address, moved and perhaps edited: sites send what they have removed to their
// front page, to a section, or to a later article.
func continues(known, found traits) bool {
	if bytes.Equal(known.TitleKey, found.TitleKey) {
		return bytes.Equal(known.TextKey, found.TextKey) || compareDates(known.Published, found.Published) != otherDay || similarity(known.Text, found.Text) >= 0.5
	}
	return similarity(known.Text, found.Text) >= 0.85 // sites repeat phrases from page to page
}
