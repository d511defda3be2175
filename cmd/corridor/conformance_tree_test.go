//go:build conformance

package main

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
)

const (
	nsAtom    = "http://www.w3.org/2005/Atom"
	nsContent = "http://purl.org/rss/1.0/modules/content/"
	nsDC      = "http://purl.org/dc/elements/1.1/"
	nsMedia   = "http://search.yahoo.com/mrss/"
	nsSY      = "http://purl.org/rss/1.0/modules/syndication/"
)

// node is an element of a document.
type node struct {
	name     xml.Name
	attrs    []xml.Attr
	children []*node
	text     string // its own
}

// readTree parses a whole document strictly.
func readTree(body string) (*node, error) {
	top := &node{}
	open := []*node{top}
	for d := xml.NewDecoder(strings.NewReader(body)); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		inner := open[len(open)-1]
		switch token := token.(type) {
		case xml.StartElement:
			n := &node{name: token.Name, attrs: token.Copy().Attr}
			inner.children = append(inner.children, n)
			open = append(open, n)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			inner.text += string(token)
		}
	}
	if len(top.children) != 1 {
		return nil, errors.New("the document has not one root")
	}
	return top.children[0], nil
}

func (n *node) attr(name string) string {
	for _, a := range n.attrs {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// all returns the children with that name.
func (n *node) all(space, local string) (list []*node) {
	for _, c := range n.children {
		if c.name == (xml.Name{Space: space, Local: local}) {
			list = append(list, c)
		}
	}
	return list
}

// say returns the text of the only child with that name, or "".
func (n *node) say(space, local string) string {
	if list := n.all(space, local); len(list) == 1 {
		return list[0].text
	}
	return ""
}

func (n *node) walk(fn func(n, parent *node)) {
	for _, c := range n.children {
		fn(c, n)
		c.walk(fn)
	}
}
