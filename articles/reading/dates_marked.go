package reading

import (
	"slices"
	"time"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// chooseDates takes the dates of the metadata and of marked times.
func (p *articlePage) chooseDates(scope *html.Node, f *facts) dates {
	var d dates
	d.stated = parseDate(f.published)
	for _, name := range publishedMetas.texts {
		d.stated = firstTime(d.stated, parseDate(f.meta[name]))
	}
	d.updated = parseDate(f.modified)
	for _, name := range updatedMetas.texts {
		d.updated = firstTime(d.updated, parseDate(f.meta[name]))
	}
	marked, edited, how := p.markedTimes(scope)
	d.published, d.sureness, d.updated = marked, how, firstTime(d.updated, edited)
	return d
}

// markedTimes are the first times that the markup of an article calls its own, outside of
// its paragraphs. A time that is written for people alone is less sure.
func (p *articlePage) markedTimes(scope *html.Node) (published, updated time.Time, sureness Sureness) {
	for n := range p.descend(scope) {
		if !p.isMarkedTime(n) || p.isOfOthers(n, scope) || !published.IsZero() && !updated.IsZero() {
			continue
		}
		at, how := firstTime(parseDate(attribute(n, "datetime")), parseDate(attribute(n, "content"))), SureMachine
		if at.IsZero() {
			at, how = firstTime(parseDate(attribute(n, "title")), parseDate(p.shortText(n))), SureLabel
		}
		if p.isEditTime(n) {
			updated = firstTime(updated, at)
		} else if published.IsZero() {
			published, sureness = at, how
		}
	}
	return published, updated, sureness
}

// isOfOthers reports whether an element in scope stands in one that is not the article's.
func (p *articlePage) isOfOthers(n, scope *html.Node) bool {
	for n = n.Parent; n != nil && n != scope; n = n.Parent {
		if anyIn(p.names(n), foreignNames) && p.isForeign(n) {
			return true
		}
	}
	return false
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
