package reading

import (
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// strip removes the elements that are never text: scripts, controls, and elements that
// stay hidden. Parts that a reader opens (panels of accordions and tabs) are text. What is
// removed is recorded in cuts; nil: nothing is recorded.
func strip(root *html.Node, cuts *cutList) {
	s := &stripper{opened: openedIDs(root), cuts: cuts}
	letters := s.walk(root, false)
	for _, h := range s.hidden {
		if h.letters*2 < letters { // a page that a script uncovers is hidden as a whole
			cuts.add(h.node, "hidden")
			h.remove()
		}
	}
	for _, h := range s.unscripted {
		if h.letters*2 < letters { // the same text, most likely
			cuts.add(h.node, "for browsers without scripts")
			h.remove()
		}
	}
}

type stripper struct {
	opened     map[string]bool // ids of elements that a control opens
	asked      int             // elements that were looked through
	closed     int             // closed panels that were looked through
	quotes     int             // quotes
	hidden     []doubtful
	unscripted []doubtful // contents of noscript elements
	cuts       *cutList
}

// doubtful is a part of a page that stays only where little else is there.
type doubtful struct {
	node    *html.Node
	letters int
}

func (a doubtful) remove() {
	if a.node.Parent != nil {
		a.node.Parent.RemoveChild(a.node)
	}
}

// walk strips the nodes below n and returns how many letters are left.
func (s *stripper) walk(n *html.Node, inHeading bool) int {
	total := 0
	for c := n.FirstChild; c != nil; {
		next := c.NextSibling
		switch c.Type {
		case html.TextNode:
			total += len(strings.TrimSpace(c.Data))
		case html.ElementNode:
			total += s.stripElement(c, inHeading)
		default:
		}
		c = next
	}
	return total
}

// stripElement strips an element, which may go as a whole or become another, and returns
// how many letters of it are left.
func (s *stripper) stripElement(n *html.Node, inHeading bool) int {
	if s.takeEmbed(n) {
		return 0
	}
	if letters, taken := takeMath(n); taken {
		return letters
	}
	if kind := controlAs(n, inHeading); kind != 0 {
		become(n, kind)
		n.Attr = placeOf(n)
		return s.walk(n, true)
	}
	switch {
	case n.Data == "amp-img":
		become(n, atom.Img)
		for n.FirstChild != nil {
			n.RemoveChild(n.FirstChild)
		}
		return 0
	case n.DataAtom == atom.Noscript:
		return s.openNoscript(n)
	case isNeverText(n):
		n.Parent.RemoveChild(n)
		return 0
	}
	letters := s.walk(n, inHeading || headingLevel(n) > 0 || n.DataAtom == atom.Dt || n.DataAtom == atom.Summary)
	addPicture(n, letters)
	switch {
	case attribute(n, "aria-hidden") == "true" && letters < 400 && !s.isClosedText(n):
		n.Parent.RemoveChild(n)
		return 0
	case isHidden(n) && (isReadersPanel(n) || !isPanel(n) && !s.isOpened(n)):
		s.hidden = append(s.hidden, doubtful{n, letters})
	}
	return letters
}

// controlAs is the kind of element as which the text of a control counts: a control in a
// heading is part of it, and one that opens the panel below it is the panel's heading. It
// is 0 for other elements.
func controlAs(n *html.Node, inHeading bool) atom.Atom {
	switch {
	case inHeading && (n.DataAtom == atom.Button || n.DataAtom == atom.A && leadsNowhere(attribute(n, "href"))):
		return atom.Span
	case !inHeading && (n.DataAtom == atom.Button || attribute(n, "role") == "button") && opensPanel(n):
		return atom.H4
	}
	return 0
}

// placeOf is the id of an element, to which a link may lead.
func placeOf(n *html.Node) []html.Attribute {
	if id := firstText(attribute(n, "id"), attribute(n, "name")); id != "" {
		return []html.Attribute{{Key: "id", Val: id}}
	}
	return nil
}

// become makes an element one of another kind.
func become(n *html.Node, kind atom.Atom) { n.DataAtom, n.Data = kind, kind.String() }

// leadsNowhere tells the link of a heading that a script makes something of.
func leadsNowhere(href string) bool {
	return href == "" || href[0] == '#' || strings.HasPrefix(href, "javascript:")
}

// isNeverText tells an element that holds no text of the page, with all its content.
func isNeverText(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Script, atom.Style, atom.Template, atom.Svg, atom.Iframe, atom.Object, atom.Embed, atom.Dialog, atom.Select, atom.Input, atom.Textarea, atom.Button, atom.Canvas, atom.Link, atom.Map:
		return true
	}
	switch attribute(n, "role") {
	case "dialog", "alertdialog", "search":
		return true
	}
	return false
}

// displayNone is an inline style that hides.
var displayNone = regexp.MustCompile(`(?i)(^|[;\s])(display\s*:\s*none|visibility\s*:\s*hidden)`)

// isHidden reports whether an element is not shown when the page opens.
func isHidden(n *html.Node) bool {
	if n.DataAtom == atom.Body || n.DataAtom == atom.Html {
		return false
	}
	for _, a := range n.Attr {
		if a.Key == "hidden" || a.Key == "style" && len(a.Val) < 2000 && displayNone.MatchString(a.Val) {
			return true
		}
	}
	return hiddenByClass(attribute(n, "class"))
}

// shownAgain are classes that show an element on some screens.
var shownAgain = regexp.MustCompile(`^(?:[\w-]+:(?:block|flex|grid|inline\S*|table\S*|contents|list-item|visible|not-sr-only)|d-(?:sm|md|lg|xl|xxl)-(?:block|flex|grid|inline\S*|table\S*))$`)

// hiddenByClass reports whether a class hides on every screen.
func hiddenByClass(class string) bool {
	if len(class) > 2000 {
		return false
	}
	hides := false
	for token := range strings.FieldsSeq(class) {
		if hiddenClasses[strings.ToLower(token)] {
			hides = true
		}
		if (strings.HasPrefix(token, "d-") || strings.IndexByte(token, ':') > 0) && shownAgain.MatchString(token) {
			return false
		}
	}
	return hides
}

// isPanel reports whether an element is a part that a reader opens: by its role, or by
// names that page builders give to tabs and accordions.
func isPanel(n *html.Node) bool {
	words := names(n)
	if anyIn(words, overlayNames) {
		return false
	}
	if role := attribute(n, "role"); role == "tabpanel" || role == "region" && attribute(n, "aria-labelledby") != "" {
		return true
	}
	return anyIn(words, panelNames)
}

// isClosedText tells a closed panel with sentences, which readers of screens skip until it
// is opened, from what they skip always.
func (s *stripper) isClosedText(n *html.Node) bool {
	if !isPanel(n) && !s.isOpened(n) || within(n, atom.Nav, atom.Header, atom.Footer) != nil || !isBlock(n) {
		return false
	}
	if s.closed++; s.closed > maxHeadings {
		return false
	}
	letters, linked := lettersOf(n, false)
	return letters >= 40 && linked*3 < letters
}

// isReadersPanel tells the panel of the customers' reviews or the readers' comments.
func isReadersPanel(n *html.Node) bool {
	words := names(n)
	return slices.Contains(words, "reviews") || anyIn(words, commentNames)
}

// openedIDs are the ids of the elements that a page's controls open.
func openedIDs(root *html.Node) map[string]bool {
	ids := map[string]bool{}
	for n := range root.Descendants() {
		if n.Type != html.ElementNode || n.DataAtom == atom.Nav || len(ids) > maxHeadings {
			continue
		}
		for _, a := range n.Attr {
			switch a.Key {
			case "aria-controls", "data-target", "data-bs-target":
				ids[strings.TrimPrefix(a.Val, "#")] = true
			}
		}
	}
	return ids
}

// isOpened tells a hidden element with text that a control opens, from a menu.
func (s *stripper) isOpened(n *html.Node) bool {
	id := attribute(n, "id")
	if id == "" || !s.opened[id] || anyIn(names(n), overlayNames) || within(n, atom.Nav, atom.Header, atom.Footer) != nil {
		return false
	}
	if s.asked++; s.asked > maxRefused {
		return false
	}
	letters, linked := lettersOf(n, false)
	return letters >= 40 && linked*3 < letters
}

// opensPanel reports whether a button stands right above a panel that it opens: it is then
// the panel's heading.
func opensPanel(button *html.Node) bool {
	if attribute(button, "role") == "tab" {
		return false
	}
	n := button
	for range 3 {
		for next := n.NextSibling; next != nil; next = next.NextSibling {
			if next.Type == html.ElementNode {
				return isPanel(next)
			}
		}
		if n = n.Parent; n == nil || n.DataAtom == atom.Body {
			return false
		}
	}
	return false
}

// openNoscript replaces a noscript element by its content where that is a text, and
// removes it otherwise.
func (s *stripper) openNoscript(n *html.Node) int {
	parent := n.Parent
	defer parent.RemoveChild(n)
	if n.FirstChild != nil && n.FirstChild.Type == html.TextNode && strings.Contains(n.FirstChild.Data, "<img") {
		takePicture(n)
	}
	if n.FirstChild == nil || n.FirstChild.Type != html.TextNode || len(n.FirstChild.Data) < 300 || within(n, atom.Head) != nil {
		return 0
	}
	box := &html.Node{Type: html.ElementNode, DataAtom: atom.Div, Data: "div"}
	for _, node := range parseUnscripted(n.FirstChild.Data) {
		box.AppendChild(node)
	}
	letters := s.walk(box, false)
	if letters < 300 {
		return 0
	}
	parent.InsertBefore(box, n)
	s.unscripted = append(s.unscripted, doubtful{box, letters})
	return letters
}

// parseUnscripted parses the content of a noscript element. A noscript element within it is
// an element like others and not a text again, so that nothing is parsed twice.
func parseUnscripted(fragment string) []*html.Node {
	box := &html.Node{Type: html.ElementNode, DataAtom: atom.Div, Data: "div"}
	nodes, err := html.ParseFragmentWithOptions(strings.NewReader(fragment), box, html.ParseOptionEnableScripting(false))
	if err != nil {
		return nil
	}
	return nodes
}
