package entries

import (
	"html"
	"slices"
	"strings"
)

// node is an element, or a text when it has no name. The names of known namespaces have
// their usual prefixes, whatever the document calls them; names of feeds have none.
type node struct {
	name     string
	text     string
	attrs    []attribute
	children []*node
	space    string // the default namespace inside: its prefix
	base     string // xml:base, absolute when it can be
	lang     string // xml:lang
	cut      bool   // never closed
}

// attr returns the value of an attribute.
func (n *node) attr(name string) string {
	for _, a := range n.attrs {
		if a.name == name {
			return strings.TrimSpace(a.value)
		}
	}
	return ""
}

// child returns the first child with one of the names, tried in their order; nil when
// there is none.
func (n *node) child(names ...string) *node {
	for _, name := range names {
		for _, c := range n.children {
			if c.name == name {
				return c
			}
		}
	}
	return nil
}

// all returns the children with one of the names.
func (n *node) all(names ...string) []*node {
	var found []*node
	for _, c := range n.children {
		if c.name != "" && slices.Contains(names, c.name) {
			found = append(found, c)
		}
	}
	return found
}

// plain is the text in an element, without its markup; of no element it is empty.
func (n *node) plain() string {
	if n == nil {
		return ""
	}
	var b strings.Builder
	n.writePlain(&b)
	return strings.TrimSpace(b.String())
}

func (n *node) writePlain(b *strings.Builder) {
	b.WriteString(n.text)
	for _, c := range n.children {
		c.writePlain(b)
	}
}

// hasElements reports whether there is markup in an element.
func (n *node) hasElements() bool {
	return slices.ContainsFunc(n.children, func(c *node) bool { return c.name != "" })
}

// inner is the markup in an element, as HTML.
func (n *node) inner() string {
	var b strings.Builder
	for _, c := range n.children {
		c.write(&b)
	}
	return strings.TrimSpace(b.String())
}

func (n *node) write(b *strings.Builder) {
	if n.name == "" {
		b.WriteString(html.EscapeString(n.text))
		return
	}
	name := strings.TrimPrefix(n.name, "xhtml:")
	b.WriteString("<" + name)
	for _, a := range n.attrs {
		b.WriteString(" " + a.name + `="` + html.EscapeString(a.value) + `"`)
	}
	b.WriteString(">")
	for _, c := range n.children {
		c.write(b)
	}
	if !voidElements[name] {
		b.WriteString("</" + name + ">")
	}
}

// voidElements have no end tag in HTML.
var voidElements = set("area", "base", "br", "col", "embed", "hr", "img", "input", "source", "track", "wbr")

func set(words ...string) map[string]bool {
	m := make(map[string]bool, len(words))
	for _, word := range words {
		m[word] = true
	}
	return m
}
