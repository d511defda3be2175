package reading

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// embeddedIn is the piece that an element embeds: a frame, an object, a recording, or
// what a script would make one of.
func embeddedIn(n *html.Node) (embed, bool) {
	switch n.DataAtom {
	case atom.Iframe, atom.Embed, atom.Object:
		return frameOf(n)
	case atom.Video, atom.Audio:
		return recordingOf(n)
	case atom.Script:
		return scriptedIn(n)
	case atom.P:
		return addressAlone(n)
	default:
	}
	e, ok := markedEmbed(n)
	if !ok {
		e, ok = settingsEmbed(n)
	}
	switch {
	case ok:
		return e, true
	case n.DataAtom == atom.Blockquote:
		return quotedPost(n)
	case n.DataAtom == atom.Div:
		return addressAlone(n)
	}
	return embed{}, false
}

// frameAddresses are the attributes with the address of a frame, of consent managers and
// lazy loaders first: the address in src is then a placeholder.
var frameAddresses = listOf([]rule{
	{"data-src", "rows/frame-addresses-data-src"},
	{"data-lazy-src", "rows/frame-addresses-data-lazy-src"},
	{"data-src-cmplz", "rows/frame-addresses-data-src-cmplz"},
	{"data-cookieblock-src", "rows/frame-addresses-data-cookieblock-src"},
	{"data-cmp-src", "rows/frame-addresses-data-cmp-src"},
	{"data-cookieconsent-src", "rows/frame-addresses-data-cookieconsent-src"},
	{"data-rocket-src", "rows/frame-addresses-data-rocket-src"},
	{"data-original", "rows/frame-addresses-data-original"},
	{"src", "rows/frame-addresses-src"},
	{"data", "rows/frame-addresses-data"},
})

// frameOf is the piece in a frame or object. A frame of an unknown service counts when it
// has a title or a caption, or is large: others are advertisements and counters.
func frameOf(n *html.Node) (embed, bool) {
	e := embed{title: firstText(attribute(n, "title"), attribute(n, "aria-label"), attribute(n, "data-title"))}
	for _, key := range frameAddresses.texts {
		if address := strings.TrimSpace(attribute(n, key)); isAddress(address) {
			e.address = address
			break
		}
	}
	if e.address == "" && n.DataAtom == atom.Object {
		return objectOf(n)
	}
	if e.address == "" || isTiny(n) || strings.HasPrefix(attribute(n, "type"), "image/") {
		return e, false
	}
	kind, _, known := knownProvider(embeddedThere(webAddress("", e.address)))
	if known {
		return e, kind != ""
	}
	return e, mediaTitle(e.title) != "" || within(n.Parent, atom.Figure) != nil || fileEnding.MatchString(pathIn(e.address)) || isLarge(n)
}

// objectOf is the piece in an object that names its address in a parameter, or in the
// element that stands in its place.
func objectOf(n *html.Node) (embed, bool) {
	values := map[string]string{}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		switch c.DataAtom {
		case atom.Param:
			values[attribute(c, "name")] = attribute(c, "value")
		case atom.Embed, atom.Iframe:
			return frameOf(c)
		case atom.Video, atom.Audio:
			return recordingOf(c)
		default:
		}
	}
	if host, err := unescape(values["host_url"]); host != "" && err == nil { // Tableau's
		path := values["path"]
		if values["name"] != "" {
			path = "views/" + values["name"]
		}
		return embed{address: strings.TrimRight(host, "/") + "/" + path, picture: values["static_image"]}, path != ""
	}
	address := firstText(values["movie"], values["src"])
	_, _, known := knownProvider(webAddress("", address))
	return embed{address: address}, known
}

// recordingOf is an audio or video element.
func recordingOf(n *html.Node) (embed, bool) {
	e := embed{
		title: firstText(attribute(n, "title"), attribute(n, "aria-label"), attribute(n, "data-title")), picture: firstText(attribute(n, "poster"), attribute(n, "data-poster")),
		address: firstAddress(attribute(n, "src"), attribute(n, "data-src")), file: n.DataAtom,
	}
	for c := n.FirstChild; c != nil && e.address == ""; c = c.NextSibling {
		if c.DataAtom == atom.Source {
			e.address = firstAddress(attribute(c, "src"), attribute(c, "data-src"))
		}
	}
	return e, e.address != ""
}

func firstAddress(addresses ...string) string {
	for _, address := range addresses {
		if address = strings.TrimSpace(address); isAddress(address) {
			return address
		}
	}
	return ""
}

// isAddress tells an address of a document from one that a script fills in or that holds
// its own content.
func isAddress(address string) bool {
	scheme, _, _ := strings.Cut(address, ":")
	switch strings.ToLower(scheme) {
	case "about", "javascript", "data", "blob", "":
		return false
	}
	return len(address) <= MaxAddress && !strings.ContainsAny(address, "<>{}\n")
}

// addressAlone is the piece whose address is all the text of a paragraph: content
// management systems make a player of it.
func addressAlone(n *html.Node) (embed, bool) {
	c := n.FirstChild
	for c != nil && c.Type == html.TextNode && strings.TrimSpace(c.Data) == "" {
		c = c.NextSibling
	}
	if c == nil {
		return embed{}, false
	}
	rest := c.NextSibling
	for rest != nil && rest.Type == html.TextNode && strings.TrimSpace(rest.Data) == "" {
		rest = rest.NextSibling
	}
	if c.DataAtom == atom.A && c.FirstChild != nil && c.FirstChild.NextSibling == nil {
		c = c.FirstChild
	}
	if rest != nil || c.Type != html.TextNode || len(c.Data) > MaxAddress {
		return embed{}, false
	}
	address := strings.TrimSpace(c.Data)
	if inner, ok := strings.CutPrefix(address, "[embed]"); ok {
		address, _ = strings.CutSuffix(inner, "[/embed]")
	}
	if !strings.HasPrefix(address, "http") || strings.ContainsAny(address, " \t\n") {
		return embed{}, false
	}
	kind, _, known := knownProvider(webAddress("", address))
	return embed{address: address}, known && kind != "" && kind != Document && len(pathIn(address)) > 1
}

// scriptedIn is the piece that a script element of a known service writes in its place.
func scriptedIn(n *html.Node) (embed, bool) {
	src := attribute(n, "src")
	if src == "" || len(src) > MaxAddress {
		return embed{}, false
	}
	for _, s := range embedScripts.all {
		m := s.address.FindStringSubmatch(src)
		if m == nil {
			continue
		}
		id := m[len(m)-1]
		if s.attribute != "" {
			if id = strings.TrimPrefix(attribute(n, s.attribute), s.before); id == "" {
				continue
			}
		}
		return embed{address: strings.ReplaceAll(s.page, "*", id), title: attribute(n, "title")}, true
	}
	return embed{}, false
}

// markedEmbed is the piece that attributes of an element name for a script or for AMP.
func markedEmbed(n *html.Node) (embed, bool) {
	if len(n.Attr) == 0 || len(n.Attr) > 100 {
		return embed{}, false
	}
	for _, mark := range marks.byElement[n.Data] {
		if e, ok := mark.embed(n); ok {
			return e, true
		}
	}
	class := attribute(n, "class")
	if class == "" || len(class) > 2000 {
		return embed{}, false
	}
	for name := range strings.FieldsSeq(class) {
		for _, mark := range marks.byClass[name] {
			if e, ok := mark.embed(n); ok {
				return e, true
			}
		}
	}
	return embed{}, false
}

// embed is the piece of an element with the mark, if the element has the attributes.
func (m mark) embed(n *html.Node) (embed, bool) {
	address := m.page
	for _, key := range m.attributes {
		if key, want, ok := strings.Cut(key, "="); ok {
			if attribute(n, key) != want {
				return embed{}, false
			}
			continue
		}
		value := strings.TrimPrefix(strings.TrimSpace(attribute(n, key)), "at://")
		if value == "" || len(value) > MaxAddress || strings.ContainsAny(value, " <>\"{}\n") || m.page == "*" && !isAddress(value) {
			return embed{}, false
		}
		address = strings.Replace(address, "*", value, 1)
	}
	e := embed{address: address, title: firstText(attribute(n, "title"), attribute(n, "data-title"), attribute(n, "data-youtube-title"), attribute(n, "data-video-title"), attribute(n, "aria-label"), attribute(n, "playlabel")), picture: attribute(n, "poster")}
	if n.DataAtom == atom.Blockquote || n.DataAtom == atom.Div {
		e.quote(n)
	}
	return e, true
}

// quotedPost is the post of a social network that a quote holds the text of: its page is the
// quote's last link.
func quotedPost(n *html.Node) (embed, bool) {
	class := attribute(n, "class")
	if len(class) > 2000 || !slices.ContainsFunc(strings.Fields(class), func(name string) bool { return quoteClasses[name] }) {
		return embed{}, false
	}
	var e embed
	for c := range n.Descendants() {
		if c.DataAtom == atom.A && isAddress(attribute(c, "href")) {
			e.address = attribute(c, "href")
		}
	}
	e.quote(n)
	return e, e.address != ""
}

// quote takes the author of a post from its quote, which stays where it has text.
func (e *embed) quote(n *html.Node) {
	e.quoted = hasText(n)
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if _, author, ok := strings.Cut(c.Data, "—"); ok && c.Type == html.TextNode {
			e.title = author
		}
	}
}

// settingsAttributes are where page builders keep the settings of an element in JSON.
var settingsAttributes = listOf([]rule{
	{"data-settings", "rows/settings-attributes-data-settings"},
	{"data-attrs", "rows/settings-attributes-data-attrs"},
	{"data-block-json", "rows/settings-attributes-data-block-json"},
	{"data-html", "rows/settings-attributes-data-html"},
	{"data-config", "rows/settings-attributes-data-config"},
	{"data-options", "rows/settings-attributes-data-options"},
	{"data-params", "rows/settings-attributes-data-params"},
})

// maxSettings is the longest settings that are looked at, in bytes.
const maxSettings = 16 << 10

// addressInSettings is an address in JSON or in HTML in JSON.
var addressInSettings = regexp.MustCompile(`(?:https?:)?//[^\s"'<>&\\]+`)

// videoInSettings is the id of a video in JSON.
var videoInSettings = regexp.MustCompile(`"videoId"\s*:\s*"([\w-]{3,20})"`)

// settingsEmbed is the piece of a known service whose address stands in the settings of
// an element that shows nothing itself.
func settingsEmbed(n *html.Node) (embed, bool) {
	if !slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return strings.HasPrefix(a.Key, "data-") }) {
		return embed{}, false
	}
	for _, key := range settingsAttributes.texts {
		value := attribute(n, key)
		if len(value) < 10 || len(value) > maxSettings || hasText(n) {
			continue
		}
		if m := videoInSettings.FindStringSubmatch(value); m != nil && strings.Contains(attribute(n, "class"), "youtube") {
			return embed{address: "https://www.youtube.com/watch?v=" + m[1]}, true
		}
		for _, address := range addressInSettings.FindAllString(strings.ReplaceAll(value, `\/`, "/"), 20) {
			kind, _, known := knownProvider(webAddress("", address))
			if known && kind != "" && kind != Post && len(pathIn(webAddress("", address))) > 1 && !pictureName.MatchString(address) {
				return embed{address: address, title: firstText(attribute(n, "title"), attribute(n, "aria-label"))}, true
			}
		}
	}
	return embed{}, false
}

// maxPlayer is how many nodes the element of a player has at most.
const maxPlayer = 500

// hasText reports whether an element has text of some length outside of links and scripts.
func hasText(n *html.Node) bool {
	letters, looked := 0, 0
	for d := range n.Descendants() {
		if looked++; looked > maxPlayer {
			return true
		}
		if d.Type != html.TextNode || d.Parent.DataAtom == atom.Script || d.Parent.DataAtom == atom.Style || d.Parent.DataAtom == atom.Noscript || d.Parent.DataAtom == atom.Iframe || d.Parent.DataAtom == atom.A {
			continue
		}
		if letters += len(strings.TrimSpace(d.Data)); letters > 20 {
			return true
		}
	}
	return false
}

// sizes of frames, in pixels.
const (
	tiny  = 10
	large = 150
)

func isTiny(n *html.Node) bool {
	for _, key := range []string{"width", "height"} {
		if size, err := strconv.Atoi(strings.TrimSuffix(attribute(n, key), "px")); err == nil && size < tiny {
			return true
		}
	}
	style := attribute(n, "style")
	return hasAttribute(n, "hidden") || len(style) < 2000 && (displayNone.MatchString(style) || invisible.MatchString(style) && !strings.Contains(style, "min-"))
}

// invisible is an inline style that leaves nothing to see.
var invisible = regexp.MustCompile(`(?i)(visibility\s*:\s*hidden|(^|[;\s])(width|height)\s*:\s*[01](px)?\s*(;|$))`)

func isLarge(n *html.Node) bool {
	size, err := strconv.Atoi(strings.TrimSuffix(attribute(n, "height"), "px"))
	return err == nil && size >= large
}
