package reading

import (
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// scope is the smallest element around the headline that has most of the page's prose, or
// that has a whole article while all the rest is words of readers.
func (p *articlePage) scope() *html.Node {
	if p.headline == nil {
		return p.body
	}
	total := p.prose(p.body)
	for n := p.headline.Parent; n != nil && n != p.body; n = n.Parent {
		if p.prose(n)*100 >= total*60 || p.isWhole(n) {
			return n
		}
	}
	return p.body
}

// isWhole reports whether an element has the article's text, and the text behind it is
// readers' comments.
func (p *articlePage) isWhole(n *html.Node) bool {
	const paragraphs = 3
	if p.prose(n) < fewLetters {
		return false
	}
	long := p.prose(n) >= 2*anArticle && p.countProse(n, paragraphs) >= paragraphs
	inArticle := within(n, atom.Article, atom.Main) != nil
	for outer := n; outer != p.body && outer != nil; outer = outer.Parent {
		for c := outer.NextSibling; c != nil && !p.late(); c = c.NextSibling {
			outside := inArticle && within(c, atom.Article, atom.Main) == nil
			if p.prose(c) > 0 && !p.isComments(c) && !(long && p.isReplies(c, outside)) {
				return false
			}
		}
	}
	return true
}

// countProse counts the paragraphs of prose below n, up to enough.
func (p *articlePage) countProse(n *html.Node, enough int) int {
	count := 0
	for e := range p.descend(n) {
		if count >= enough {
			break
		}
		if (e.DataAtom == atom.P || e.DataAtom == atom.Li || e.DataAtom == atom.Blockquote) && p.prose(e) >= 60 {
			count++
		}
	}
	return count
}

// isComments tells comments by names that have no other meaning below an article, however
// short that is.
func (p *articlePage) isComments(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Footer, atom.Nav, atom.Aside, atom.Form:
		return true
	}
	return anyIn(p.names(n), commentNames) && (p.areAlike(n) || p.prose(n) > 0 && p.headingIn(n) != nil)
}

// isReplies tells the words of readers below an article by their names, or, where they
// stand outside of the article's own element, by being many alike.
func (p *articlePage) isReplies(n *html.Node, outside bool) bool {
	switch n.DataAtom {
	case atom.Footer, atom.Nav, atom.Aside, atom.Form:
		return true
	}
	names := p.names(n)
	if anyIn(names, belowNames) || (slices.Contains(names, "answers") || slices.Contains(names, "answer")) && p.areAlike(n) {
		return true
	}
	return outside && p.areAlike(n)
}

// areAlike reports whether the prose below n stands in several elements of one kind.
func (p *articlePage) areAlike(n *html.Node) bool {
	var class string
	count := 0
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type != html.ElementNode || p.prose(c) == 0 {
			continue
		}
		if c.DataAtom == atom.P || class != "" && attribute(c, "class") != class {
			return false
		}
		class = attribute(c, "class")
		count++
	}
	return count >= 3 && class != ""
}

// cutReplies removes the elements under a heading for readers' comments, where an article
// stands above it: it may then be more than the article. It reports whether it did.
func (p *articlePage) cutReplies(heading *html.Node) bool {
	if p.area == nil || !p.contains(p.area, heading) || p.refused > maxRefused {
		return false
	}
	if p.headline != nil && p.isAfter(p.headline, heading) || p.proseBefore(heading) < fewLetters {
		p.refused++
		return false
	}
	node := heading
	for node.Parent != nil && node.Parent != p.area && p.beginsWith(node.Parent, node) {
		node = node.Parent
	}
	const rule = "under a heading for readers’ comments"
	if node == heading {
		for n := node.NextSibling; n != nil; n = node.NextSibling {
			p.cut(n, rule)
		}
	}
	p.cut(node, rule)
	return true
}

// cutCards removes other articles' article elements: announcements, and, where the
// headline stands in an article element, the lesser ones beside it. Some sites put every
// block of an article in an article element; those stay.
func (p *articlePage) cutCards() {
	var all []*html.Node
	var longest *html.Node
	for n := range p.descend(p.area) {
		if n.DataAtom != atom.Article {
			continue
		}
		all = append(all, n)
		if longest == nil || p.prose(n) > p.prose(longest) {
			longest = n
		}
	}
	own := within(p.headline, atom.Article)
	areParts := own == nil || p.prose(own) < anArticle
	for _, n := range all {
		if n == longest || p.contains(n, longest) || p.guarded(n) || p.prose(n)*2 >= p.prose(longest) {
			continue
		}
		if p.isCard(n) || !p.contains(longest, n) && !(areParts && p.isPart(n, longest)) {
			p.cut(n, "another article’s element")
		}
	}
}

// isPart tells a part of an article that consists of several article elements: it has no
// heading, or the names of the longest part.
func (p *articlePage) isPart(n, longest *html.Node) bool {
	return p.headingIn(n) == nil || slices.Equal(p.kindOf(n), p.kindOf(longest))
}

// kindOf are an element's names without its numbers.
func (t *tree) kindOf(n *html.Node) []string {
	return slices.DeleteFunc(slices.Clone(t.names(n)), func(w string) bool { return strings.Trim(w, "0123456789") == "" })
}

// screenClass are classes of elements that stand on a page twice, for small screens and for large.
var screenClass = regexp.MustCompile(`(?:^|\s)(?:[\w-]+:hidden|hidden|d-none|d-(?:sm|md|lg|xl)-none|(?:hidden|visible)-(?:xs|sm|md|lg)|(?:mobile|desktop)-only|(?:only|show|hide)-(?:mobile|desktop)|(?:show|hide)-for-\w+|elementor-hidden-\w+|fl-visible-\w+)(?:\s|$)`)

// mayNameScreen reports whether screenClass is worth asking.
func mayNameScreen(class string) bool {
	return strings.Contains(class, "hid") || strings.Contains(class, "-none") || strings.Contains(class, "visible") || strings.Contains(class, "only") || strings.Contains(class, "mobile") || strings.Contains(class, "desktop") || strings.Contains(class, "show")
}

// dropDoubles removes the second of two elements of one text that stand there for
// screens of different sizes.
func (p *articlePage) dropDoubles() {
	seen := map[string]bool{}
	var last *html.Node
	for n := range p.descend(p.body) {
		class := attribute(n, "class")
		if class == "" || len(class) > 2000 || !mayNameScreen(class) || p.text(n) < 20 || last != nil && p.contains(last, n) || !screenClass.MatchString(class) {
			continue
		}
		last = n
		text := textOf(n)
		if seen[text] && (p.headline == nil || !p.contains(n, p.headline)) {
			p.cut(n, "a copy for another size of the screen")
		}
		seen[text] = true
	}
}
