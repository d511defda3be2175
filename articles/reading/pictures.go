package reading

import (
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// pictureAttributes are where an image has its address for a script, which is then larger
// than the one in src, or all there is.
var pictureAttributes = listOf([]rule{
	{"data-src", "rows/picture-attributes-data-src"},
	{"data-lazy-src", "rows/picture-attributes-data-lazy-src"},
	{"data-original", "rows/picture-attributes-data-original"},
	{"data-orig-file", "rows/picture-attributes-data-orig-file"},
	{"data-large-file", "rows/picture-attributes-data-large-file"},
	{"data-cfsrc", "rows/picture-attributes-data-cfsrc"},
	{"data-hi-res-src", "rows/picture-attributes-data-hi-res-src"},
	{"data-full-src", "rows/picture-attributes-data-full-src"},
	{"data-ezsrc", "rows/picture-attributes-data-ezsrc"},
	{"nitro-lazy-src", "rows/picture-attributes-nitro-lazy-src"},
	{"data-pagespeed-lazy-src", "rows/picture-attributes-data-pagespeed-lazy-src"},
	{"data-srcset", "rows/picture-attributes-data-srcset"},
	{"data-lazy-srcset", "rows/picture-attributes-data-lazy-srcset"},
	{"nitro-lazy-srcset", "rows/picture-attributes-nitro-lazy-srcset"},
})

// pictureOf is the address of an image, also of one that a script would load, or that
// stands beside it for other screens; empty when there is no such address.
func pictureOf(n *html.Node) string {
	if src := attributePicture(n); src != "" {
		return src
	}
	if n.Parent == nil || n.Parent.Data != "picture" {
		return ""
	}
	return sourcePicture(n.Parent)
}

// sourcePicture is the address of the first source of a picture element that mail programs and
// feed readers are likely to show, else of the first.
func sourcePicture(picture *html.Node) string {
	other := ""
	for c := picture.FirstChild; c != nil; c = c.NextSibling {
		if c.DataAtom != atom.Source {
			continue
		}
		src := attributePicture(c)
		if src != "" && attribute(c, "type") != "image/avif" && attribute(c, "type") != "image/jxl" {
			return src
		}
		other = firstText(other, src)
	}
	return other
}

func attributePicture(n *html.Node) string {
	for _, key := range pictureAttributes.texts {
		if src := pictureIn(key, attribute(n, key)); src != "" {
			return src
		}
	}
	src := pictureIn("src", attribute(n, "src"))
	if src != "" && !placeholder.MatchString(fileName(src)) {
		return src
	}
	return firstText(pictureIn("srcset", attribute(n, "srcset")), otherPicture(n), src)
}

// pictureIn is the address of a picture in the value of an attribute.
func pictureIn(key, value string) string {
	if strings.HasSuffix(key, "srcset") {
		value = chosen(value)
	}
	value = widthPattern.ReplaceAllString(strings.TrimSpace(value), usualWidth)
	if !isAddress(value) || strings.ContainsAny(value, " []") {
		return ""
	}
	return value
}

// widthPattern is the place of the width in an address that a script fills in.
var widthPattern = regexp.MustCompile(`(?i)\{width\}|%7Bwidth%7D|\{size\}|\{w\}`)

// otherPicture is an address of a picture in an attribute of a script that is not known.
func otherPicture(n *html.Node) string {
	for _, a := range n.Attr {
		if strings.HasPrefix(a.Key, "data-") && len(a.Val) <= MaxAddress && pictureName.MatchString(a.Val) && !placeholder.MatchString(fileName(a.Val)) {
			if src := pictureIn(a.Key, a.Val); src != "" {
				return src
			}
		}
	}
	return ""
}

// pictureName is the end of an address of a picture.
var pictureName = regexp.MustCompile(`(?i)^[^\s{}<>"]+\.(?:jpe?g|png|webp|gif|avif)(?:\?[^\s{}<>"]*)?$`)

// Widths of pictures, in pixels. A wider one than any screen column needs costs readers
// of feeds much.
const (
	usualWidth = "1200"
	wideWidth  = 2048
)

// maxSrcset is the longest srcset that is looked at, in bytes.
const maxSrcset = 16 << 10

// chosen is the address of the best image of a srcset, such as "a.jpg 500w, b.jpg 1000w": the
// widest up to 2,048 pixels, else the narrowest. It is written as the HTML standard says:
// an address may contain commas, but does not end with one.
func chosen(srcset string) string {
	if len(srcset) > maxSrcset {
		return ""
	}
	best, size := "", 0.0
	for rest := srcset; ; {
		rest = strings.TrimLeft(rest, ", \t\r\n\f")
		if rest == "" {
			return best
		}
		end := strings.IndexAny(rest, " \t\r\n\f")
		if end < 0 {
			end = len(rest)
		}
		address := rest[:end]
		rest = rest[end:]
		descriptor := ""
		if trimmed := strings.TrimRight(address, ","); trimmed != address {
			address = trimmed
		} else {
			descriptor, rest, _ = strings.Cut(rest, ",")
		}
		width := candidateWidth(descriptor)
		if strings.HasPrefix(address, "data:") || width <= 0 {
			continue
		}
		if best == "" || width > size && width <= wideWidth || size > wideWidth && width < size {
			best, size = address, width
		}
	}
}

// candidateWidth is the width of a candidate of a srcset; a density counts as if the image were
// 1,000 pixels wide.
func candidateWidth(descriptor string) float64 {
	fields := strings.Fields(descriptor)
	if len(fields) == 0 {
		return 1000
	}
	number, err := strconv.ParseFloat(strings.TrimRight(fields[0], "wxh"), 64)
	if err != nil {
		return 0
	}
	if strings.HasSuffix(fields[0], "x") {
		number *= 1000
	}
	return number
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
			if src := pictureOf(img); src == "" || placeholder.MatchString(fileName(src)) {
				alt := attribute(img, "alt")
				if img.Attr = picture.Attr; attribute(img, "alt") == "" {
					setAttribute(img, "alt", alt)
				}
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
		if d.DataAtom == atom.Img {
			return d
		}
		if looked++; looked > 20 {
			break
		}
	}
	return nil
}
