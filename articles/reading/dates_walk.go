package reading

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// dateWalk collects the dates of a whole page, before anything is cut: attributes,
// scripts, comments, and the lines of its text.
type dateWalk struct {
	marked   []markedDate
	values   []scriptDate
	lines    []dateLine
	line     strings.Builder
	place    datePlace
	node     *html.Node
	headline int                 // the line of the first h1, -1 without any
	around   []*html.Node        // the elements nearest around the headline
	scripts  int                 // bytes of scripts that were read
	kinds    map[string]nameKind // by class and id
}

// datePlace describes the place of a date by the elements around it.
type datePlace struct {
	frame   *html.Node // the nearest element for other articles, comments, menus or the site
	foreign bool       // there is one, and it does not hold the headline
	cut     bool       // of another article, as its shape says
	top     bool       // above the headline, and in no element with it
	article bool       // an article element
	dated   bool       // an element for dates
	edit    bool       // an element for the date of an edit
	link    bool
	levels  int // elements up to the one for dates
}

// dateLine is a line of the page's text.
type dateLine struct {
	text    string
	place   datePlace
	node    *html.Node // it begins in
	element string     // the same, in words
}

// markedDate is a date in an attribute.
type markedDate struct {
	text    string
	place   datePlace
	kind    atom.Atom // of the element
	named   bool      // the element names the date of publication
	edit    bool      // the element names the date of an edit
	item    bool      // by its itemprop
	node    *html.Node
	element string // the same, in words
	line    int    // it stands in, or before it
}

// Limits of the search for dates.
const (
	maxDateLines  = 3000
	maxDateMarks  = 300
	maxDateLine   = 400 // bytes of a line
	maxDateScript = 1 << 20
)

// walkDates reads the dates below root.
func walkDates(root *html.Node) *dateWalk {
	w := &dateWalk{headline: -1, kinds: map[string]nameKind{}}
	w.walk(root, datePlace{})
	w.endLine()
	return w
}

func (w *dateWalk) walk(n *html.Node, place datePlace) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		switch c.Type {
		case html.TextNode:
			w.addText(c, place)
		case html.CommentNode:
			w.readComment(c.Data)
		case html.ElementNode, html.DocumentNode:
			w.element(c, place)
		default:
		}
	}
}

func (w *dateWalk) element(n *html.Node, place datePlace) {
	switch n.DataAtom {
	case atom.Script:
		if n.FirstChild != nil {
			w.readScript(n.FirstChild.Data)
		}
		return
	case atom.Style, atom.Noscript, atom.Template, atom.Svg, atom.Select, atom.Textarea, atom.Iframe, atom.Title:
		return
	case atom.Br:
		w.endLine()
		return
	}
	inner := w.within(place, n)
	block := isBlock(n) || n.DataAtom == atom.Td || n.DataAtom == atom.Th
	if block {
		w.endLine()
	}
	w.mark(n, inner)
	if n.DataAtom == atom.H1 && w.headline < 0 && inner.frame == nil {
		w.headline = len(w.lines)
	}
	first := len(w.lines)
	w.walk(n, inner)
	if block {
		w.endLine()
	}
	if inner.dated && inner.levels == dateLevels && block {
		w.joinLines(first, inner, n)
	}
}

// joinLines adds a line for a date of which each part stands in a block of its own: the
// sheet of a calendar.
func (w *dateWalk) joinLines(first int, place datePlace, n *html.Node) {
	count := len(w.lines) - first
	if count < 2 || count > 5 || len(w.lines) >= maxDateLines {
		return
	}
	var parts []string
	for _, l := range w.lines[first:] {
		parts = append(parts, l.text)
	}
	if text := strings.Join(parts, " "); len(text) <= maxDate {
		w.lines = append(w.lines, dateLine{text: text, place: place, node: n, element: pathOf(n)})
	}
}

// dateLevels is how many elements below one with a name for dates it still counts.
const dateLevels = 3

// within is the place inside an element.
func (w *dateWalk) within(p datePlace, n *html.Node) datePlace {
	if p.levels > 0 {
		if p.levels--; p.levels == 0 {
			p.dated, p.edit = false, false
		}
	}
	kind := w.kindOf(n)
	switch n.DataAtom {
	case atom.Nav, atom.Aside, atom.Blockquote:
		p.frame = n
	case atom.Article:
		p.article = true
	case atom.Footer:
		if !p.article {
			p.frame = n
		}
	case atom.A:
		p.link = true
	case atom.Time:
		kind.dated = true
	case atom.Body, atom.Html:
		kind.foreign = false
	}
	if kind.foreign {
		p.frame = n
	}
	if kind.dated {
		p.dated, p.levels = true, dateLevels
		p.edit = p.edit || kind.edit
	}
	return p
}

// nameKind is the meaning of an element's class and id.
type nameKind struct {
	foreign bool // for other articles, comments, menus or the site
	dated   bool // for dates
	edit    bool // for the date of an edit
}

func (w *dateWalk) kindOf(n *html.Node) nameKind {
	key := attribute(n, "class") + " " + attribute(n, "id")
	if len(key) == 1 {
		return nameKind{}
	}
	kind, known := w.kinds[key]
	if known {
		return kind
	}
	words := names(n)
	kind.foreign = anyIn(words, foreignNames) && !isOwnFooter(words)
	kind.edit = isEditName(words)
	kind.dated = kind.edit || slices.ContainsFunc(words, isDateName)
	if len(w.kinds) < maxDateLines {
		w.kinds[key] = kind
	}
	return kind
}

// isOwnFooter tells the names of an element below a text with facts of it: "entry-footer".
func isOwnFooter(words []string) bool {
	return slices.Contains(words, "footer") && (slices.Contains(words, "entry") || slices.Contains(words, "post") || slices.Contains(words, "article"))
}

// isEditName tells the names of an element for the date of an edit.
func isEditName(words []string) bool {
	edit := false
	for _, word := range words {
		if word == "published" || strings.HasPrefix(word, "creat") {
			return false
		}
		edit = edit || word == "updated" || word == "update" || strings.HasPrefix(word, "modif") || strings.HasPrefix(word, "lastmod")
	}
	return edit
}

// addText adds a text to the line at hand.
func (w *dateWalk) addText(n *html.Node, place datePlace) {
	text := strings.TrimSpace(n.Data)
	if text == "" {
		return
	}
	if w.line.Len() == 0 {
		w.place, w.node = place, n.Parent
	} else {
		w.place.dated = w.place.dated || place.dated
		w.place.edit = w.place.edit || place.edit
		w.line.WriteByte(' ')
	}
	if w.line.Len() <= maxDateLine {
		w.line.WriteString(firstLetters(text, maxDateLine+1))
	}
}

func (w *dateWalk) endLine() {
	if w.line.Len() > 0 && len(w.lines) < maxDateLines {
		l := dateLine{text: oneLine(w.line.String()), place: w.place, node: w.node}
		if l.place.dated || hasDigit(l.text) {
			l.element = pathOf(w.node)
		}
		w.lines = append(w.lines, l)
	}
	w.line.Reset()
}

// mark keeps the date in an element's attributes.
func (w *dateWalk) mark(n *html.Node, place datePlace) {
	if len(w.marked) >= maxDateMarks || len(n.Attr) == 0 {
		return
	}
	item := strings.ToLower(attribute(n, "itemprop"))
	for _, a := range n.Attr {
		isDate := dateAttributes[a.Key] || a.Key == "content" && strings.HasPrefix(item, "date")
		if !isDate || len(a.Val) < 8 || len(a.Val) > 2*maxDate || !hasDigit(a.Val) {
			continue
		}
		words := names(n)
		named := item == "datepublished" || item == "datecreated"
		w.marked = append(w.marked, markedDate{
			text: a.Val, place: place, kind: n.DataAtom, line: len(w.lines), node: n, element: pathOf(n), item: item != "",
			named: named || n.DataAtom == atom.Time && hasAttribute(n, "pubdate") || anyIn(words, publishedNames),
			edit:  item == "datemodified" || !named && (place.edit || isEditName(words)),
		})
		return
	}
}

// locate finds the line of the headline, and the lines and elements that were cut off the
// page since the walk because they are of other articles or of the site.
func (w *dateWalk) locate(p *articlePage) {
	for i, l := range w.lines {
		if p.headline != nil && p.contains(p.headline, l.node) {
			w.headline = i
			break
		}
	}
	if w.headline >= 0 && w.headline < len(w.lines) {
		n := w.lines[w.headline].node
		for len(w.around) < maxAround && n != nil && n.DataAtom != atom.Body {
			w.around = append(w.around, n)
			n = n.Parent
		}
	}
	for i := range w.lines {
		if l := &w.lines[i]; l.element != "" {
			l.place.cut = !isBelow(l.node, p.root)
			l.place.foreign = p.isForeign(l.place.frame)
			l.place.top = i < w.headline && !w.isAround(l.node)
		}
	}
	for i := range w.marked {
		m := &w.marked[i]
		m.place.cut = !isBelow(m.node, p.root)
		m.place.foreign = p.isForeign(m.place.frame)
		m.place.top = m.line < w.headline && !w.isAround(m.node)
	}
}

// isForeign reports whether an element for other articles, comments, menus or the site is
// one: not where the headline stands in it.
func (p *articlePage) isForeign(frame *html.Node) bool {
	return frame != nil && (p.headline == nil || !isBelow(p.headline, frame))
}

// maxAround is how many elements around the headline hold its own facts.
const maxAround = 5

// isAround reports whether a node stands in one of the elements nearest around the headline.
func (w *dateWalk) isAround(n *html.Node) bool {
	for ; n != nil; n = n.Parent {
		if slices.Contains(w.around, n) {
			return true
		}
	}
	return false
}

// isBelow reports whether a node stands below root.
func isBelow(n, root *html.Node) bool {
	for ; n != nil; n = n.Parent {
		if n == root {
			return true
		}
	}
	return false
}
