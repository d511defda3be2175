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

// collectLabels gathers the texts that may name a program or region of the piece: the
// metadata, the lines around the headline, elements marked as category or tag
// near the text, and the parts of the address.
func (p *piece) collectLabels(f *facts, scope *html.Node, address string) []string {
	labels := slices.Clone(f.tags[:min(len(f.tags), maxLabels)])
	below := false
	add := func(n *html.Node) {
		if p.text(n) > 120 || len(labels) >= maxLabels {
			return
		}
		if text := p.shortText(n); text != "" && len(text) <= 120 {
			labels = append(labels, text)
		}
	}
	for n := range p.descend(p.body) {
		if len(labels) >= maxLabels {
			break
		}
		if n == scope {
			below = true
		}
		if !below || !p.contains(scope, n) && (n.DataAtom != atom.A || p.inList(n)) {
			continue
		}
		switch {
		case n.DataAtom == atom.A:
			rel, href := attribute(n, "rel"), attribute(n, "href")
			if hasWord(rel, "tag") || hasWord(rel, "category") || labelLinks.MatchString(href) && p.text(n) < 60 && p.prose(n.Parent) < 200 {
				add(n)
			}
		case attribute(n, "itemprop") == "articleSection" || attribute(n, "itemprop") == "keywords":
			if content := attribute(n, "content"); len(content) <= shortText {
				labels = append(labels, content)
			}
			add(n)
		case anyIn(p.names(n), labelNames):
			add(n)
			for e := range p.descend(n) {
				if len(labels) >= maxLabels {
					break
				}
				if e.DataAtom == atom.A || e.DataAtom == atom.Li || e.DataAtom == atom.Span {
					add(e)
				}
			}
		}
	}
	if u, err := url.Parse(address); err == nil {
		for part := range strings.SplitSeq(u.Path, "/") {
			if part != "" {
				labels = append(labels, part)
			}
		}
	}
	return labels
}

// inList tells whether a link outside of the piece stands in a menu or the like.
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
	var found []string
	var walk func(n *html.Node, inCrumbs, inNav bool)
	walk = func(n *html.Node, inCrumbs, inNav bool) {
		for c := n.FirstChild; c != nil && len(found) < 20 && !t.late(); c = c.NextSibling {
			if c.Type != html.ElementNode {
				continue
			}
			labels := inNav && c.DataAtom == atom.A && (hasWord(attribute(c, "rel"), "tag") || hasWord(attribute(c, "rel"), "category"))
			if (c.DataAtom == atom.A || c.DataAtom == atom.Li) && (inCrumbs || labels) {
				if text := t.shortText(c); text != "" && len(text) < 120 {
					found = append(found, text)
				}
			}
			walk(c, inCrumbs || isBreadcrumb(c), inNav || c.DataAtom == atom.Nav)
		}
	}
	walk(root, false, false)
	return found
}

// isBreadcrumb tells whether an element calls itself a breadcrumb.
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
