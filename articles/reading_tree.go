package articles

import (
	"iter"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// descend yields the elements below n, in the order of the document. The element at
// hand may be removed while it runs; what is in it then is not visited.
func descend(n *html.Node) iter.Seq[*html.Node] {
	return func(yield func(*html.Node) bool) {
		var walk func(n *html.Node) bool
		walk = func(n *html.Node) bool {
			for c := n.FirstChild; c != nil; {
				next := c.NextSibling
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

// remove takes a node out of the page.
func remove(n *html.Node) {
	if n.Parent != nil {
		n.Parent.RemoveChild(n)
	}
}

func attribute(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// textOf is the text below n in one line, with blanks between blocks.
func textOf(n *html.Node) string {
	var b strings.Builder
	writeText(&b, n)
	return oneLine(b.String())
}

func writeText(b *strings.Builder, n *html.Node) {
	if n.Type == html.TextNode {
		b.WriteString(n.Data)
		return
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.ElementNode && (c.DataAtom == atom.Br || isBlock(c)) {
			b.WriteByte(' ')
		}
		writeText(b, c)
		if c.Type == html.ElementNode && isBlock(c) {
			b.WriteByte(' ')
		}
	}
}

// textLength is how many letters stand below n, blanks at the ends of pieces left out.
func textLength(n *html.Node) int {
	if n.Type == html.TextNode {
		return len(strings.TrimSpace(n.Data))
	}
	total := 0
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		total += textLength(c)
	}
	return total
}

// linkLength is how much of it stands in links, and how many links there are.
func linkLength(n *html.Node) (letters, links int) {
	if n.Type == html.ElementNode && n.DataAtom == atom.A {
		return textLength(n), 1
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		l, k := linkLength(c)
		letters, links = letters+l, links+k
	}
	return letters, links
}

// contains tells whether inner is outer or stands in it.
func contains(outer, inner *html.Node) bool {
	for n := inner; n != nil; n = n.Parent {
		if n == outer {
			return true
		}
	}
	return false
}

// within is the nearest element of those kinds around n, n included; nil if none.
func within(n *html.Node, kinds ...atom.Atom) *html.Node {
	for ; n != nil; n = n.Parent {
		for _, kind := range kinds {
			if n.DataAtom == kind {
				return n
			}
		}
	}
	return nil
}

// firstElement is the first element of that kind below n; nil if none.
func firstElement(n *html.Node, kind atom.Atom) *html.Node {
	for e := range descend(n) {
		if e.DataAtom == kind {
			return e
		}
	}
	return nil
}

// names are the words of an element's class and id, in small letters: "post-meta
// relatedPosts" has the words post, meta, related and posts.
func names(n *html.Node) []string {
	text := attribute(n, "class") + " " + attribute(n, "id")
	if len(text) == 1 || len(text) > 2000 {
		return nil
	}
	var words []string
	var word []byte
	flush := func() {
		if len(word) > 0 {
			words = append(words, string(word))
			word = word[:0]
		}
	}
	for i := range len(text) {
		c := text[i]
		switch {
		case c >= 'A' && c <= 'Z':
			if i > 0 && text[i-1] >= 'a' && text[i-1] <= 'z' {
				flush()
			}
			word = append(word, c+'a'-'A')
		case c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c >= 0x80:
			word = append(word, c)
		default:
			flush()
		}
	}
	flush()
	return words
}

// isBlock tells whether an element stands in lines of its own.
func isBlock(n *html.Node) bool {
	switch n.DataAtom {
	case atom.P, atom.Div, atom.Section, atom.Article, atom.Main, atom.Header, atom.Footer, atom.Aside, atom.Nav, atom.Ul, atom.Ol, atom.Li, atom.Dl, atom.Dt, atom.Dd,
		atom.Table, atom.Tr, atom.Thead, atom.Tbody, atom.Blockquote, atom.Pre, atom.Figure, atom.Figcaption, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Hr,
		atom.Form, atom.Details, atom.Summary, atom.Body, atom.Address, atom.Center, atom.Caption, atom.Hgroup:
		return true
	}
	return false
}

func headingLevel(n *html.Node) int {
	if n.Type == html.ElementNode && len(n.Data) == 2 && n.Data[0] == 'h' && n.Data[1] >= '1' && n.Data[1] <= '6' {
		return int(n.Data[1] - '0')
	}
	return 0
}
