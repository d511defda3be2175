package reading

import (
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// pictureAttributes are where an image has its address, scripts' first: the address in
// src is then often a placeholder.
var pictureAttributes = []string{"data-src", "data-lazy-src", "data-original", "data-orig-file", "data-large-file", "data-srcset", "data-lazy-srcset", "src", "srcset"}

// pictureOf is the address of an image, also of one that a script would load, or that
// stands beside it for other screens; empty when there is no such address.
func pictureOf(n *html.Node) string {
	if src := attributePicture(n); src != "" {
		return src
	}
	if n.Parent == nil || n.Parent.Data != "picture" {
		return ""
	}
	for c := n.Parent.FirstChild; c != nil; c = c.NextSibling {
		if c.DataAtom == atom.Source {
			if src := attributePicture(c); src != "" {
				return src
			}
		}
	}
	return ""
}

func attributePicture(n *html.Node) string {
	for _, key := range pictureAttributes {
		value := attribute(n, key)
		if strings.HasSuffix(key, "srcset") {
			value = largest(value)
		}
		if value = strings.TrimSpace(value); value != "" && !strings.HasPrefix(value, "data:") {
			return value
		}
	}
	return ""
}

// largest is the address of the largest image of a srcset: "a.jpg 500w, b.jpg 1000w".
func largest(srcset string) string {
	best, most := "", 0.0
	for candidate := range strings.SplitSeq(srcset, ", ") {
		fields := strings.Fields(strings.Trim(candidate, ", \t\n"))
		if len(fields) == 0 || len(srcset) > 8*shortText || strings.HasPrefix(fields[0], "data:") {
			continue
		}
		size := 1.0
		if len(fields) > 1 {
			size, _ = strconv.ParseFloat(strings.TrimRight(fields[1], "wxh"), 64)
		}
		if size > most {
			best, most = fields[0], size
		}
	}
	return best
}

// takePicture gives an image without an address that of the picture in the noscript
// element beside it. Where no image is, the picture itself takes the place of the element.
func takePicture(noscript *html.Node) {
	picture := firstPicture(noscript.FirstChild.Data)
	if picture == nil || attributePicture(picture) == "" {
		return
	}
	for _, beside := range []*html.Node{prevElement(noscript), nextElement(noscript)} {
		if img := imageIn(beside); img != nil {
			if pictureOf(img) == "" {
				img.Attr = picture.Attr
			}
			return
		}
	}
	if !isTiny(picture) && !trackers.MatchString(attributePicture(picture)) && within(noscript, atom.Body) != nil {
		noscript.Parent.InsertBefore(element(atom.Img, picture.Attr...), noscript)
	}
}

// imageIn is the image that an element is or holds, where it holds little else.
func imageIn(n *html.Node) *html.Node {
	if n == nil || n.DataAtom == atom.Img {
		return n
	}
	looked := 0
	for d := range n.Descendants() {
		if looked++; d.DataAtom == atom.Img || looked > 20 {
			return onlyImage(d)
		}
	}
	return nil
}

func onlyImage(n *html.Node) *html.Node {
	if n.DataAtom == atom.Img {
		return n
	}
	return nil
}
