package reading

import (
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Fact is a fact of a [Reading] with its origin. It is for people who look into a
// reading: it is not stored, and it is no part of an article's version.
type Fact struct {
	Name    string // title, body, image, summary, language, published, updated, author and so on
	Value   string // of the body: its count of words
	Rule    string // the rule that read it, in words for people
	Element string // the element that it was read from, in the form of a CSS selector; see [pathOf]
}

// Cut is a part of a page that was left out of the text, and the rule that left it out.
type Cut struct {
	Element string // in the form of a CSS selector
	Rule    string // in words for people
	Words   int
}

// maxCuts is how many cuts of a page are recorded.
const maxCuts = 1000

// ldElement is the element of structured data, for facts.
const ldElement = `script[type="application/ld+json"]`

// note records a fact, unless its value is empty.
func (r *Reading) note(name, value, rule, element string) {
	if value != "" {
		r.Facts = append(r.Facts, Fact{name, value, rule, element})
	}
}

func (r *Reading) dropFacts(name string) {
	r.Facts = slices.DeleteFunc(r.Facts, func(f Fact) bool { return f.Name == name })
}

// metaElement is a meta element in the form of a CSS selector.
func metaElement(name string) string {
	if strings.HasPrefix(name, "og:") || strings.HasPrefix(name, "article:") {
		return `meta[property="` + name + `"]`
	}
	return `meta[name="` + name + `"]`
}

// noteBody records the origin of the text.
func (r *Reading) noteBody(rule, element string) {
	r.dropFacts("body")
	if r.Words > 0 {
		r.note("body", strconv.Itoa(r.Words), rule, element)
	}
}

// recordOutside records the text of the page beside the element of the article's text.
func (p *articlePage) recordOutside(body *html.Node) {
	for n := body; p.cuts != nil && n != nil && n != p.body; n = n.Parent {
		for c := n.Parent.FirstChild; c != nil; c = c.NextSibling {
			if c != n {
				p.cuts.add(c, "outside of the text’s element")
			}
		}
	}
}

func (p *articlePage) recordedCuts() []Cut {
	if p.cuts == nil {
		return nil
	}
	return p.cuts.all
}

// cutList records cuts. A nil list records nothing.
type cutList struct{ all []Cut }

func (l *cutList) add(n *html.Node, rule string) {
	if l == nil || len(l.all) >= maxCuts {
		return
	}
	if words := len(strings.Fields(textOf(n))); words > 0 {
		l.all = append(l.all, Cut{pathOf(n), rule, words})
	}
}

// addText records a line of text; n is one of its text nodes.
func (l *cutList) addText(n *html.Node, text, rule string) {
	if l == nil || len(l.all) >= maxCuts || n.Parent == nil {
		return
	}
	l.all = append(l.all, Cut{pathOf(n.Parent), rule, len(strings.Fields(text))})
}

// pathOf is an element in the form of a CSS selector: it and the nearest elements around
// it, three at most, each with its id or its first class: "main > div.text > p".
func pathOf(n *html.Node) string {
	var path string
	for count := 0; n != nil && count < 3; n = n.Parent {
		if n.Type != html.ElementNode || n.DataAtom == atom.Html || count > 0 && n.DataAtom == atom.Body {
			continue
		}
		step := stepOf(n)
		if path == "" {
			path = step
		} else {
			path = step + " > " + path
		}
		if count++; strings.IndexByte(step, '#') >= 0 {
			break
		}
	}
	return path
}

// stepOf is one element of a path.
func stepOf(n *html.Node) string {
	const most = 60
	if id := attribute(n, "id"); id != "" && len(id) <= most && !strings.ContainsAny(id, " \t\n\r\f") {
		return n.Data + "#" + id
	}
	for class := range strings.FieldsSeq(firstLetters(attribute(n, "class"), 10*most)) {
		if len(class) <= most {
			return n.Data + "." + class
		}
	}
	return n.Data
}
