package reading

import (
	"strings"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// maxHeadLines is how many lines before and behind the text are looked at for names,
// dates and credits.
const maxHeadLines = 200

// plainLines is how many short lines in a row are text: a poem, a dialogue, a list.
const plainLines = 3

// textRange are the first and last lines of the text below the headline; without any,
// all lines stand before the first.
func (p *articlePage) textRange(runs []run) (first, last int) {
	start := 0
	for i, r := range runs {
		if p.headline != nil && p.contains(p.headline, r.block) {
			start = i + 1
		}
	}
	first, last = p.proseRange(runs, start)
	if p.headline == nil {
		return first, last
	}
	if i := plainFrom(runs, start, first); i < first {
		if first == len(runs) {
			last = i
		}
		first = i
	}
	if last < len(runs) {
		last = plainUntil(runs, last)
	}
	return first, last
}

// proseRange are the first and last lines of prose from start on. Bylines and subtitles
// before it are no prose.
func (p *articlePage) proseRange(runs []run, start int) (first, last int) {
	first, last = len(runs), len(runs)
	var probe lineFacts
	probed := 0
	for i := start; i < len(runs); i++ {
		r := runs[i]
		if !r.isProse() || r.isCaption() {
			continue
		}
		if first == len(runs) {
			if probed++; r.isStandfirst() || p.inHeader(r) || probed < maxHeadLines && probe.take(r.text) {
				continue
			}
			first = i
		}
		last = i
	}
	return first, last
}

// plainFrom is where, before the first line of prose, lines in a row are text.
func plainFrom(runs []run, start, first int) int {
	row, from := 0, start
	for i := start; i < first && i < start+maxHeadLines; i++ {
		switch {
		case headingLevel(runs[i].block) > 1 && runs[i].links == 0 && len(runs[i].text) <= maxByline:
			if row == 0 {
				from = i
			}
		case !runs[i].isPlain():
			row, from = 0, i+1
		default:
			if row++; row == plainLines {
				return from
			}
		}
	}
	return first
}

// plainUntil is the last of the lines in a row that are text, right behind the last line
// of prose, with headings between them.
func plainUntil(runs []run, last int) int {
	row, from := 0, last
	for i := last + 1; i < len(runs); i++ {
		switch {
		case runs[i].isHeading() && runs[i].links == 0:
		case !runs[i].standsPlain() || i-from < maxHeadLines && !runs[i].isPlain():
			return last
		default:
			if row++; row >= plainLines {
				last = i
			}
		}
	}
	return last
}

// isPlain tells a line in a paragraph or a list that nothing says is anything but text.
func (r run) isPlain() bool {
	if !r.standsPlain() {
		return false
	}
	if len(r.text) > maxByline {
		return true
	}
	var found lineFacts
	var people []string
	if !endsSentence(r.text) {
		people = SplitAuthors(r.text)
	}
	return !buttonLine.MatchString(r.text) && !readingTime.MatchString(r.text) && !found.take(r.text) && !authorLabel.MatchString(r.text) && len(r.parts()) == 1 &&
		(len(people) == 0 || !arePeople(people))
}

// standsPlain is isPlain as far as the line's place tells.
func (r run) standsPlain() bool {
	if r.links > 0 || within(r.block, atom.P, atom.Li, atom.Blockquote, atom.Pre, atom.Dd, atom.Dt) == nil || within(r.block, atom.Header, atom.Nav) != nil ||
		strings.IndexFunc(r.text, unicode.IsLetter) < 0 || r.isCaption() || r.isStandfirst() || r.t.isMeta(r.block) {
		return false
	}
	own, outer := r.t.names(r.block), r.t.names(r.block.Parent)
	return !anyIn(own, labelNames) && !anyIn(outer, labelNames) && !anyIn(outer, menuNames)
}

// inHeader reports whether a run stands in the same header element as the headline.
func (p *articlePage) inHeader(r run) bool {
	header := within(r.block, atom.Header)
	return header != nil && p.contains(header, p.headline)
}

func followedByProse(runs []run, i, first int) bool {
	return i+1 == first && i+1 < len(runs)
}

// dropLateHeadline forgets a headline that is repeated below the text, with the lines
// around it there.
func (p *articlePage) dropLateHeadline() {
	if p.headline == nil {
		return
	}
	p.area = p.body
	before, behind := p.proseBefore(p.headline), p.proseBehind(p.headline)
	if before < anArticle || behind*4 > before {
		return
	}
	late := p.headline
	for late.Parent != nil && late.Parent != p.body && p.prose(late.Parent)*4 <= before {
		late = late.Parent
	}
	p.headline = nil
	var rest []*html.Node
	for n := late; n != nil && n != p.body; n = n.Parent {
		for c := n.NextSibling; c != nil; c = c.NextSibling {
			rest = append(rest, c)
		}
	}
	for _, n := range append(rest, late) {
		p.cut(n, "below the text")
	}
}
