package reading

import (
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// MediaKind is the kind of an embedded piece.
type MediaKind string

// The kinds of embedded pieces.
const (
	Video    MediaKind = "video"
	Audio    MediaKind = "audio"
	Chart    MediaKind = "chart"
	Document MediaKind = "document"
	Post     MediaKind = "post" // of a social network
	Map      MediaKind = "map"
)

// Media is a piece that the text embeds: a player, a chart, a document. In the text it is
// a figure with a link.
type Media struct {
	Kind     MediaKind `json:"kind"`
	URL      string    `json:"url"` // http or https, absolute: the page for people where it is known, else the player's
	Title    string    `json:"title"`
	Provider string    `json:"provider"` // name of the service, or host
}

// Limits of embedded pieces.
const (
	maxMedia      = 100 // of an article
	maxMediaTitle = 200 // characters
)

// mediaElement is the name of the element that stands for an embedded piece until the
// text is cut to size. It holds no text, so that it has no part in the sizes of a [tree].
const mediaElement = "embedded-media"

// embed is an embedded piece as the page states it.
type embed struct {
	address string // of the player or of the page for people, perhaps relative
	title   string
	picture string
	file    atom.Atom // audio or video: the address is that of a recording itself
	quoted  bool      // the piece's text stands in a quote, which the text keeps
}

// node is the element that stands for the piece.
func (e embed) node() *html.Node {
	n := &html.Node{Type: html.ElementNode, Data: mediaElement}
	for _, a := range []html.Attribute{{Key: "address", Val: e.address}, {Key: "title", Val: e.title}, {Key: "picture", Val: e.picture}, {Key: "file", Val: e.file.String()}} {
		if a.Val != "" {
			n.Attr = append(n.Attr, a)
		}
	}
	if e.quoted {
		n.Attr = append(n.Attr, html.Attribute{Key: "quoted"})
	}
	return n
}

// embedOf is the piece that a node stands for.
func embedOf(n *html.Node) embed {
	return embed{
		address: attribute(n, "address"), title: attribute(n, "title"), picture: attribute(n, "picture"),
		file: atom.Lookup([]byte(attribute(n, "file"))), quoted: hasAttribute(n, "quoted"),
	}
}

// resolve returns the piece with absolute addresses, and what is recorded of it. It
// reports whether the piece has an address that people can open.
func (e *embed) resolve(base string) (Media, bool) {
	address := webAddress(base, e.address)
	if address == "" {
		return Media{}, false
	}
	kind, provider, page := providerOf(address)
	m := Media{Kind: kind, URL: page, Provider: provider, Title: mediaTitle(e.title)}
	switch e.file {
	case atom.Audio:
		m.Kind = Audio
	case atom.Video:
		m.Kind = Video
	default:
	}
	e.address = page
	if e.picture = webAddress(base, e.picture); e.picture == "" {
		e.picture = pictureOfMedia(embeddedThere(address))
	}
	return m, m.Kind != ""
}

// webAddress is an absolute http or https address of at most [MaxAddress] bytes; else empty.
func webAddress(base, address string) string {
	address = strings.TrimSpace(address)
	if address == "" || len(address) > MaxAddress {
		return ""
	}
	if strings.HasPrefix(address, "//") && base == "" {
		address = "https:" + address
	}
	if base != "" {
		address = Resolve(base, address)
	}
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || strings.Trim(hostOf(address), ".") == "" || u.User != nil || len(address) > MaxAddress {
		return ""
	}
	return u.String()
}

// mediaTitle is a title in one line; empty when it names the player and not the piece.
func mediaTitle(title string) string {
	if len(title) > 20*maxMediaTitle {
		return ""
	}
	title = oneLine(title)
	if m := playerPrefix.FindStringIndex(title); m != nil {
		title = title[m[1]:]
	}
	if playerTitle.MatchString(title) || strings.Contains(title, "://") {
		return ""
	}
	if runes := []rune(title); len(runes) > maxMediaTitle {
		title = strings.TrimSpace(string(runes[:maxMediaTitle-1])) + "…"
	}
	return title
}

// showMedia replaces the elements that stand for embedded pieces below n by figures with a
// link, and returns the pieces. An element in a paragraph moves behind it, because a
// paragraph holds no figure.
func showMedia(n *html.Node, base string) []Media {
	var all []Media
	var found []*html.Node
	for d := range n.Descendants() {
		if d.Type == html.ElementNode && d.Data == mediaElement {
			found = append(found, d)
		}
	}
	seen := map[string]bool{}
	var shown []func()
	for _, d := range found {
		e := embedOf(d)
		m, ok := e.resolve(base)
		if !ok || seen[m.URL] || len(all) == maxMedia {
			d.Parent.RemoveChild(d)
			continue
		}
		seen[m.URL] = true
		if m.Title == "" {
			m.Title = mediaTitle(captionOf(d))
		}
		all = append(all, m)
		if e.quoted {
			d.Parent.RemoveChild(d)
			continue
		}
		shown = append(shown, func() {
			moveOutOfText(d)
			e.show(d, m)
		})
	}
	for _, show := range slices.Backward(shown) { // each moves right behind its paragraph
		show()
	}
	return all
}

// captionOf is the caption of the figure around an element, when it is short.
func captionOf(n *html.Node) string {
	figure := within(n, atom.Figure)
	if figure == nil {
		return ""
	}
	for c := range figure.Descendants() {
		if c.DataAtom == atom.Figcaption {
			if text := textOf(c); len(text) <= maxMediaTitle {
				return text
			}
		}
	}
	return ""
}

// moveOutOfText moves an element behind the outermost paragraph, heading or inline element
// that it stands in.
func moveOutOfText(n *html.Node) {
	var around *html.Node
	for p := n.Parent; p != nil && p.Parent != nil && (!isBlock(p) && p.DataAtom != atom.Td && p.DataAtom != atom.Th || p.DataAtom == atom.P || headingLevel(p) > 0); p = p.Parent {
		if p.DataAtom != 0 {
			around = p
		}
	}
	if around == nil {
		return
	}
	n.Parent.RemoveChild(n)
	around.Parent.InsertBefore(n, around.NextSibling)
}

// show makes the element a figure: a player for a recording or a linked picture, and
// under it the title as a link and the provider.
func (e embed) show(n *html.Node, m Media) {
	become(n, atom.Figure)
	n.Attr = nil
	if within(n.Parent, atom.Figure) != nil {
		become(n, atom.Div)
	}
	switch {
	case e.file == atom.Audio || e.file == atom.Video:
		player := element(e.file, html.Attribute{Key: "src", Val: m.URL}, html.Attribute{Key: "controls"}, html.Attribute{Key: "preload", Val: "none"})
		if e.picture != "" && e.file == atom.Video {
			player.Attr = append(player.Attr, html.Attribute{Key: "poster", Val: e.picture})
		}
		n.AppendChild(player)
	case e.picture != "":
		link := element(atom.A, html.Attribute{Key: "href", Val: m.URL})
		link.AppendChild(element(atom.Img, html.Attribute{Key: "src", Val: e.picture}, html.Attribute{Key: "alt", Val: m.Title}))
		n.AppendChild(link)
	}
	line := element(atom.P)
	link := element(atom.A, html.Attribute{Key: "href", Val: m.URL})
	line.AppendChild(link)
	text, beside := m.Title, " ("+m.Provider+")"
	if text == "" || text == captionOf(n) {
		text, beside = m.Provider, ""
		if name := documentName(m); name != "" {
			text = name
		}
		link.Attr = append(link.Attr, html.Attribute{Key: label})
	}
	link.AppendChild(&html.Node{Type: html.TextNode, Data: text})
	if beside != "" {
		provider := element(atom.Span, html.Attribute{Key: label})
		provider.AppendChild(&html.Node{Type: html.TextNode, Data: beside})
		line.AppendChild(provider)
	}
	n.AppendChild(line)
}

// label marks words that are ours and not the page's: they are no part of the plain text.
const label = "data-label"

// documentName is the file name of a document or recording that has no title.
func documentName(m Media) string {
	u, err := url.Parse(m.URL)
	if err != nil || !fileEnding.MatchString(u.Path) {
		return ""
	}
	return fileName(u.Path)
}

func element(kind atom.Atom, attributes ...html.Attribute) *html.Node {
	return &html.Node{Type: html.ElementNode, DataAtom: kind, Data: kind.String(), Attr: attributes}
}

func hasAttribute(n *html.Node, key string) bool {
	for _, a := range n.Attr {
		if a.Key == key {
			return true
		}
	}
	return false
}
