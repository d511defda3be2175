package reading

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Rules of cuts around the headline.
const (
	aboveHeadline = "above the headline"
	beforeText    = "between headline and text"
)

// head holds the facts around the headline and below the text: authors, date, picture credit,
// labels.
type head struct {
	lineFacts
	authorElement string   // the element of the byline
	authorsBelow  bool     // the byline stands below the text
	weak          []string // names that stand beside a date, without a word that they are the authors'
	labels        []string
	opens         []run  // lines before the text that belong to it
	report        string // text of a link to a document that is the article itself
	count         int    // lines read before the text
}

// readHead reads the lines around the headline and those below the text, and clears
// the lines that are not text. It returns the element around all of them.
func (p *articlePage) readHead(title string, site string) (head, *html.Node) {
	var h head
	scope := p.scope()
	p.readAbove(&h, scope)
	runs := p.runsOf(scope)
	first, last := p.textRange(runs)
	opening := ""
	if first < len(runs) {
		opening = runs[first].text
		h.readLead(runs[first])
	}
	names := nameLines{runs: runs[:first]}
	for i, r := range runs[:first] {
		isTitle := p.showsTitle(r, title, site)
		switch {
		case isTitle:
			r.clear("the headline or the site’s name")
		case names.read(&h, i):
			r.clear("names")
		default:
			h.readLine(r, followedByProse(runs, i, first))
		}
	}
	letters := 0 // of the text, up to a line
	for i, r := range runs[first:min(last+1, len(runs))] {
		if first == 0 && i == 0 && p.showsTitle(r, title, site) {
			r.clear("the headline or the site’s name")
			continue
		}
		letters += h.readTextLine(r, letters)
	}
	if last < len(runs) {
		h.readTail(runs[last+1:], runs[last].block.Parent)
	}
	h.setPublished(openingDate(opening), SureText)
	return h, scope
}

// showsTitle reports whether a line is the headline or the site's name.
func (p *articlePage) showsTitle(r run, title, site string) bool {
	return p.headline != nil && p.contains(p.headline, r.block) || strings.EqualFold(r.text, title) || site != "" && strings.EqualFold(r.text, site)
}

// readTextLine reads a line in the midst of the text; before is the number of letters
// above it. It clears lines that are not text, and returns how many letters of text the
// line has.
func (h *head) readTextLine(r run, before int) int {
	switch {
	case len(r.text) <= maxByline && r.links*10 > len(r.text)*8 && reportLine.MatchString(r.text):
		h.report = firstText(h.report, r.text)
		r.clear("a link to a document")
		return 0
	case len(r.text) <= 2*maxByline && r.links*10 > len(r.text)*4 && asideLine.MatchString(r.text),
		len(r.text) <= 80 && playLine.MatchString(r.text):
		r.clear("a line that leads elsewhere")
		return 0
	}
	if before < 1200 && (before == 0 || len(r.text) <= maxByline) {
		h.readLineInText(r, before)
	}
	return len(r.text)
}

// readAbove takes labels, and perhaps date and byline, from the lines right above the
// headline, and removes all that stands above it.
func (p *articlePage) readAbove(h *head, scope *html.Node) {
	if p.headline == nil {
		return
	}
	for n := p.headline; n != nil && n != p.body; n = n.Parent {
		inScope := n != scope && p.contains(scope, n)
		taken := 0
		for above := n.PrevSibling; above != nil; {
			next := above.PrevSibling
			if inScope && above.Type == html.ElementNode && taken < 4 && p.text(above) > 0 {
				taken++
				p.readLabelsAbove(h, above)
			}
			p.clearAbove(above)
			above = next
		}
	}
}

// readLabelsAbove reads the lines of an element above the headline, if they are few.
func (p *articlePage) readLabelsAbove(h *head, above *html.Node) {
	if _, links := p.links(above); p.text(above) >= 300 || links >= 9 {
		return
	}
	for _, r := range p.runsOf(above) {
		h.readLine(r, false)
	}
}

// clearAbove removes an element above the headline, and leaves its pictures.
func (p *articlePage) clearAbove(above *html.Node) {
	if p.first(above, atom.Img) == nil && above.DataAtom != atom.Img {
		p.cut(above, aboveHeadline)
		return
	}
	for _, r := range p.runsOf(above) {
		r.clear(aboveHeadline)
	}
}

// readLine reads a line before the text. It clears lines that are neither facts nor a
// heading of the text: labels, buttons, a subtitle.
func (h *head) readLine(r run, beforeProse bool) {
	if r.isCaption() {
		h.credit = firstText(h.credit, r.credit())
		r.clear("a caption")
		return
	}
	if h.count++; h.count > maxHeadLines {
		if !r.isSentence() {
			r.clear(beforeText)
		}
		return
	}
	if len(r.text) <= maxByline {
		if len(h.weak) == 0 {
			h.weak = r.people()
		}
		if h.readByline(r) {
			r.clear("a byline or a date")
			return
		}
		if reportLine.MatchString(r.text) && r.links > 0 {
			h.report = firstText(h.report, r.text)
		}
		if len(h.labels) < maxLabels {
			h.labels = append(h.labels, r.text)
		}
	}
	switch {
	case r.isOpening() && len(h.opens) < maxOpenings:
		h.opens = append(h.opens, r)
	case !r.opensText(beforeProse):
		r.clear(beforeText)
	case !r.isHeading() && len(h.opens) < maxOpenings:
		h.opens = append(h.opens, r)
	}
}

// opensText reports whether a line before the first prose belongs to the text: a heading
// right above the prose, or a sentence outside of the lines for byline and subtitle.
func (r run) opensText(beforeProse bool) bool {
	if r.isHeading() {
		return beforeProse && r.links == 0
	}
	return r.isSentence() && !r.isStandfirst() && within(r.block, atom.Header) == nil && r.links*2 < len(r.text) && !buttonLine.MatchString(r.text) && !r.t.isMeta(r.block)
}

// readByline takes date and names out of a line. It reports whether the line was one of ours.
func (h *head) readByline(r run) bool {
	if parts := r.parts(); len(parts) > 1 {
		return h.readParts(parts)
	}
	if spans := r.spans(); len(spans) > 1 && len(spans) < 6 && (slices.ContainsFunc(spans, namesAuthors) || !namesAuthors(r.text)) && h.readParts(spans) {
		return true
	}
	return h.take(r.text)
}

// namesAuthors reports whether a text is a byline.
func namesAuthors(text string) bool {
	var found lineFacts
	return found.takeAuthors(text)
}

// noteAuthors records the line that the authors were read from.
func (h *head) noteAuthors(r run, below bool) {
	if len(h.authors) > 0 && h.authorElement == "" {
		h.authorElement, h.authorsBelow = pathOf(r.block), below
	}
}

// readLead takes a date off the beginning of the text's first line, where an element holds
// the date alone.
func (h *head) readLead(r run) {
	for _, node := range r.nodes {
		text := oneLine(node.Data)
		switch {
		case text == "":
			continue
		case node.Parent == r.block || len(text) == len(r.text) || tooLongForDate(text, 0) || parseDate(text).IsZero():
			return
		}
		h.setPublished(parseDate(text), SureText)
		run{t: r.t, nodes: []*html.Node{node}, text: text}.clear("a date")
		return
	}
}

// nameLines reads lines that are nothing but names.
type nameLines struct {
	runs      []run // those before the text
	announced bool  // a line that announces names stands above, with only names since
}

// read reads the i-th line where it is nothing but names: below a line that announces
// them, or beside a date. It reports whether it is. Lines are read in their order.
func (l *nameLines) read(h *head, i int) bool {
	r := l.runs[i]
	if authorLabel.MatchString(r.text) {
		l.announced = true
		return false
	}
	announced := l.announced
	l.announced = false
	if len(r.text) > maxByline || i > maxHeadLines {
		return false
	}
	people := SplitAuthors(r.text)
	if len(people) == 0 || !arePeople(people) {
		return false
	}
	l.announced = announced
	switch {
	case r.isCaption() || r.isStandfirst() || anyIn(r.t.names(r.block), labelNames):
		return false
	case announced && len(h.authors) < maxAuthors:
		h.authors = append(h.authors, people...)
		h.noteAuthors(r, false)
		return true
	case len(h.weak) == 0 && l.standsAtDate(i):
		h.weak = people
		return true
	}
	return false
}

// standsAtDate reports whether the i-th line, which is no heading and has no links, stands
// beside a date.
func (l *nameLines) standsAtDate(i int) bool {
	r := l.runs[i]
	return r.links == 0 && headingLevel(r.block) == 0 && (l.isDate(i+1) || l.isDate(i-1))
}

func (l *nameLines) isDate(i int) bool {
	return i >= 0 && i < len(l.runs) && len(l.runs[i].text) <= maxByline && hasDigit(l.runs[i].text) && !parseDate(dateWords.ReplaceAllString(l.runs[i].text, "")).IsZero()
}

// isMeta reports whether a line stands in an element for bylines and the like.
func (t *tree) isMeta(n *html.Node) bool {
	for depth := 0; n != nil && depth < 3; n, depth = n.Parent, depth+1 {
		if anyIn(t.names(n), metaNames) {
			return true
		}
	}
	return false
}

// readParts takes date and names out of a line such as "April 30 · 7 min · Jane Roe".
// It reports whether the line was one of ours.
func (h *head) readParts(parts []string) bool {
	beside := false
	var rest []string
	for _, part := range parts {
		part = strings.TrimSpace(part)
		switch {
		case readingTime.MatchString(part):
			beside = true
		case len(parts) > 1 && h.take(part):
			beside = true
		default:
			rest = append(rest, part)
		}
	}
	if !beside {
		return false
	}
	if len(h.weak) == 0 {
		for _, part := range rest {
			if names := SplitAuthors(part); len(names) > 0 && arePeople(names) {
				h.weak = append(h.weak, names...)
			}
		}
	}
	for _, part := range rest { // "Program: Energy"
		if _, value, said := strings.Cut(part, ":"); said {
			part = value
		}
		h.labels = append(h.labels, part)
	}
	return true
}
