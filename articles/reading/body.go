package reading

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// chooseBody is the element that holds the text: the one that says so, else the smallest
// in scope that has nearly all of its prose. The rule is in words for people.
func (t *tree) chooseBody(scope *html.Node) (body *html.Node, rule string) {
	if marked := t.markedBody(scope); marked != nil {
		return marked, "marked as the article’s body"
	}
	node, total := scope, t.prose(scope)
	for !t.late() {
		var best *html.Node
		for c := node.FirstChild; c != nil; c = c.NextSibling {
			if c.Type == html.ElementNode && isContainer(c) && (best == nil || t.prose(c) > t.prose(best)) {
				best = c
			}
		}
		if best == nil || t.prose(best) < total && t.paragraphBeside(best) || t.prose(best)*100 < total*90 && (t.prose(best)*100 < total*60 || !t.othersAreAside(best, total)) {
			break
		}
		node, total = best, t.prose(best)
	}
	return node, "the smallest element with nearly all of the prose"
}

// paragraphBeside reports whether a paragraph of the text stands beside an element.
func (t *tree) paragraphBeside(best *html.Node) bool {
	for c := best.Parent.FirstChild; c != nil; c = c.NextSibling {
		if c == best || c.Type != html.ElementNode || t.prose(c) < 60 {
			continue
		}
		if _, links := t.links(c); c.DataAtom == atom.P && links == 0 && t.text(c) <= 8*shortText && !boxTalk.MatchString(textOf(c)) {
			return true
		}
	}
	return false
}

// markedBody is the element that the markup calls the article's body: the smallest around
// all elements marked so, as some sites mark every paragraph. It is nil when no element
// is marked, or the marked ones hold little.
func (t *tree) markedBody(scope *html.Node) *html.Node {
	var body *html.Node
	for n := range t.descend(scope) {
		if attribute(n, "itemprop") != "articleBody" || t.prose(n) == 0 || body != nil && t.contains(body, n) {
			continue
		}
		if body == nil {
			body = n
			continue
		}
		for body != scope && !t.contains(body, n) {
			body = body.Parent
		}
	}
	if body == nil || t.prose(body) <= 200 || t.prose(body)*100 < t.prose(scope)*30 {
		return nil
	}
	return body
}

// othersAreAside tells a column of text with a column beside it from a text that several
// elements share: the others come after it, are small, and of another kind.
func (t *tree) othersAreAside(best *html.Node, total int) bool {
	classes := strings.Fields(attribute(best, "class"))
	for c := best.PrevSibling; c != nil; c = c.PrevSibling {
		if t.text(c) > 0 {
			return false
		}
	}
	for c := best.NextSibling; c != nil; c = c.NextSibling {
		switch {
		case t.text(c) == 0:
			continue
		case c.Type != html.ElementNode || !isContainer(c) || t.prose(c)*100 > total*30 || isNote(t.names(c)):
			return false
		}
		others := strings.Fields(attribute(c, "class"))
		if len(classes) == 0 || len(others) == 0 || slices.ContainsFunc(others, func(class string) bool { return slices.Contains(classes, class) }) {
			return false
		}
	}
	return true
}

func isContainer(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Div, atom.Section, atom.Article, atom.Main, atom.Td, atom.Table, atom.Tbody, atom.Tr, atom.Center, atom.Form, atom.Span, atom.Font:
		return true
	}
	return n.DataAtom == 0 // an element of the site's own making
}

// setBody takes over the text of an element that has been cut to size.
func (r *Reading) setBody(node *html.Node, base string) error {
	r.Media = showMedia(node, base)
	plainCode(node)
	flattenLayout(node)
	anchor(node, base, r.URL)
	cleanUp(node, base)
	r.keepLanguage(node)
	var b bytes.Buffer
	for c := node.FirstChild; c != nil; c = c.NextSibling {
		if err := html.Render(&b, c); err != nil {
			return fmt.Errorf("%w: the page cannot be written anew: %w", ErrNoArticle, err)
		}
	}
	clean := policy().SanitizeBytes(b.Bytes())
	r.ContentHTML = tidyHTML(string(clean))
	r.ContentText = blockText(node)
	r.Words = CountWords(r.ContentText)
	return nil
}

// SetContent is setBody for a fragment of HTML, such as a feed's.
func (r *Reading) SetContent(base, fragment string) {
	root, err := html.Parse(strings.NewReader(fragment))
	if err != nil {
		return
	}
	strip(root, nil)
	if body := (&tree{ctx: context.Background()}).first(root, atom.Body); body != nil {
		_ = r.setBody(body, base)
	}
}

// cleanUp makes addresses absolute and removes comments, trackers and empty elements.
func cleanUp(n *html.Node, base string) {
	for c := n.FirstChild; c != nil; {
		next := c.NextSibling
		switch {
		case c.Type == html.CommentNode:
			n.RemoveChild(c)
		case c.Type == html.ElementNode && c.DataAtom == atom.Img && !keepImage(c, base):
			n.RemoveChild(c)
		case c.Type == html.ElementNode:
			if c.DataAtom == atom.H1 {
				c.DataAtom, c.Data = atom.H2, "h2"
			}
			absoluteAttributes(c, base)
			cleanUp(c, base)
			if isEmptyBlock(c) {
				n.RemoveChild(c)
			}
		}
		c = next
	}
}

func absoluteAttributes(n *html.Node, base string) {
	for i, a := range n.Attr {
		if (a.Key == "href" || a.Key == "src" || a.Key == "cite" || a.Key == "poster") && base != "" && !strings.HasPrefix(a.Val, "#") {
			n.Attr[i].Val = Resolve(base, a.Val)
		}
	}
}

// keepImage makes a picture's address absolute, also one that a script would load.
func keepImage(n *html.Node, base string) bool {
	src := pictureOf(n)
	switch {
	case base != "":
		src = Resolve(base, src)
	case strings.HasPrefix(src, "//"):
		src = "https:" + src
	}
	size := attribute(n, "width") + "x" + attribute(n, "height")
	if src == "" || trackers.MatchString(src) || size == "1x1" || size == "0x0" {
		return false
	}
	var kept []html.Attribute
	for _, a := range n.Attr {
		if a.Key != "src" && !strings.HasPrefix(a.Key, "data-") {
			kept = append(kept, a)
		}
	}
	n.Attr = append(kept, html.Attribute{Key: "src", Val: src})
	return true
}

func isEmptyBlock(n *html.Node) bool {
	switch n.DataAtom {
	case atom.P, atom.Div, atom.Section, atom.Span, atom.Ul, atom.Ol, atom.Li, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Figure, atom.Figcaption, atom.A, atom.Strong, atom.Em, atom.Header, atom.Article:
	default:
		return false
	}
	if hasAttribute(n, "id") && headingLevel(n) == 0 { // a link leads there
		return false
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.ElementNode && c.DataAtom != atom.Br || c.Type == html.TextNode && strings.TrimSpace(c.Data) != "" {
			return false
		}
	}
	return true
}

// tidy leaves of white space with a line break in it the line break alone.
func tidy(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); {
		end := i
		breaks := false
		for end < len(s) && strings.IndexByte(" \t\n\r\f", s[end]) >= 0 {
			breaks = breaks || s[end] == '\n'
			end++
		}
		switch {
		case end == i:
			b.WriteByte(s[i])
			end++
		case breaks:
			b.WriteByte('\n')
		default:
			b.WriteString(s[i:end])
		}
		i = end
	}
	return strings.TrimSpace(b.String())
}

// blockText writes each block of an element as a separate paragraph.
func blockText(n *html.Node) string {
	var b strings.Builder
	writeBlocks(&b, n)
	var paragraphs []string
	for part := range strings.SplitSeq(b.String(), "\x00") {
		if part = paragraphText(part); part != "" {
			paragraphs = append(paragraphs, part)
		}
	}
	return strings.Join(paragraphs, "\n\n")
}

// writeBlocks writes the text below n, with a zero byte around blocks.
func writeBlocks(b *strings.Builder, n *html.Node) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		switch {
		case c.Type == html.TextNode:
			b.WriteString(c.Data)
		case c.Type != html.ElementNode || c.DataAtom == atom.Figcaption || hasAttribute(c, label):
		case c.DataAtom == atom.Br && isSecondBreak(c):
			b.WriteByte(0)
		case c.DataAtom == atom.Br:
			b.WriteString("\n")
		case c.DataAtom == atom.Pre:
			writeListing(b, c)
		case c.DataAtom == atom.Td || c.DataAtom == atom.Th:
			writeBlocks(b, c)
			b.WriteString(" ")
		case isBlock(c):
			b.WriteByte(0)
			writeBlocks(b, c)
			b.WriteByte(0)
		default:
			writeBlocks(b, c)
		}
	}
}

// isSecondBreak tells a line break right behind another: people write paragraphs so.
func isSecondBreak(br *html.Node) bool {
	for n := br.PrevSibling; n != nil; n = n.PrevSibling {
		if n.Type == html.TextNode && strings.TrimSpace(n.Data) == "" {
			continue
		}
		return n.DataAtom == atom.Br
	}
	return false
}

// PlainText is the text of a fragment of HTML, in one line.
func PlainText(fragment string) string {
	if !strings.ContainsAny(fragment, "<&") {
		return oneLine(fragment)
	}
	root, err := html.Parse(strings.NewReader(fragment))
	if err != nil {
		return oneLine(fragment)
	}
	return oneLine(blockText(root))
}
