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

// markedTimes are the first times that the markup of an article calls its own, outside of
// its paragraphs. A time that is written for people alone is less sure.
func (t *tree) markedTimes(scope *html.Node) (published, updated time.Time, sureness Sureness) {
	for n := range t.descend(scope) {
		if !t.isMarkedTime(n) || !published.IsZero() && !updated.IsZero() {
			continue
		}
		at, how := firstTime(parseDate(attribute(n, "datetime")), parseDate(attribute(n, "content"))), SureMachine
		if at.IsZero() {
			at, how = firstTime(parseDate(attribute(n, "title")), parseDate(t.shortText(n))), SureLabel
		}
		if t.isEditTime(n) {
			updated = firstTime(updated, at)
		} else if published.IsZero() {
			published, sureness = at, how
		}
	}
	return published, updated, sureness
}

// isMarkedTime tells an element for a time that does not stand in a paragraph of text.
func (t *tree) isMarkedTime(n *html.Node) bool {
	switch attribute(n, "itemprop") {
	case "datePublished", "dateCreated", "dateModified":
	default:
		if n.DataAtom != atom.Time {
			return false
		}
	}
	paragraph := within(n.Parent, atom.P)
	return paragraph == nil || t.text(paragraph) <= 120
}

// isEditTime tells an element for the time of an edit.
func (t *tree) isEditTime(n *html.Node) bool {
	words := t.names(n)
	return attribute(n, "itemprop") == "dateModified" ||
		(slices.Contains(words, "updated") || slices.Contains(words, "modified")) && !slices.Contains(words, "published")
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
