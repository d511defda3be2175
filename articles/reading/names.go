package reading

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// kind is the kind of an element according to its names.
type kind int

const (
	tool    kind = iota // buttons, menus, lists of links: it has no prose, so that one with prose is something else
	box                 // a box beside the article, which may have prose: "about the author", a newsletter's form
	replies             // words of readers, below the article
)

// cutWord is the name that says most clearly that an element is not the article; empty if
// no name does. A box or a reply counts before a tool.
func cutWord(words []string) (word string, k kind) {
	for i, w := range words {
		pair := ""
		if i+1 < len(words) {
			pair = w + " " + words[i+1]
		}
		switch {
		case boxNames[pair]:
			return pair, box
		case isOtherwise(words, i):
		case boxNames[w]:
			return w, box
		case replyNames[w]:
			return w, replies
		case word == "" && toolNames[pair]:
			word, k = pair, tool
		case word == "" && toolNames[w]:
			word, k = w, tool
		}
	}
	return word, k
}

// isOtherwise reports whether the names beside the i-th give it another meaning.
func isOtherwise(words []string, i int) bool {
	return i > 0 && otherMeanings[words[i-1]+" "+words[i]] || i+1 < len(words) && otherMeanings[words[i]+" "+words[i+1]]
}

// group are the elements of a page that one word would cut.
type group struct {
	nodes []*html.Node
	prose int
	kind  kind
	word  string
}

// isNamed reports whether a word is a whole class or id of an element, and not a part of one.
func isNamed(n *html.Node, word string) bool {
	return !sectionNames[word] && (hasWord(attribute(n, "class"), word) || strings.EqualFold(attribute(n, "id"), word))
}

// cutNamed removes elements that are not the article by their names.
func (p *articlePage) cutNamed() {
	groups := map[string]*group{}
	var order []string
	for n := range p.descend(p.body) {
		switch n.DataAtom {
		case atom.Article, atom.Main, atom.Blockquote, atom.Table, atom.Tr, atom.Td, atom.Em, atom.Strong, atom.Img, atom.Sup:
			continue
		}
		word, k := cutWord(p.names(n))
		if strings.HasPrefix(attribute(n, "class"), "widget") { // WordPress's; page builders put words before
			k = box
		}
		if word == "" || p.guarded(n) {
			continue
		}
		g := groups[word]
		if g == nil {
			g = &group{kind: k, word: word}
			groups[word] = g
			order = append(order, word)
		}
		if last := len(g.nodes) - 1; last < 0 || !p.contains(g.nodes[last], n) {
			g.nodes = append(g.nodes, n)
			g.prose += p.prose(n)
		}
	}
	for _, word := range order {
		p.cutGroup(groups[word])
	}
}

// cutGroup removes the elements of a group, unless they are the text itself: page
// builders give one name to every block of a page.
func (p *articlePage) cutGroup(g *group) {
	if p.isText(g) {
		return
	}
	for _, n := range g.nodes {
		if p.guarded(n) || g.kind == tool && p.hasSentences(n) || g.kind == box && !isNamed(n, g.word) && p.isInText(n) {
			continue
		}
		p.cut(n, "named “"+g.word+"”")
	}
}

// isText reports whether the elements of a group are too much of the page to be cut, or
// readers' words with text behind them: readers have the last word, not the first.
func (p *articlePage) isText(g *group) bool {
	if g.prose*100 > p.areaSize*40 {
		enough := anArticle
		if g.word == "comments" || len(g.nodes) >= 3 {
			enough = fewLetters
		}
		if g.kind != replies || p.proseBefore(g.nodes[0]) < enough {
			return true
		}
	}
	return g.kind == replies && g.prose > 0 && p.proseBehind(g.nodes[len(g.nodes)-1])*100 > p.areaSize*20
}

// anArticle is how many letters of prose a text has at least, for the text to be the
// article and the elements below it not. With clear words for comments below it, it has
// fewLetters.
const (
	anArticle  = 300
	fewLetters = 100
)

// hasSentences tells text from buttons and links: a paragraph of it, outside of links.
func (p *articlePage) hasSentences(n *html.Node) bool {
	linked, _ := p.links(n)
	if prose := p.prose(n); prose < 40 || linked*100 > p.text(n)*40 {
		return false
	}
	for _, r := range p.runsOf(n) {
		if r.links == 0 && (len(r.text) >= 100 || len(r.text) >= 60 && endsSentence(r.text)) && !invites.MatchString(r.text) {
			return true
		}
	}
	return false
}

// isInText reports whether a box stands in the midst of the text and is written like it:
// paragraphs before and behind it, sentences in it, and nothing that boxes say. A box at
// the end of a text is one, unless it has paragraphs and leads nowhere.
func (p *articlePage) isInText(n *html.Node) bool {
	if p.text(n) > 20*shortText || !p.hasSentences(n) || p.asked > maxRefused || boxTalk.MatchString(textOf(n)) {
		return false
	}
	p.asked++
	for e := range p.descend(n) {
		if e.DataAtom == atom.A && within(e, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6) != nil {
			return false
		}
	}
	const some = 60
	return p.proseBefore(n) >= some && p.proseBehind(n) >= some && p.paragraphBehind(n)
}

// paragraphBehind reports whether a paragraph of text follows an element in its container
// or the one around it.
func (p *articlePage) paragraphBehind(n *html.Node) bool {
	for range 2 {
		seen := 0
		for c := n.NextSibling; c != nil && seen < 3; c = c.NextSibling {
			if c.Type != html.ElementNode || p.text(c) == 0 {
				continue
			}
			seen++
			if word, _ := cutWord(p.names(c)); word == "" && p.prose(c) >= 40 && !p.isCardList(c) {
				return true
			}
		}
		if n = n.Parent; n == nil || n == p.area {
			return false
		}
	}
	return false
}

// proseBefore is how much prose of the article's area stands before n.
func (p *articlePage) proseBefore(n *html.Node) int {
	total := 0
	for ; n != nil && n != p.area; n = n.Parent {
		for c := n.PrevSibling; c != nil && !p.late(); c = c.PrevSibling {
			total += p.prose(c)
		}
	}
	return total
}

// proseBehind is how much prose of the article's area stands behind n.
func (p *articlePage) proseBehind(n *html.Node) int {
	total := 0
	for ; n != nil && n != p.area; n = n.Parent {
		for c := n.NextSibling; c != nil && !p.late(); c = c.NextSibling {
			total += p.prose(c)
		}
	}
	return total
}

// guarded reports whether an element is too much of the article to be cut for its name.
func (p *articlePage) guarded(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Body, atom.Html, atom.Main:
		return true
	}
	if p.headline != nil && p.contains(n, p.headline) {
		return true
	}
	whole := p.total
	if p.area != nil && p.contains(p.area, n) {
		whole = p.areaSize
	}
	return p.prose(n)*100 > whole*40
}
