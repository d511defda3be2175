package reading

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// articlePage is a page on its way to being an article: its tree, which is cut down step by
// step, and the facts found in it.
type articlePage struct {
	*tree

	root     *html.Node
	body     *html.Node // the page's
	headline *html.Node // the element that shows the title; nil when no element does
	total    int        // letters of prose in body before anything was cut
	area     *html.Node // the element that holds the article; see [articlePage.scope]
	areaSize int        // letters of prose in area before anything was cut
	lead     *html.Node // the piece embedded above the text; see [articlePage.leadMedia]
	dense    denseText  // what the scoring of paragraphs takes for the article
	refused  int        // headings that would have cut most of the page
	asked    int        // boxes that were looked at for being text
	picked   picked     // by the selectors of the source
}

// cutOthers removes the parts of other articles and of the site: the elements under
// headings for them, lists of cards, and elements with names for them. It goes before
// dates, labels and authors are looked for, so that theirs are not taken.
func (p *articlePage) cutOthers() {
	for n := range p.descend(p.body) {
		if p.isOther(n) {
			p.cut(n, "an element of the site or a list of other articles")
			continue
		}
		if headingLevel(n) > 0 || p.isLoneLine(n) {
			p.cutUnder(n)
		}
	}
	p.cutCards()
}

// isOther tells by the kind of an element and by its shape that it is not the article's.
func (p *articlePage) isOther(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Form:
		return !p.isTextForm(n)
	case atom.Nav, atom.Menu:
		return !p.guarded(n)
	case atom.Aside:
		return !isNote(p.names(n)) && !p.isQuote(n) && !p.guarded(n)
	case atom.Header, atom.Footer:
		if p.isSiteFrame(n) {
			return true
		}
	}
	return p.isCardList(n) && !p.guarded(n) || p.isTeaserList(n) || p.isThread(n)
}

// isSiteFrame tells the site's header or footer from the article's. A footer without the
// headline is the site's however little else there is on the page.
func (p *articlePage) isSiteFrame(n *html.Node) bool {
	isSite := n.DataAtom == atom.Footer && p.headline != nil && !p.contains(n, p.headline)
	return (isSite || !p.guarded(n)) && within(n.Parent, atom.Article, atom.Main) == nil
}

// isQuote tells an aside in the midst of the text that adds to the text.
func (p *articlePage) isQuote(n *html.Node) bool {
	if _, links := p.links(n); links > 0 || p.text(n) < 20 || p.text(n) > shortText || p.text(p.area) > 400*shortText || p.asked > maxRefused || p.first(n, atom.Form) != nil {
		return false
	}
	p.asked++
	text := textOf(n)
	word, _ := cutWord(p.names(n))
	return word == "" && endsSentence(text) && !boxTalk.MatchString(text) && !invites.MatchString(text) &&
		p.proseBefore(n) >= anArticle/2 && p.paragraphBehind(n) && strings.Count(textOf(p.area), strings.Trim(text, "“”\"«»„‟ ")) == 1
}

// isTextForm tells a form that the site's software puts around the text, or around each
// part of it, from one to fill in.
func (p *articlePage) isTextForm(n *html.Node) bool {
	return p.guarded(n) || p.prose(n) >= anArticle && p.hasSentences(n)
}

// isNote tells an aside that is part of the text from one that is not.
func isNote(words []string) bool {
	return slices.Contains(words, "footnote") || slices.Contains(words, "footnotes") || slices.Contains(words, "note") || slices.Contains(words, "notes")
}

// isLoneLine tells a short line that may be a heading without being marked as one.
func (t *tree) isLoneLine(n *html.Node) bool {
	switch n.DataAtom {
	case atom.P, atom.Div, atom.Span, atom.Strong, atom.B:
	default:
		return false
	}
	length := 0
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		switch {
		case c.Type == html.TextNode:
			length += len(strings.TrimSpace(c.Data))
		case c.Type == html.ElementNode && isBlock(c):
			return false
		case c.Type == html.ElementNode:
			length += t.text(c)
		}
		if length > 80 {
			return false
		}
	}
	if length == 0 {
		return false
	}
	return isBlock(n) || n.Parent != nil && t.text(n.Parent) == length
}

// cutUnder removes the elements under a heading for other articles, the heading's box
// when it is one for readers' addresses and the like, or a line that leads elsewhere.
func (p *articlePage) cutUnder(heading *html.Node) {
	if heading == p.headline || p.text(heading) > 90 {
		return
	}
	text := p.shortText(heading)
	if text == "" || len(text) > 90 {
		return
	}
	switch {
	case isRepliesHeading(text) && p.cutReplies(heading):
	case relatedPhrases[Fold(text)]:
		if p.linksFollow(heading) {
			p.cutFrom(heading)
		}
	case relatedHeading.MatchString(text):
		if uncertainHeading.MatchString(text) && !p.linksFollow(heading) {
			return
		}
		p.cutFrom(heading)
	case boxHeading.MatchString(text):
		box := heading
		for box.Parent != nil && !p.guarded(box.Parent) && p.prose(box.Parent) < 600 && p.beginsWith(box.Parent, box) {
			box = box.Parent
		}
		p.cut(box, "a box under the heading “"+text+"”")
	}
}

// cutFrom removes a heading and the nodes that follow it in its container, climbing out of
// elements that hold the heading alone or begin with it.
func (p *articlePage) cutFrom(heading *html.Node) {
	node := heading
	for node.Parent != nil && !p.guarded(node.Parent) && p.beginsWith(node.Parent, node) {
		node = node.Parent
	}
	if node != heading && p.text(node) > p.text(heading)+20 {
		p.cut(node, "a box under the heading “"+p.shortText(heading)+"”")
		return
	}
	if p.refused > maxRefused || p.headline != nil && p.isAfter(p.headline, node) {
		return
	}
	if p.total > 0 && p.proseAfter(node)*100 > p.total*60 {
		p.refused++
		return // most of the page: the heading means something else
	}
	rule := "under the heading “" + p.shortText(heading) + "”"
	for n := node.NextSibling; n != nil && !p.isNextSection(n, heading); {
		next := n.NextSibling
		p.cut(n, rule)
		n = next
	}
	p.cut(node, rule)
}

// proseAfter is how much prose the siblings behind a node have.
func (t *tree) proseAfter(node *html.Node) int {
	prose := 0
	for n := node.NextSibling; n != nil; n = n.NextSibling {
		prose += t.prose(n)
	}
	return prose
}

// isNextSection tells a heading that begins a section of the article behind a section of
// other articles.
func (t *tree) isNextSection(n, heading *html.Node) bool {
	level, own := headingLevel(heading), headingLevel(n)
	return level > 0 && own > 0 && own <= level && !isRelatedHeading(textOf(n)) && t.proseFollows(n)
}

// maxRefused is after how many headings that could not be obeyed no more are tried.
const maxRefused = 50

// linksFollow reports whether links to other pages come after a heading.
func (t *tree) linksFollow(heading *html.Node) bool {
	node := heading
	for node.Parent != nil && node.NextSibling == nil && node.Parent.DataAtom != atom.Body {
		node = node.Parent
	}
	links, seen := 0, 0
	for n := node.NextSibling; n != nil && seen < 4; n = n.NextSibling {
		if n.Type != html.ElementNode || t.text(n) == 0 {
			continue
		}
		seen++
		if n.DataAtom == atom.P && t.text(n) > 200 {
			return false
		}
		_, k := t.links(n)
		links += k
	}
	return links > 0
}

// proseFollows reports whether a paragraph of text comes after a heading.
func (t *tree) proseFollows(heading *html.Node) bool {
	for n := heading.NextSibling; n != nil; n = n.NextSibling {
		if n.Type == html.ElementNode {
			return n.DataAtom == atom.P && t.text(n) > 140
		}
	}
	return false
}

// beginsWith reports whether child is the first thing to see in parent.
func (t *tree) beginsWith(parent, child *html.Node) bool {
	for n := parent.FirstChild; n != nil; n = n.NextSibling {
		if n == child {
			return true
		}
		if t.text(n) > 0 {
			return false
		}
	}
	return false
}

// isCardList tells a list of other articles by its shape: several like elements, each
// with a linked heading and little text.
func (t *tree) isCardList(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Div, atom.Section, atom.Ul, atom.Ol:
	default:
		return false
	}
	cards, others := 0, 0
	var kind atom.Atom
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type != html.ElementNode {
			continue
		}
		if t.isCard(c) && (cards == 0 || c.DataAtom == kind) {
			kind = c.DataAtom
			cards++
		} else if t.prose(c) > 60 {
			others++
		}
	}
	return cards >= 2 && others == 0
}

// isCard reports whether an element looks like the announcement of another article.
func (t *tree) isCard(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Div, atom.Li, atom.Article, atom.Section, atom.A:
	default:
		return false
	}
	if t.text(n) > 700 || t.text(n) < 10 || t.sizeOf(n).elements > shortElements {
		return false
	}
	if n.DataAtom == atom.A {
		return t.headingIn(n) != nil
	}
	for e := range t.descend(n) {
		if e.DataAtom != atom.A || attribute(e, "href") == "" || t.text(e) < 12 {
			continue
		}
		heading := within(e.Parent, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6)
		if t.headingIn(e) != nil || heading != nil && t.contains(n, heading) {
			return true
		}
	}
	return false
}

func (t *tree) headingIn(n *html.Node) *html.Node {
	for e := range t.descend(n) {
		if headingLevel(e) > 0 {
			return e
		}
	}
	return nil
}
