package entries

import (
	"net/url"
	"strings"
)

// builder makes the elements of a document into trees: one for the head, and one for each
// entry, which take receives as soon as it is read.
type builder struct {
	root     *node
	open     []*node
	prefixes map[string]string
	isEntry  map[string]bool // names of the elements that are entries
	take     func(entry *node) (more bool)
	nodes    int // in the head
	inEntry  int // nodes in the open entry
	entry    int // its place in open; 0: none is open
	texts    int // open elements that hold text
	stopped  bool
}

func newBuilder(base string, isEntry map[string]bool, take func(*node) bool) *builder {
	root := &node{base: base}
	return &builder{root: root, open: []*node{root}, prefixes: map[string]string{}, isEntry: isEntry, take: take}
}

// build reads all of a text.
func (b *builder) build(text string) {
	s := newScanner(text)
	for !b.stopped {
		t, ok := s.next()
		if !ok {
			break
		}
		b.add(t)
	}
}

// end closes all elements. An entry that is open then is cut.
func (b *builder) end() {
	if b.entry > 0 {
		for _, n := range b.open[b.entry:] {
			n.cut = true
		}
	}
	b.closeTo(1)
}

func (b *builder) top() *node { return b.open[len(b.open)-1] }

func (b *builder) add(t token) {
	switch t.kind {
	case textToken:
		if b.entry == 0 && strings.TrimSpace(t.text) == "" {
			return // between entries
		}
		if b.grow() {
			b.top().children = append(b.top().children, &node{text: t.text})
		}
	case startToken, emptyToken:
		b.start(t)
	case endToken:
		b.closeNamed(b.qualified(t.name, b.top().space))
	}
}

// grow counts a node, and reports whether there is room for it.
func (b *builder) grow() bool {
	count := &b.nodes
	if b.entry > 0 {
		count = &b.inEntry
	}
	*count++
	return *count <= maxNodes
}

func (b *builder) start(t token) {
	space := b.declare(t.attrs)
	parent := b.top()
	if space == nil {
		space = &parent.space
	}
	name := b.qualified(t.name, *space)
	b.closeBefore(name)
	parent = b.top()
	n := &node{name: name, space: *space, base: parent.base, lang: parent.lang}
	for _, a := range t.attrs {
		switch prefix, local, _ := strings.Cut(a.name, ":"); {
		case a.name == "xml:base":
			n.base = resolve(parent.base, a.value)
		case a.name == "xml:lang":
			n.lang = strings.TrimSpace(a.value)
		case prefix == "xmlns" || local == "xmlns":
		case local != "":
			n.attrs = append(n.attrs, attribute{b.qualified(a.name, ""), a.value})
		default:
			n.attrs = append(n.attrs, a)
		}
	}
	if b.isEntry[name] && b.entry == 0 {
		b.entry, b.inEntry = len(b.open), 0
	}
	if !b.grow() {
		return
	}
	parent.children = append(parent.children, n)
	if len(b.open) < maxDepth {
		b.open = append(b.open, n)
		if textElements[name] {
			b.texts++
		}
		if t.kind == emptyToken {
			b.closeTo(len(b.open) - 1)
		}
	}
}

// declare notes the namespaces that attributes declare, and returns the default one; nil
// when they declare none.
func (b *builder) declare(attrs []attribute) (space *string) {
	for _, a := range attrs {
		if a.name == "xmlns" {
			prefix := prefixOf(a.value, "")
			space = &prefix
		}
		if own, is := strings.CutPrefix(a.name, "xmlns:"); is && len(b.prefixes) < 200 {
			b.prefixes[own] = prefixOf(a.value, own)
		}
	}
	return space
}

// qualified is the name of an element with its usual prefix.
func (b *builder) qualified(name, space string) string {
	prefix, local, has := strings.Cut(name, ":")
	if !has {
		prefix, local = space, name
	} else if known, declared := b.prefixes[prefix]; declared {
		prefix = known
	} else {
		prefix = prefixOf("", prefix)
	}
	if prefix == "" {
		return local
	}
	return prefix + ":" + local
}

// closeNamed closes the innermost element with a name, and those in it. An end tag in an
// entry closes nothing around the entry, unless it ends the list.
func (b *builder) closeNamed(name string) {
	least := max(1, b.entry)
	if listElements[name] {
		least = 1
	}
	for i := len(b.open) - 1; i >= least; i-- {
		if b.open[i].name == name {
			b.closeTo(i)
			return
		}
	}
}

// closeBefore closes elements that an author forgot to close before one called name: an
// entry before the next, and an element that holds text before the next field of an entry.
func (b *builder) closeBefore(name string) {
	if b.isEntry[name] && b.entry > 0 {
		b.closeTo(b.entry)
	}
	if b.texts == 0 || !fieldElements[name] && !textElements[name] {
		return
	}
	for i := len(b.open) - 1; i >= 1 && i > b.entry; i-- {
		if holder := b.open[i].name; textElements[holder] && fieldElements[name] && name != holder || holder == name && textElements[name] {
			b.closeTo(i)
		}
	}
}

var (
	// listElements hold the entries of a document.
	listElements = set("rss", "rdf:rdf", "feed", "channel", "urlset", "sitemapindex")
	// textElements hold text, perhaps with markup, and no fields of an entry.
	textElements = set("title", "link", "guid", "pubdate", "description", "summary", "content", "content:encoded", "category", "comments",
		"id", "updated", "published", "dc:creator", "dc:date", "dc:subject", "loc", "lastmod")
	// fieldElements are fields of an entry, and no elements of HTML that stand in a text.
	fieldElements = set("title", "link", "guid", "pubdate", "description", "category", "enclosure", "comments", "id", "updated", "published",
		"content:encoded", "author", "dc:creator", "dc:date", "dc:subject", "media:content", "media:thumbnail", "media:group", "loc", "lastmod")
)

// closeTo closes the elements from the i-th on. An entry that ends leaves the tree.
func (b *builder) closeTo(i int) {
	if b.entry > 0 && i <= b.entry {
		entry := b.open[b.entry]
		parent := b.open[b.entry-1]
		if last := len(parent.children) - 1; last >= 0 && parent.children[last] == entry {
			parent.children = parent.children[:last]
		}
		b.entry = 0
		b.stopped = !b.take(entry) || b.stopped
	}
	i = min(len(b.open), max(1, i))
	for _, closed := range b.open[i:] {
		if textElements[closed.name] {
			b.texts--
		}
	}
	b.open = b.open[:i]
}

// resolve makes a reference absolute against a base; without a base it stays as it is.
func resolve(base, ref string) string {
	ref = strings.TrimSpace(ref)
	b, err := url.Parse(base)
	if err != nil || ref == "" {
		return base
	}
	u, err := b.Parse(strings.ReplaceAll(ref, " ", "%20"))
	if err != nil {
		return base
	}
	return u.String()
}
