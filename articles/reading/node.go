package reading

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

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

// within is the nearest element of those kinds around n, n included; nil if there is no such element.
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

// first is the first element of that kind below n; nil if there is no such element.
func (t *tree) first(n *html.Node, kind atom.Atom) *html.Node {
	for e := range t.descend(n) {
		if e.DataAtom == kind {
			return e
		}
	}
	return nil
}

// names are the words of an element's class and id, in small letters: "post-meta
// relatedPosts" has the words post, meta, related and posts. Classes with a condition or
// a value of their own ("md:hidden", "print:mt-2", "w-[30rem]") style and do not name.
func names(n *html.Node) []string { return appendAllNames(nil, n) }

// appendAllNames adds the names of an element to words.
func appendAllNames(words []string, n *html.Node) []string {
	class, id := attribute(n, "class"), attribute(n, "id")
	if len(class)+len(id) > 2000 {
		return words
	}
	for _, text := range [2]string{class, id} {
		for token := range strings.FieldsSeq(text) {
			if !strings.ContainsAny(token, ":[") {
				words = appendNames(words, token)
			}
		}
	}
	return words
}

// appendNames adds the words of one class or id. A word in small letters is a part of the
// token and costs no memory.
func appendNames(words []string, token string) []string {
	start, hasCapitals := -1, false
	flush := func(end int) {
		if start < 0 {
			return
		}
		word := token[start:end]
		if hasCapitals {
			word = lowerASCII(word)
		}
		words = append(words, word)
		start, hasCapitals = -1, false
	}
	for i := range len(token) {
		c := token[i]
		switch {
		case c >= 'A' && c <= 'Z':
			if i > 0 && token[i-1] >= 'a' && token[i-1] <= 'z' {
				flush(i)
			}
			hasCapitals = true
		case c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c >= 0x80:
		default:
			flush(i)
			continue
		}
		if start < 0 {
			start = i
		}
	}
	flush(len(token))
	return words
}

// lowerASCII writes the letters of ASCII small, and leaves others.
func lowerASCII(s string) string {
	b := []byte(s)
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}

// isBlock reports whether an element begins and ends a line.
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
