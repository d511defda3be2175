package articles

import (
	"net/url"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// labelLinks are addresses that lists of pieces under one label have.
var labelLinks = regexp.MustCompile(`(?i)/(tags?|category|categories|topics?|programs?|regions?|section|subjects?|themes?|issues?)/`)

// collectLabels gathers the texts that may name a program or region of the piece: what
// machines are told, the lines around the headline, what is marked as category or tag
// near the text, and the parts of the address.
func (p *piece) collectLabels(f *facts, scope *html.Node, address string) []string {
	labels := slices.Clone(f.tags)
	below := false
	add := func(n *html.Node) {
		if text := textOf(n); text != "" && len(text) <= 120 {
			labels = append(labels, text)
		}
	}
	for n := range descend(p.body) {
		if n == scope {
			below = true
		}
		if !below || !contains(scope, n) && (n.DataAtom != atom.A || inList(n)) {
			continue
		}
		switch {
		case n.DataAtom == atom.A:
			rel, href := attribute(n, "rel"), attribute(n, "href")
			if hasWord(rel, "tag") || hasWord(rel, "category") || labelLinks.MatchString(href) && textLength(n) < 60 && score(n.Parent, nil) < 200 {
				add(n)
			}
		case attribute(n, "itemprop") == "articleSection" || attribute(n, "itemprop") == "keywords":
			labels = append(labels, attribute(n, "content"))
			add(n)
		case isLabelled(names(n)):
			add(n)
			for e := range descend(n) {
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
func inList(n *html.Node) bool {
	for outer, depth := n.Parent, 0; outer != nil && depth < 4; outer, depth = outer.Parent, depth+1 {
		if outer.DataAtom == atom.Footer || isMenu(names(outer)) {
			return true
		}
		if _, links := linkLength(outer); links > 12 {
			return depth < 2
		}
	}
	return false
}

func isMenu(words []string) bool {
	return slices.ContainsFunc(words, func(w string) bool {
		switch w {
		case "footer", "sidebar", "widget", "menu", "nav", "navigation", "related", "header":
			return true
		}
		return false
	})
}

func hasWord(list, word string) bool {
	for _, w := range strings.Fields(list) {
		if strings.EqualFold(w, word) {
			return true
		}
	}
	return false
}

func isLabelled(words []string) bool {
	for _, w := range words {
		switch w {
		case "category", "categories", "kicker", "eyebrow", "label", "labels", "topic", "topics", "program", "programs", "region", "regions", "tag", "tags", "cat", "overline", "badge", "pill", "pills", "chip", "chips", "section", "taxonomy", "term", "terms", "rubric":
			return true
		}
	}
	return false
}

// breadcrumbs are the names of what the page stands under. A link that says of itself
// that it labels the page (rel=tag) counts also where only navigation stands.
func breadcrumbs(root *html.Node) []string {
	var found []string
	for n := range descend(root) {
		if n.DataAtom != atom.A && n.DataAtom != atom.Li || textLength(n) == 0 || !inBreadcrumb(n) {
			continue
		}
		if text := textOf(n); text != "" && len(text) < 120 && len(found) < 20 {
			found = append(found, text)
		}
	}
	return found
}

// inBreadcrumb tells whether a link or an item of a list is one of a breadcrumb's, or of
// a menu's that labels the page.
func inBreadcrumb(n *html.Node) bool {
	tag := n.DataAtom == atom.A && (hasWord(attribute(n, "rel"), "tag") || hasWord(attribute(n, "rel"), "category"))
	for outer := n.Parent; outer != nil; outer = outer.Parent {
		if tag && outer.DataAtom == atom.Nav {
			return true
		}
		for _, a := range outer.Attr {
			switch a.Key {
			case "class", "id", "aria-label", "aria-labelledby":
				if strings.Contains(a.Val, "readcrumb") {
					return true
				}
			}
		}
	}
	return false
}
