package reading

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Kinds of markup of authors, the most exact last.
const (
	looseMark  = iota // an element for bylines, which may hold much else
	namedMark         // an element for a name
	linkedMark        // a link to the author
	exactMark         // itemprop
	markKinds
)

// markedAuthors are the names that the markup of the article calls authors. The elements
// stand together: behind prose there are authors of comments, of later posts or of other
// articles.
func (t *tree) markedAuthors(scope *html.Node) byline {
	m := markReader{tree: t}
	m.walk(scope)
	for kind := exactMark; kind >= looseMark; kind-- {
		if found := m.found[kind]; len(found.names) > 0 {
			return found
		}
	}
	return byline{}
}

// markReader collects the names of elements for authors, until prose ends them.
type markReader struct {
	*tree
	found  [markKinds]byline
	isOver bool
}

// between is how many letters of one text node are prose, which ends a group of authors.
const between = 40

func (m *markReader) walk(n *html.Node) {
	for c := n.FirstChild; c != nil && !m.isOver && !m.late(); c = c.NextSibling {
		switch {
		case c.Type == html.TextNode:
			m.isOver = len(strings.TrimSpace(c.Data)) > between && len(m.found[exactMark].names)+len(m.found[linkedMark].names)+len(m.found[namedMark].names)+len(m.found[looseMark].names) > 0
		case c.Type != html.ElementNode || c.DataAtom == atom.Figcaption || anyIn(m.names(c), replyNames):
		default:
			m.read(c)
			m.walk(c)
		}
	}
}

// read takes the names of one element.
func (m *markReader) read(n *html.Node) {
	itemprop := attribute(n, "itemprop")
	switch {
	case hasWord(itemprop, "author") || hasWord(itemprop, "creator"):
		m.add(exactMark, n, firstText(attribute(n, "content"), m.itempropName(n), m.shortText(n)))
	case n.DataAtom == atom.A && (hasWord(attribute(n, "rel"), "author") || profileTitle.MatchString(attribute(n, "title"))):
		m.add(linkedMark, n, m.shortText(n))
	case attribute(n, "data-author") != "":
		m.add(namedMark, n, attribute(n, "data-author"))
	default:
		switch authorWord(m.names(n)) {
		case 2:
			m.add(namedMark, n, m.shortText(n))
		case 1:
			before := len(m.found[looseMark].names)
			m.found[looseMark].names = m.addPeople(m.found[looseMark].names, n)
			m.note(looseMark, n, before)
		}
	}
}

func (m *markReader) add(kind int, n *html.Node, text string) {
	before := len(m.found[kind].names)
	m.found[kind].names = addNames(m.found[kind].names, text)
	m.note(kind, n, before)
}

// note records the element of the first name.
func (m *markReader) note(kind int, n *html.Node, before int) {
	if b := &m.found[kind]; before == 0 && len(b.names) > 0 {
		b.element = pathOf(n)
		b.weight = [markKinds]int{2, 4, 4, 5}[kind]
		b.rule = [markKinds]string{"an element for bylines", "an element for names", "a link to the author", "itemprop"}[kind]
	}
}

func (t *tree) itempropName(n *html.Node) string {
	if t.sizeOf(n).elements > shortElements {
		return ""
	}
	var all []string
	for e := range t.descend(n) {
		if attribute(e, "itemprop") == "name" {
			all = append(all, firstText(attribute(e, "content"), t.shortText(e)))
		}
	}
	return strings.Join(all, "; ")
}

// authorWord tells how surely an element's names call it an author: 2 for a name's own
// element, 1 for a byline, 0 not at all.
func authorWord(words []string) int {
	found := 0
	for i, w := range words {
		next := ""
		if i+1 < len(words) {
			next = words[i+1]
		}
		switch {
		case accountNames[w]:
			return 2
		case besideAuthor[w]:
			if found > 0 || i+1 == len(words) {
				return 0
			}
		case bylineNames[w]:
			if next == "name" || next == "names" || next == "link" && i+2 == len(words) {
				return 2
			}
			found = 1
		}
	}
	return found
}

// addPeople adds the names in an element for authors, which may hold much else: those
// that link to pages about persons, else its short lines that are names.
func (t *tree) addPeople(names []string, n *html.Node) []string {
	if t.text(n) > 4*maxByline || t.sizeOf(n).elements > shortElements {
		return names
	}
	before := len(names)
	for e := range t.descend(n) {
		if e.DataAtom == atom.A && isPeoplePage(attribute(e, "href")) && len(strings.Fields(t.shortText(e))) <= 8 {
			names = addNames(names, t.shortText(e))
		}
	}
	if len(names) > before {
		return names
	}
	runs := t.runsOf(n)
	for _, r := range runs {
		_, how := behindLead(r.text)
		if found := SplitAuthors(r.text); len(runs) == 1 || how != noLead || len(found) > 0 && arePeople(found) {
			names = addNames(names, r.text)
		}
		if how != noLead && len(names) > before {
			break // the lines behind it hold posts and the like
		}
	}
	return names
}

// addNames adds the names in the text of an element for names.
func addNames(names []string, text string) []string {
	if len(text) > maxByline || len(names) >= maxAuthors {
		return names
	}
	found := SplitAuthors(text)
	if _, how := behindLead(text); how == noLead && endsSentence(text) && !keepsDot.MatchString(text) || len(found) == 0 || !areNames(found) {
		return names
	}
	for _, name := range found {
		isFirst := len(names) == 0
		if len(strings.Fields(name)) <= 6 && (isFirst || !roles.MatchString(name) && !isPartOf(name, names)) && !slices.ContainsFunc(names, func(known string) bool { return strings.EqualFold(known, name) }) {
			names = append(slices.DeleteFunc(names, func(known string) bool { return isPartOf(known, []string{name}) }), name)
		}
	}
	return names
}

// isPartOf reports whether a name of one word is a part of another.
func isPartOf(name string, names []string) bool {
	return !strings.Contains(name, " ") && slices.ContainsFunc(names, func(known string) bool { return hasWord(strings.ToLower(known), strings.ToLower(name)) })
}
