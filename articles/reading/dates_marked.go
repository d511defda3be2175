package reading

import (
	"slices"
	"time"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// chooseDates takes the dates in the metadata, then marked times, and says how sure the
// date of publication is.
func (t *tree) chooseDates(scope *html.Node, f *facts) (published time.Time, sureness Sureness, updated time.Time) {
	published = parseDate(f.published)
	for _, name := range publishedMetas.texts {
		published = firstTime(published, parseDate(f.meta[name]))
	}
	updated = parseDate(f.modified)
	for _, name := range updatedMetas.texts {
		updated = firstTime(updated, parseDate(f.meta[name]))
	}
	sureness = SureMachine
	marked, edited, how := t.markedTimes(scope)
	if published.IsZero() {
		published, sureness = marked, how
	}
	return published, sureness, firstTime(updated, edited)
}

// markedTimes are the first times that the markup of a piece calls its own, outside of
// its paragraphs. A time that is written for people alone is less sure.
func (t *tree) markedTimes(scope *html.Node) (published, updated time.Time, sureness Sureness) {
	for n := range t.descend(scope) {
		itemprop := attribute(n, "itemprop")
		isTime := n.DataAtom == atom.Time || itemprop == "datePublished" || itemprop == "dateCreated" || itemprop == "dateModified"
		if !isTime || !published.IsZero() && !updated.IsZero() || within(n.Parent, atom.P) != nil && t.text(within(n.Parent, atom.P)) > 120 {
			continue
		}
		at, how := firstTime(parseDate(attribute(n, "datetime")), parseDate(attribute(n, "content"))), SureMachine
		if at.IsZero() {
			at, how = firstTime(parseDate(attribute(n, "title")), parseDate(t.shortText(n))), SureLabel
		}
		words := t.names(n)
		edited := itemprop == "dateModified" || (slices.Contains(words, "updated") || slices.Contains(words, "modified")) && !slices.Contains(words, "published")
		if edited {
			updated = firstTime(updated, at)
		} else if published.IsZero() {
			published, sureness = at, how
		}
	}
	return published, updated, sureness
}

// firstTime is the first of them that is set.
func firstTime(times ...time.Time) time.Time {
	for _, t := range times {
		if !t.IsZero() {
			return t
		}
	}
	return time.Time{}
}
