package reading

import (
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// maxLabels is how many texts are gathered that may be labels.
const maxLabels = 500

// collectLabels gathers the texts that may name a program or region of the article: the
// metadata, the lines around the headline, elements marked as category or tag
// near the text, and the parts of the address.
func (p *articlePage) collectLabels(f *facts, scope *html.Node, address string) []string {
	l := &labels{page: p, texts: slices.Clone(f.tags[:min(len(f.tags), maxLabels)])}
	below := false
	for n := range p.descend(p.body) {
		if len(l.texts) >= maxLabels {
			break
		}
		below = below || n == scope
		if below && (p.contains(scope, n) || n.DataAtom == atom.A && !p.inList(n)) {
			l.takeElement(n)
		}
	}
	if u, err := url.Parse(address); err == nil {
		for part := range strings.SplitSeq(u.Path, "/") {
			if part != "" {
				l.texts = append(l.texts, part)
			}
		}
	}
	return l.texts
}

// labels gathers texts that may be labels of a page.
type labels struct {
	page  *articlePage
	texts []string
}

// takeElement takes the text of an element that is marked as a label.
func (l *labels) takeElement(n *html.Node) {
	itemprop := attribute(n, "itemprop")
	switch {
	case n.DataAtom == atom.A:
		if isLabelLink(n) || labelLinks.MatchString(attribute(n, "href")) && l.page.text(n) < 60 && l.page.prose(n.Parent) < 200 {
			l.add(n)
		}
	case itemprop == "articleSection" || itemprop == "keywords":
		if content := attribute(n, "content"); len(content) <= shortText {
			l.texts = append(l.texts, content)
		}
		l.add(n)
	case anyIn(l.page.names(n), labelNames):
		l.add(n)
		for e := range l.page.descend(n) {
			if len(l.texts) >= maxLabels {
				break
			}
			if e.DataAtom == atom.A || e.DataAtom == atom.Li || e.DataAtom == atom.Span {
				l.add(e)
			}
		}
	}
}

// add adds the text of an element if it is short.
func (l *labels) add(n *html.Node) {
	if l.page.text(n) > 120 || len(l.texts) >= maxLabels {
		return
	}
	if text := l.page.shortText(n); text != "" && len(text) <= 120 {
		l.texts = append(l.texts, text)
	}
}

// isLabelLink tells a link that says of itself that it labels the page.
func isLabelLink(a *html.Node) bool {
	rel := attribute(a, "rel")
	return hasWord(rel, "tag") || hasWord(rel, "category")
}

// inList reports whether a link outside of the article stands in a menu or the like.
func (t *tree) inList(n *html.Node) bool {
	for outer, depth := n.Parent, 0; outer != nil && depth < 4; outer, depth = outer.Parent, depth+1 {
		if outer.DataAtom == atom.Footer || anyIn(t.names(outer), menuNames) {
			return true
		}
		if _, links := t.links(outer); links > 12 {
			return depth < 2
		}
	}
	return false
}

func hasWord(list, word string) bool {
	for _, w := range strings.Fields(list) {
		if strings.EqualFold(w, word) {
			return true
		}
	}
	return false
}

// breadcrumbs are the names of the sections above the page. A link that says of itself
// that it labels the page (rel=tag) counts also where only navigation stands.
func (t *tree) breadcrumbs(root *html.Node) []string {
	c := crumbs{t: t}
	c.walk(root, false, false)
	return c.found
}

type crumbs struct {
	t     *tree
	found []string
}

func (c *crumbs) walk(n *html.Node, inCrumbs, inNav bool) {
	for e := n.FirstChild; e != nil && len(c.found) < 20 && !c.t.late(); e = e.NextSibling {
		if e.Type != html.ElementNode {
			continue
		}
		isCrumb := inCrumbs && (e.DataAtom == atom.A || e.DataAtom == atom.Li)
		if isCrumb || inNav && e.DataAtom == atom.A && isLabelLink(e) {
			if text := c.t.shortText(e); text != "" && len(text) < 120 {
				c.found = append(c.found, text)
			}
		}
		c.walk(e, inCrumbs || isBreadcrumb(e), inNav || e.DataAtom == atom.Nav)
	}
}

// isBreadcrumb reports whether an element calls itself a breadcrumb.
func isBreadcrumb(n *html.Node) bool {
	for _, a := range n.Attr {
		switch a.Key {
		case "class", "id", "aria-label", "aria-labelledby":
			if strings.Contains(a.Val, "readcrumb") {
				return true
			}
		}
	}
	return false
}
