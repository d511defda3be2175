package reading

import (
	"regexp"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// background is a picture in an inline style.
var background = regexp.MustCompile(`(?i)background(?:-image)?\s*:[^;]*?url\(\s*['"]?([^'")\s]+)`)

// backgroundAttributes are where a script finds the picture behind an element.
var backgroundAttributes = listOf([]rule{
	{"data-bg", "rows/background-attributes-data-bg"},
	{"data-background", "rows/background-attributes-data-background"},
	{"data-background-image", "rows/background-attributes-data-background-image"},
	{"data-bgset", "rows/background-attributes-data-bgset"},
	{"data-bg-src", "rows/background-attributes-data-bg-src"},
	{"data-src", "rows/background-attributes-data-src"},
})

// pictureNames are names of elements that show a picture of the article behind themselves.
var pictureNames = nameSetOf([]rule{
	{"hero", "rows/picture-names-hero"},
	{"cover", "rows/picture-names-cover"},
	{"lead", "rows/picture-names-lead"},
	{"featured", "rows/picture-names-featured"},
	{"image", "rows/picture-names-image"},
	{"img", "rows/picture-names-img"},
	{"photo", "rows/picture-names-photo"},
	{"picture", "rows/picture-names-picture"},
	{"thumbnail", "rows/picture-names-thumbnail"},
})

// addPicture adds an image to a picture element without one, and to an element without
// text that shows a picture behind itself: styles are no part of the text.
func addPicture(n *html.Node, letters int) {
	switch {
	case n.Data == "picture":
		if src := sourcePicture(n); src != "" && imageIn(n) == nil {
			n.AppendChild(element(atom.Img, html.Attribute{Key: "src", Val: src}))
		}
		return
	case letters > 0 || len(n.Attr) == 0 || n.DataAtom != atom.Div && n.DataAtom != atom.Figure && n.DataAtom != atom.Span && n.DataAtom != atom.A && n.DataAtom != atom.Section && n.DataAtom != atom.Header:
		return
	}
	src := behind(n)
	if src == "" || attribute(n, "role") != "img" && n.DataAtom != atom.Figure && !anyIn(names(n), pictureNames) || n.FirstChild != nil && (imageIn(n) != nil || hasMedia(n)) {
		return
	}
	n.AppendChild(element(atom.Img, html.Attribute{Key: "src", Val: src}, html.Attribute{Key: "alt", Val: firstText(attribute(n, "aria-label"), attribute(n, "data-alt"), attribute(n, "title"))}))
}

// behind is the address of the picture behind an element.
func behind(n *html.Node) string {
	for _, key := range backgroundAttributes.texts {
		value := strings.TrimSpace(attribute(n, key))
		if key == "data-bgset" {
			value = chosen(strings.ReplaceAll(value, "|", ","))
		}
		if m := cssAddress.FindStringSubmatch(value); m != nil {
			value = m[1]
		}
		if src := pictureIn(key, value); src != "" {
			return src
		}
	}
	if style := attribute(n, "style"); len(style) <= 2*MaxAddress {
		if m := background.FindStringSubmatch(style); m != nil {
			return pictureIn("style", m[1])
		}
	}
	return ""
}

// cssAddress is an address as styles write it.
var cssAddress = regexp.MustCompile(`(?i)^url\(\s*['"]?([^'")\s]+)`)

// hasMedia reports whether an element that stands for an embedded piece is among the
// children of an element.
func hasMedia(n *html.Node) bool {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Data == mediaElement {
			return true
		}
	}
	return false
}
