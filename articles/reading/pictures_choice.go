package reading

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// takeImage takes the picture that the metadata name, else the first of the article.
func (r *Reading) takeImage(p *articlePage, scope *html.Node, f *facts, base string) {
	if r.ImageURL = f.image; r.ImageURL != "" && !notPicture.MatchString(fileName(r.ImageURL)) {
		r.note("image", r.ImageURL, "the metadata", f.imagedBy)
		r.ImageAlt = firstText(PlainText(firstText(f.meta["og:image:alt"], f.meta["twitter:image:alt"])), p.altOf(scope, r.ImageURL))
		return
	}
	r.ImageURL = p.firstImage(scope, base, r.Authors)
	r.ImageAlt = p.altOf(scope, r.ImageURL)
	r.note("image", r.ImageURL, "the first picture of the article", pathOf(scope)+" img")
}

// altOf is the alternative text of the first image below n with the file name of a picture.
func (t *tree) altOf(n *html.Node, picture string) string {
	name := fileName(picture)
	if name == "" {
		return ""
	}
	for e := range t.descend(n) {
		if e.DataAtom == atom.Img && fileName(pictureOf(e)) == name {
			if alt := oneLine(attribute(e, "alt")); alt != "" {
				return alt
			}
		}
	}
	return ""
}

// firstImage is the first picture below n that shows something of the article.
func (t *tree) firstImage(n *html.Node, base string, people []string) string {
	for e := range t.descend(n) {
		if e.DataAtom != atom.Img {
			continue
		}
		probe := &html.Node{Type: html.ElementNode, DataAtom: atom.Img, Data: "img", Attr: append(slices.Clone(e.Attr), html.Attribute{Key: "data-src", Val: pictureOf(e)})}
		if !keepImage(probe, base) || t.isPortrait(e, people) {
			continue
		}
		src := attribute(probe, "src")
		u, err := url.Parse(src)
		if err != nil || notPicture.MatchString(fileName(u.Path)) || strings.HasSuffix(u.Path, ".svg") {
			continue
		}
		return src
	}
	return ""
}

func (t *tree) isPortrait(img *html.Node, people []string) bool {
	alt := attribute(img, "alt")
	if slices.ContainsFunc(people, func(name string) bool { return alt != "" && strings.EqualFold(alt, name) }) {
		return true
	}
	if width, err := strconv.Atoi(attribute(img, "width")); err == nil && width > 0 && width < 100 {
		return true
	}
	for n, depth := img, 0; n != nil && depth < 4; n, depth = n.Parent, depth+1 {
		if anyIn(t.names(n), portraitNames) {
			return true
		}
	}
	return false
}
