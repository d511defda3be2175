package reading

import (
	"strings"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// readLineInText takes a byline, date or credit that stands within the first paragraphs,
// below a subtitle that looks like one.
func (h *head) readLineInText(r run, seen int) {
	if len(r.text) > maxByline || r.isProse() && seen > 0 && !endsNamed(r.text) {
		return
	}
	if r.isCaption() {
		if credit := r.credit(); h.credit == "" && credit != "" && seen < 400 {
			h.credit = credit
		}
		return
	}
	var found lineFacts
	if !found.take(r.text) || !found.isNewTo(h.lineFacts) {
		return
	}
	h.take(r.text)
	r.clear("a byline, a date or a credit")
}

func endsNamed(text string) bool { return !endsSentence(text) }

func (l lineFacts) isNewTo(known lineFacts) bool {
	return len(l.authors) > 0 && len(known.authors) == 0 || !l.published.IsZero() && known.published.IsZero() || l.credit != "" && known.credit == ""
}

// readTail reads the lines below the text and clears them unless they are more of it: a
// table, a list, a sentence, another paragraph of the text's own container, and the
// heading right above one of these.
func (h *head) readTail(runs []run, container *html.Node) {
	source := areSources(runs)
	kept := false // the line below
	for i := len(runs) - 1; i >= 0; i-- {
		r := runs[i]
		switch heading := r.isHeading(); {
		case source[i] && !heading:
			kept = true
		case i < maxHeadLines && h.readTailLine(r), !heading && r.isFurniture(container), heading && !kept:
			r.clear("below the text")
			kept = false
		default:
			kept = !heading
		}
	}
}

// areSources tells of each line whether it is a heading for sources or stands in a list
// or in paragraphs under one.
func areSources(runs []run) []bool {
	source := make([]bool, len(runs))
	for i, r := range runs {
		if r.isHeading() {
			source[i] = len(r.text) <= 80 && sourcesHeading.MatchString(r.text)
			continue
		}
		source[i] = i > 0 && source[i-1] && within(r.block, atom.Li, atom.P, atom.Dd) != nil
	}
	return source
}

// readTailLine takes a byline, date or credit below the text. It reports whether the line was one.
func (h *head) readTailLine(r run) bool {
	var found lineFacts
	if len(r.text) <= maxByline && found.take(r.text) && (len(found.authors) > 0 || found.credit != "" || hasDateWord(r.text)) {
		if found.isNewTo(h.lineFacts) {
			h.take(r.text)
			h.noteAuthors(r, true)
		}
		return true
	}
	if len(r.text) <= maxByline && reportLine.MatchString(r.text) && r.links > 0 {
		h.report = firstText(h.report, r.text)
	}
	return false
}

// isFurniture tells a line below the text that is no more of it.
func (r run) isFurniture(container *html.Node) bool {
	if r.isParagraphIn(container) {
		return false
	}
	inList := within(r.block, atom.Table, atom.Figure) != nil || within(r.block, atom.Li) != nil && r.links*10 < len(r.text)*6
	switch {
	case strings.IndexFunc(r.text, func(c rune) bool { return unicode.IsLetter(c) || unicode.IsDigit(c) }) < 0:
		return true // nothing but marks
	case len(r.text) <= maxByline && (buttonLine.MatchString(r.text) || copyrightLine.MatchString(r.text)):
		return true
	}
	return r.links*10 > len(r.text)*6 || !endsSentence(r.text) && len(r.text) < 40 && !inList
}

// isParagraphIn tells a paragraph of the text's own container.
func (r run) isParagraphIn(container *html.Node) bool {
	return r.block.DataAtom == atom.P && r.block.Parent == container && r.links == 0 && strings.IndexFunc(r.text, unicode.IsLetter) >= 0 && !buttonLine.MatchString(firstLetters(r.text, maxByline))
}

func hasDateWord(text string) bool {
	return dateWords.MatchString(text) || editWords.MatchString(text)
}
