package reading

import (
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// denseText is the part of a page that a scoring of paragraphs takes for the article: an
// element and those beside it that score well too. It is found before anything is cut, by
// a way of its own, so that it can confirm the element that the rules choose.
type denseText struct {
	nodes []*html.Node
	prose int // letters of prose below them
}

// densest scores the elements below root as Readability does: each paragraph gives its
// points to the elements around it, the nearest ones more, and links take points away.
// It asks for the sizes of elements only, and so costs little.
func (t *tree) densest(root *html.Node) denseText {
	d := density{tree: t, total: t.prose(root), scores: map[*html.Node]float64{}}
	d.walk(root)
	top := d.top(root)
	if top == nil {
		return denseText{}
	}
	best := d.score(top)
	found := denseText{}
	first := top.Parent.FirstChild
	if top == root {
		first = root.FirstChild
	}
	for c := first; c != nil; c = c.NextSibling {
		if c == top || c.Type == html.ElementNode && d.belongs(c, best) {
			found.nodes = append(found.nodes, c)
			found.prose += t.prose(c)
		}
	}
	d.addCousins(&found, top)
	return found
}

// addCousins adds the elements of the same kind beside the elements around the top one:
// many sites write each section of a text into an element of its own.
func (d *density) addCousins(found *denseText, top *html.Node) {
	for n := top.Parent; n != nil && n.DataAtom != atom.Body && n.Parent != nil; n = n.Parent {
		class := attribute(n, "class")
		if class == "" {
			continue
		}
		for c := n.Parent.FirstChild; c != nil; c = c.NextSibling {
			if c == n || c.DataAtom != n.DataAtom || attribute(c, "class") != class {
				continue
			}
			if linked, _ := d.links(c); d.prose(c) >= 40 && linked*4 < d.text(c) {
				found.nodes = append(found.nodes, c)
				found.prose += d.prose(c)
			}
		}
	}
}

// shortestParagraph is how many letters of prose a paragraph with points has at least:
// those of announcements have fewer.
const shortestParagraph = 40

// density is a scoring of a page's elements.
type density struct {
	*tree
	total  int // letters of prose of the page
	scores map[*html.Node]float64
	order  []*html.Node // those with a score, in the order of the document
}

// walk gives points for each paragraph below n, except in elements with the names of boxes
// and of readers' words.
func (d *density) walk(n *html.Node) {
	for c := n.FirstChild; c != nil && !d.late(); c = c.NextSibling {
		if c.Type != html.ElementNode {
			continue
		}
		switch c.DataAtom {
		case atom.Nav, atom.Aside, atom.Footer, atom.Figcaption:
			continue
		}
		prose := d.prose(c)
		if prose < shortestParagraph {
			continue
		}
		if word, k := cutWord(d.names(c)); word != "" && k != tool && prose*100 < d.total*40 {
			continue
		}
		if d.isParagraph(c) {
			d.give(c.Parent, prose)
			continue
		}
		if own := d.ownProse(c); own >= shortestParagraph {
			d.give(c, own)
		}
		d.walk(c)
	}
}

// isParagraph tells an element with a paragraph's text from a container.
func (d *density) isParagraph(n *html.Node) bool {
	switch n.DataAtom {
	case atom.P, atom.Pre, atom.Blockquote:
		return true
	case atom.Div, atom.Section, atom.Td, atom.Li, atom.Center, atom.Span, atom.Font:
	default:
		return false
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.ElementNode && (isBlock(c) || isContainer(c) && d.prose(c) > 0 && c.DataAtom != atom.Span && c.DataAtom != atom.Font) {
			return false
		}
	}
	return true
}

// ownProse is how much prose stands right in an element: text with line breaks.
func (d *density) ownProse(n *html.Node) int {
	own := d.prose(n)
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.ElementNode && (isBlock(c) || isContainer(c)) {
			own -= d.prose(c)
		}
	}
	return own
}

// give gives a paragraph's points to the element that it stands in and to those around it.
func (d *density) give(n *html.Node, prose int) {
	points := 1 + float64(prose)/70 + min(3, float64(prose)/100)
	share := 1.0
	for range 4 {
		if n == nil || n.DataAtom == atom.Html {
			return
		}
		if d.scores[n] == 0 {
			d.order = append(d.order, n)
		}
		d.scores[n] += points * share
		share /= 2
		n = n.Parent
	}
}

// score is an element's points without the share of its text that stands in links.
func (d *density) score(n *html.Node) float64 {
	linked, _ := d.links(n)
	return d.scores[n] * (1 - float64(linked)/float64(max(1, d.text(n))))
}

// top is the element with the most points, or the one around it that has more of them.
func (d *density) top(root *html.Node) *html.Node {
	var top *html.Node
	best := 0.0
	for _, n := range d.order {
		if s := d.score(n); s > best {
			top, best = n, s
		}
	}
	if top == nil {
		return nil
	}
	for n := top.Parent; top != root && n != nil && n != root; n = n.Parent {
		if d.score(n) < best {
			break
		}
		top = n
	}
	return top
}

// belongs reports whether an element beside the top one is text as well.
func (d *density) belongs(n *html.Node, best float64) bool {
	if d.score(n) >= max(10, best/5) {
		return true
	}
	return (n.DataAtom == atom.P || isContainer(n)) && d.prose(n) > 80 && d.isParagraph(n)
}

// confirms reports whether the scoring and the rules agree about the text: each has most
// of the other's prose.
func (t *tree) confirms(d denseText, body *html.Node) bool {
	own, common := t.prose(body), 0
	for _, n := range d.nodes {
		switch {
		case !isAttached(n, t):
		case t.contains(body, n):
			common += t.prose(n)
		case t.contains(n, body):
			common += own
		}
	}
	return common*100 >= own*80 && common*100 >= d.prose*65
}

// isAttached reports whether an element is still part of the page.
func isAttached(n *html.Node, t *tree) bool {
	for n.Parent != nil {
		n = n.Parent
	}
	return n == t.root
}
