package reading

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// takeEmbed puts an element that stands for an embedded piece into the place of the element that
// embeds it, or behind a quote. It reports whether the element is gone.
func (s *stripper) takeEmbed(n *html.Node) bool {
	if n.DataAtom == atom.Blockquote {
		if s.quotes++; s.quotes > maxMedia { // quotes in quotes are looked through again and again
			return false
		}
	}
	e, ok := embeddedIn(n)
	if !ok {
		return false
	}
	e.takeNoscript(n)
	n.Parent.InsertBefore(e.node(), n.NextSibling)
	if e.quoted {
		return false
	}
	n.Parent.RemoveChild(n)
	return true
}

// takeNoscript takes picture and title from the picture that stands there for browsers
// without scripts: in the element, behind it, or before it.
func (e *embed) takeNoscript(n *html.Node) {
	img := noscriptPicture(firstElement(n.FirstChild, atom.Noscript))
	if img == nil && (n.DataAtom == atom.Script || n.DataAtom == atom.Iframe) {
		if next := nextElement(n); next != nil && next.DataAtom == atom.Noscript {
			img = noscriptPicture(next)
		}
	}
	if before := prevElement(n); img == nil && n.DataAtom == atom.Object && before != nil {
		if img = firstElement(before, atom.Img); img == nil && before.DataAtom == atom.A {
			img = firstElement(before.FirstChild, atom.Img)
		}
		if img != nil {
			before.Parent.RemoveChild(before)
		}
	}
	if img == nil {
		return
	}
	e.picture, e.title = firstText(e.picture, pictureOf(img)), firstText(e.title, attribute(img, "alt"))
}

// noscriptPicture is the first picture in a noscript element, which is empty then.
func noscriptPicture(n *html.Node) *html.Node {
	if n == nil || n.FirstChild == nil || n.FirstChild.Type != html.TextNode {
		return nil
	}
	img := firstPicture(n.FirstChild.Data)
	if img != nil {
		n.FirstChild.Data = ""
	}
	return img
}

// firstPicture is the first picture of a fragment of HTML.
func firstPicture(fragment string) *html.Node {
	if !strings.Contains(fragment, "<img") {
		return nil
	}
	for _, node := range parseUnscripted(fragment) {
		if node.DataAtom == atom.Img {
			return node
		}
		for d := range node.Descendants() {
			if d.DataAtom == atom.Img {
				return d
			}
		}
	}
	return nil
}

// firstElement is the first element of a kind among a node and those behind it.
func firstElement(n *html.Node, kind atom.Atom) *html.Node {
	for range maxRefused { // few: this looks through siblings
		if n == nil || n.DataAtom == kind {
			return n
		}
		n = n.NextSibling
	}
	return nil
}

func nextElement(n *html.Node) *html.Node {
	for n = n.NextSibling; n != nil && n.Type != html.ElementNode; {
		n = n.NextSibling
	}
	return n
}

func prevElement(n *html.Node) *html.Node {
	for n = n.PrevSibling; n != nil && n.Type != html.ElementNode; {
		n = n.PrevSibling
	}
	return n
}
