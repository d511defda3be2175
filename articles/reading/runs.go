package reading

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// run is a line of a page: text that no block and no line break interrupts, with all
// its inline elements. Bylines, dates and credits are runs, and so
// are paragraphs.
type run struct {
	t     *tree
	nodes []*html.Node // text nodes
	text  string       // in one line
	links int          // letters of it that stand in links
	block *html.Node   // the block it stands in
}

// runsOf lists the lines below n.
func (t *tree) runsOf(n *html.Node) []run {
	l := runLister{t: t, open: run{t: t}}
	l.walk(n, n, false)
	l.flush()
	return l.all
}

// runLister gathers lines; open is the line at hand.
type runLister struct {
	t    *tree
	all  []run
	open run
}

func (l *runLister) flush() {
	if len(l.open.nodes) > 0 {
		var b strings.Builder
		for _, node := range l.open.nodes {
			b.WriteString(node.Data)
		}
		if l.open.text = oneLine(b.String()); l.open.text != "" {
			l.all = append(l.all, l.open)
		}
	}
	l.open = run{t: l.t}
}

// walk lists the lines below n, which stands in block.
func (l *runLister) walk(n, block *html.Node, inLink bool) {
	for c := n.FirstChild; c != nil && !l.t.late(); c = c.NextSibling {
		switch {
		case c.Type == html.TextNode:
			l.open.nodes, l.open.block = append(l.open.nodes, c), block
			if inLink {
				l.open.links += len(strings.TrimSpace(c.Data))
			}
		case c.Type != html.ElementNode:
		case c.DataAtom == atom.Br || c.DataAtom == atom.Img || c.DataAtom == atom.Hr:
			l.flush()
		case isBlock(c) || c.DataAtom == atom.Td || c.DataAtom == atom.Th:
			l.flush()
			l.walk(c, c, inLink)
			l.flush()
		default:
			l.walk(c, block, inLink || c.DataAtom == atom.A)
		}
	}
}

// clear takes the run's text out of the page and records the rule; elements that are empty
// then go later.
func (r run) clear(rule string) {
	if len(r.nodes) > 0 {
		r.t.cuts.addText(r.nodes[0], r.text, rule)
	}
	for _, node := range r.nodes {
		if node.Parent != nil && node.Data != "" {
			r.t.take(node.Parent, textSize(node.Parent, node))
			node.Data = ""
		}
	}
}

// parts are the sections of a run between its separators.
func (r run) parts() []string {
	return strings.FieldsFunc(r.text, func(c rune) bool {
		return c == '|' || c == '·' || c == '•' || c == '●' || c == '∙' || c == '⋅'
	})
}

// spans are the sections of a run as its elements divide it: "<span>Jane Roe</span>
// <span>May 4</span>". It is empty when text stands outside of elements.
func (r run) spans() []string {
	var all []string
	var last *html.Node
	for _, node := range r.nodes {
		text := oneLine(node.Data)
		if text == "" {
			continue
		}
		span := node
		for span.Parent != nil && span.Parent != r.block {
			span = span.Parent
		}
		switch {
		case span == node:
			return nil
		case span == last:
			all[len(all)-1] += " " + text
		default:
			all = append(all, text)
		}
		last = span
	}
	return all
}

// isCaption reports whether the run stands under a picture.
func (r run) isCaption() bool {
	for n, depth := r.block, 0; n != nil && depth < 4; n, depth = n.Parent, depth+1 {
		if n.DataAtom == atom.Figcaption {
			return true
		}
		if anyIn(r.t.names(n), captionNames) {
			return true
		}
		if n.DataAtom == atom.Figure || n.DataAtom == atom.Article || n.DataAtom == atom.Main {
			return false
		}
	}
	return false
}

// credit is the credit in a caption, by its words or by the names of its elements; empty
// when there is no credit.
func (r run) credit() string {
	if said := creditIn(r.text); said != "" {
		return said
	}
	var b strings.Builder
	for _, node := range r.nodes {
		if r.t.isCredit(node) {
			b.WriteString(node.Data)
		}
	}
	text := strings.Trim(oneLine(b.String()), " ()[]–—-")
	if len(text) > 120 || endsSentence(text) {
		return ""
	}
	return firstText(creditIn(text), text)
}

// isCredit reports whether a text node stands in an element that is called a credit.
func (t *tree) isCredit(node *html.Node) bool {
	for n, depth := node.Parent, 0; n != nil && depth < 4 && n.DataAtom != atom.Figure && n.DataAtom != atom.Figcaption; n, depth = n.Parent, depth+1 {
		if anyIn(t.names(n), creditNames) {
			return true
		}
	}
	return false
}

// people are the names in a line of links to pages about persons; empty when much else
// stands in it.
func (r run) people() []string {
	if r.links*10 < len(r.text)*6 {
		return nil
	}
	var names []string
	var last *html.Node
	for _, node := range r.nodes {
		link := within(node, atom.A)
		if link == nil || link == last || !isPersonPage(attribute(link, "href")) {
			continue
		}
		last = link
		names = addNames(names, textOf(link))
	}
	if !arePeople(names) {
		return nil
	}
	return names
}

// isStandfirst reports whether the run is a subtitle: a line between headline and
// byline to make curious.
func (r run) isStandfirst() bool {
	for n, depth := r.block, 0; n != nil && depth < 3; n, depth = n.Parent, depth+1 {
		if anyIn(r.t.names(n), standfirstNames) {
			return true
		}
	}
	return false
}

// isProse reports whether a run is text of the kind that articles are made of.
func (r run) isProse() bool {
	if r.links*100 > len(r.text)*60 || r.block != nil && headingLevel(r.block) > 0 {
		return false
	}
	return len(r.text) >= 120 || len(r.text) >= 40 && endsSentence(r.text)
}

// isHeading tells a heading within the text from other lines: also the control of a panel.
func (r run) isHeading() bool {
	return headingLevel(r.block) > 0 || r.block.DataAtom == atom.Summary || r.block.DataAtom == atom.Dt
}

// isSentence tells a line that may be text from a label.
func (r run) isSentence() bool { return endsSentence(r.text) || len(r.text) > 60 }
