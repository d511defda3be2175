package reading

import (
	"bytes"
	"context"
	"net/url"
	"strings"

	"codeberg.org/readeck/go-readability/v2"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Limits of a second reading. The second reader cannot be stopped, so that it is asked of
// pages only that cost it a second at most.
const (
	fewWords      = 40      // a reading with fewer is read again
	secondWords   = 60      // words that a second reading has at least
	maxSecondPage = 2 << 20 // bytes
	maxSecondTags = 20_000

	agreeing = 0.88 // the agreement from which the rules’ text and another reader’s are one text
	peers    = 0.80 // the agreement from which two other readers’ texts are one text
)

// opinion is another reader's text of a page.
type opinion struct {
	node    *html.Node // the text; nil for plain text
	text    string
	words   bag
	count   int // of words
	rule    string
	element string
}

// opinionOf is the opinion that the article's text stands in node; nil when there is no
// text, or when it is mostly links or announces other articles.
func opinionOf(node *html.Node, rule, element string) *opinion {
	if letters, linked := lettersOf(node, false); letters == 0 || linked*2 > letters || announces(node) {
		return nil
	}
	text := blockText(node)
	return &opinion{node, text, bagOf(text), len(strings.Fields(text)), rule, element}
}

// announces reports whether most headings of a text are links: it announces other articles.
func announces(node *html.Node) bool {
	headings, linked := 0, 0
	for n := range node.Descendants() {
		if headingLevel(n) == 0 {
			continue
		}
		headings++
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			if c.DataAtom == atom.A {
				linked++
				break
			}
		}
	}
	return linked >= 3 && linked*2 > headings
}

// opinionFromText is the opinion that the article's text is this plain one; nil when it
// is short.
func opinionFromText(text string) *opinion {
	text = strings.Join(plainParagraphs(text), "\n\n")
	if len(strings.Fields(text)) < secondWords {
		return nil
	}
	return &opinion{nil, text, bagOf(text), len(strings.Fields(text)), "the articleBody of the structured data", ldElement}
}

// agreesWith reports whether two readings agree at least that much. A reading that is nil
// agrees with none.
func (o *opinion) agreesWith(other *opinion, least float64) bool {
	return o != nil && other != nil && agreement(o.words, other.words) >= least
}

// outdoes reports whether a text on which two readers agree is better than the rules' own.
// It is when it is the part of their text that is the article, or when theirs is hardly
// any. A longer text may have readers' words too: the own one stays. Of two texts that
// share little, the one is better that has more of the page's description and headline.
func (o *opinion) outdoes(own *opinion, f *facts) bool {
	shared := common(o.words, own.words)
	switch {
	case own.count < fewWords:
		return true
	case shared*100 >= o.words.total*85:
		return true
	case shared*100 >= own.words.total*85:
		return own.count < 2*fewWords && own.count*6 < o.count
	}
	about := bagOf(f.description + " " + f.headline)
	return common(about, o.words) > common(about, own.words)+2
}

// isPartOf reports whether a text of some length stands in another one as a whole.
func (o *opinion) isPartOf(other *opinion) bool {
	return o != nil && o.count >= secondWords && common(o.words, other.words)*100 >= o.words.total*95
}

// readAgain asks other readers about the text when little was read of a page, or when the
// scoring of its paragraphs speaks for another text: the page's metadata, Mozilla's
// Readability, and trafilatura's way. The rules' own text stays when one of them agrees
// with it, or when they do not agree with each other, unless Readability, a scoring as well,
// finds a part of that text. See docs/decisions/0082-readers-vote-on-the-text.md.
func (r *Reading) readAgain(ctx context.Context, p Page, f *facts, base string, opens []run, sure bool) {
	if sure && r.Words >= fewWords {
		return
	}
	own := &opinion{words: bagOf(r.ContentText), count: r.Words}
	told := opinionFromText(f.body)
	var second, third *opinion
	if own.agreesWith(told, agreeing) {
		return
	}
	if root := p.parseAgain(ctx); root != nil {
		second, third = readSecond(root, base), readOpinion(ctx, root)
	}
	if own.agreesWith(second, agreeing) || own.agreesWith(third, agreeing) {
		return
	}
	for _, pair := range [][2]*opinion{{told, second}, {told, third}, {second, third}} {
		if pair[0].agreesWith(pair[1], peers) && pair[0].count >= secondWords && pair[1].outdoes(own, f) {
			r.takeText(pair[1], base, opens)
			return
		}
	}
	if !sure && second.isPartOf(own) {
		r.takeText(second, base, opens)
		return
	}
	for _, o := range []*opinion{told, second, third} {
		if r.Words < fewWords && o != nil && o.count >= max(secondWords, 2*r.Words) {
			r.takeText(o, base, opens)
			return
		}
	}
}

// parseAgain parses the page for other readers; nil when it is too large for them.
func (p Page) parseAgain(ctx context.Context) *html.Node {
	if len(p.Body) > maxSecondPage || bytes.Count(p.Body, []byte("<")) > maxSecondTags {
		return nil
	}
	root, err := parsePage(ctx, UTF8(p.Body, p.ContentType))
	if err != nil {
		return nil
	}
	return root
}

// takeText takes over another reader's text, with the lines that open the text.
func (r *Reading) takeText(from *opinion, base string, opens []run) {
	other := *r
	if from.node == nil {
		other = Reading{}.fromPlainText(from.text)
	} else {
		(&tree{}).addOpenings(from.node, opens)
		if other.setBody(from.node, base) != nil {
			return
		}
	}
	r.ContentHTML, r.ContentText, r.Words, r.Media = other.ContentHTML, other.ContentText, other.Words, other.Media
	r.noteBody(from.rule, from.element)
}

// fromPlainText is a reading of a text with a paragraph a line.
func (r Reading) fromPlainText(text string) Reading {
	paragraphs := plainParagraphs(text)
	if len(paragraphs) == 0 {
		return r
	}
	read, err := r.withParagraphs(paragraphs)
	if err != nil {
		return r
	}
	return read
}

// plainParagraphs are the lines of a text that are not empty.
func plainParagraphs(text string) []string {
	var paragraphs []string
	for line := range strings.Lines(text) {
		if line = PlainText(line); line != "" {
			paragraphs = append(paragraphs, line)
		}
	}
	return paragraphs
}

// readSecond reads a page by the rules of Readability, which leaves root as it is. Text
// that is mostly links does not count.
func readSecond(root *html.Node, base string) (found *opinion) {
	defer func() { // the second reader has pages that it panics over
		if recover() != nil {
			found = nil
		}
	}()
	address, err := url.Parse(base)
	if err != nil || base == "" {
		address = &url.URL{Scheme: "http", Host: "localhost"}
	}
	article, err := readability.FromDocument(root, address)
	if err != nil || article.Node == nil {
		return nil
	}
	box := &html.Node{Type: html.ElementNode, DataAtom: atom.Div, Data: "div"}
	if article.Node.Parent != nil {
		article.Node.Parent.RemoveChild(article.Node)
	}
	box.AppendChild(article.Node)
	strip(box, nil)
	return opinionOf(box, "Mozilla’s Readability", "")
}

// readOpinion reads a page in trafilatura's way. root is changed.
func readOpinion(ctx context.Context, root *html.Node) *opinion {
	strip(root, nil)
	node := readThird(ctx, root)
	if node == nil {
		return nil
	}
	return opinionOf(node, "trafilatura’s way", pathOf(node))
}

// lettersOf counts the letters below n, and those of them that stand in links.
func lettersOf(n *html.Node, inLink bool) (letters, linked int) {
	if n.Type == html.TextNode {
		letters = len(strings.TrimSpace(n.Data))
		if inLink {
			linked = letters
		}
		return letters, linked
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		l, k := lettersOf(c, inLink || n.DataAtom == atom.A)
		letters, linked = letters+l, linked+k
	}
	return letters, linked
}
