package reading

import (
	"context"
	"iter"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// tree is a parsed page with the sizes of its elements. The sizes are counted once and
// corrected when a part is removed, so that the cost of reading grows with the page and
// not with its square. See decision 0002.
type tree struct {
	ctx   context.Context
	sizes map[*html.Node]*size
	steps int
	root  *html.Node
	free  []size   // sizes not used yet
	words []string // of all elements asked for; each has a part of it
	err   error    // of ctx, once a walk was broken off
	cuts  *cutList
}

// size holds the counts of an element that are known without a walk through it.
type size struct {
	first, last int32    // places in the order of the document: of the element and of the last node below it
	elements    int      // it and those below it
	text        int      // letters, blanks at the ends of text nodes left out
	prose       int      // letters of prose
	linked      int      // letters that stand in links
	links       int      // how many links
	inProse     bool     // of a link: it stands in a paragraph or the like
	words       []string // of its class and id
	named       bool     // words is set
}

// newTree measures the nodes below root.
func newTree(ctx context.Context, root *html.Node) *tree {
	t := &tree{ctx: ctx, root: root, sizes: make(map[*html.Node]*size, 1024)}
	var place int32
	t.measure(root, &place, false)
	return t
}

// measure counts n and the nodes below it; inProse reports whether n stands in a paragraph.
func (t *tree) measure(n *html.Node, place *int32, inProse bool) *size {
	s := t.newSize()
	*s = size{first: *place, elements: 1, inProse: inProse}
	t.sizes[n] = s
	*place++
	switch n.DataAtom {
	case atom.P, atom.Blockquote, atom.Td, atom.Dd:
		inProse = true
	case atom.Li, atom.Div, atom.Section, atom.Article:
		inProse = false
	}
	for c := n.FirstChild; c != nil && !t.late(); c = c.NextSibling {
		switch c.Type {
		case html.TextNode:
			s.add(n, textSize(n, c))
		case html.ElementNode, html.DocumentNode:
			s.add(n, t.measure(c, place, inProse).share(c))
		default:
		}
	}
	s.last = *place
	*place++
	return s
}

// newSize takes a size from a block of them: one allocation for each would cost more than
// the counting.
func (t *tree) newSize() *size {
	if len(t.free) == 0 {
		t.free = make([]size, 256)
	}
	s := &t.free[0]
	t.free = t.free[1:]
	return s
}

// textSize is the size of a text node in its parent. Text right in a container is prose
// when it is more than a label.
func textSize(parent, n *html.Node) size {
	length := len(strings.TrimSpace(n.Data))
	if length == 0 && len(n.Data) > 64 {
		n.Data = n.Data[:1] // nothing to see, and long to look through
	}
	s := size{text: length}
	if length > 40 || !isContainer(parent) {
		s.prose = length
	}
	return s
}

// share is the size of an element in its parent: the text of a link outside of
// paragraphs is no prose.
func (s *size) share(n *html.Node) size {
	part := *s
	if n.DataAtom == atom.A && !s.inProse {
		part.prose = 0
	}
	return part
}

func (s *size) add(n *html.Node, part size) {
	s.text += part.text
	s.prose += part.prose
	s.elements += part.elements
	if n.DataAtom == atom.A {
		s.linked, s.links = s.text, 1
		return
	}
	s.linked += part.linked
	s.links += part.links
}

// take corrects the sizes of parent and the elements around it by the size that left it.
func (t *tree) take(parent *html.Node, part size) {
	for n := parent; n != nil; n = n.Parent {
		s := t.sizes[n]
		if s == nil {
			return
		}
		before := s.share(n)
		s.add(n, size{text: -part.text, prose: -part.prose, linked: -part.linked, links: -part.links, elements: -part.elements})
		after := s.share(n)
		part = size{text: part.text, elements: part.elements, prose: before.prose - after.prose, linked: before.linked - after.linked, links: before.links - after.links}
	}
}

// remove takes a node out of the page.
func (t *tree) remove(n *html.Node) {
	parent := n.Parent
	if parent == nil {
		return
	}
	switch s := t.sizes[n]; {
	case s != nil:
		t.take(parent, s.share(n))
	case n.Type == html.TextNode:
		t.take(parent, textSize(parent, n))
	}
	parent.RemoveChild(n)
}

// cut takes a node out of the page and records the rule.
func (t *tree) cut(n *html.Node, rule string) {
	t.cuts.add(n, rule)
	t.remove(n)
}

// late reports whether the time for the page is over. It asks now and then.
func (t *tree) late() bool {
	if t.steps++; t.steps%1024 == 0 && t.err == nil {
		t.err = t.ctx.Err()
	}
	return t.err != nil
}

// descend yields the elements below n, in the order of the document. The element at
// hand may be removed while it runs; its content is then not visited. It ends early
// when the time for the page is over.
func (t *tree) descend(n *html.Node) iter.Seq[*html.Node] {
	return func(yield func(*html.Node) bool) {
		var walk func(n *html.Node) bool
		walk = func(n *html.Node) bool {
			for c := n.FirstChild; c != nil; {
				next := c.NextSibling
				if t.late() {
					return false
				}
				if c.Type == html.ElementNode {
					if !yield(c) || c.Parent == n && !walk(c) {
						return false
					}
				}
				c = next
			}
			return true
		}
		walk(n)
	}
}

// text is how many letters stand below n, blanks at the ends of text nodes left out.
func (t *tree) text(n *html.Node) int {
	if n.Type == html.TextNode {
		return len(strings.TrimSpace(n.Data))
	}
	return t.sizeOf(n).text
}

// prose is how many letters of prose stand below n: text in paragraphs and the like,
// outside of links.
func (t *tree) prose(n *html.Node) int { return t.sizeOf(n).prose }

// links is how many letters below n stand in links, and how many links there are.
func (t *tree) links(n *html.Node) (letters, links int) {
	s := t.sizeOf(n)
	return s.linked, s.links
}

func (t *tree) sizeOf(n *html.Node) *size {
	if s := t.sizes[n]; s != nil {
		return s
	}
	return &size{}
}

// names are the words of an element's class and id; see [names].
func (t *tree) names(n *html.Node) []string {
	s := t.sizeOf(n)
	if !s.named {
		from := len(t.words)
		t.words = appendAllNames(t.words, n)
		s.words, s.named = t.words[from:len(t.words):len(t.words)], true
	}
	return s.words
}

// Elements larger than these are no headlines, names or labels: their text is not asked for.
const (
	shortText     = 1000
	shortElements = 300
)

// shortText is the text below n in one line; empty when there is much of it.
func (t *tree) shortText(n *html.Node) string {
	if s := t.sizeOf(n); s.text == 0 || s.text > shortText || s.elements > shortElements {
		return ""
	}
	return textOf(n)
}

// contains reports whether inner is outer or stands in it.
func (t *tree) contains(outer, inner *html.Node) bool {
	if inner == nil || outer == nil {
		return false
	}
	out, in := t.sizes[outer], t.sizes[inner]
	return out != nil && in != nil && out.first <= in.first && in.last <= out.last
}

// isAfter reports whether a stands behind b in the document.
func (t *tree) isAfter(a, b *html.Node) bool {
	sa, sb := t.sizes[a], t.sizes[b]
	return sa != nil && sb != nil && sa.first > sb.last
}
