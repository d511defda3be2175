package reading

import (
	"fmt"
	"strings"
	"time"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Selectors are CSS selectors that staff set for the pages of a source, where the rules fail.
// What they select is believed before everything else; a fact that they do not select is
// read by the rules.
type Selectors struct {
	Title     string
	Body      string // one element or several, in the order of the page
	Authors   string // an element an author, or a byline
	Published string // its attribute datetime or content, else its text
	Remove    []string
}

// Check returns an error that names the first selector that is no CSS selector.
func (s Selectors) Check() error {
	for _, part := range append([]string{s.Title, s.Body, s.Authors, s.Published}, s.Remove...) {
		if part == "" {
			continue
		}
		if _, err := cascadia.ParseGroup(part); err != nil {
			return fmt.Errorf("%q is no CSS selector: %w", part, err)
		}
	}
	return nil
}

// picked holds what the selectors of a source select on a page.
type picked struct {
	by        Selectors
	title     string
	body      *html.Node // a new element around the selected ones, apart from the page; nil: none
	authors   []string
	published string
}

// pick selects the facts on a page, takes the text's elements out of it, and removes the
// elements to be removed. It is called before the page is stripped, because a selected element
// may stand in a part that the rules leave out.
func (s Selectors) pick(root *html.Node, cuts *cutList) picked {
	p := picked{by: s}
	for _, selector := range s.Remove {
		for _, n := range selected(root, selector) {
			if n.Parent != nil {
				cuts.add(n, "the source’s selector "+selector)
				n.Parent.RemoveChild(n)
			}
		}
	}
	for _, n := range selected(root, s.Title) {
		if p.title = firstLetters(oneLine(textOf(n)), maxPickedTitle); p.title != "" {
			break
		}
	}
	for _, n := range selected(root, s.Authors) {
		p.authors = append(p.authors, SplitAuthors(textOf(n))...)
	}
	for _, n := range selected(root, s.Published) {
		if p.published = firstText(attribute(n, "datetime"), attribute(n, "content"), oneLine(textOf(n))); p.published != "" {
			break
		}
	}
	p.takeBody(selected(root, s.Body))
	return p
}

// takeBody moves the outermost of the selected elements into a new element.
func (p *picked) takeBody(nodes []*html.Node) {
	for _, n := range nodes {
		if n.Parent == nil || n.DataAtom == atom.Html || n.DataAtom == atom.Body || p.body != nil && isWithin(n, p.body) {
			continue
		}
		if p.body == nil {
			p.body = &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div}
		}
		n.Parent.RemoveChild(n)
		p.body.AppendChild(n)
	}
	if p.body != nil {
		strip(p.body, nil)
	}
}

func isWithin(n, outer *html.Node) bool {
	for ; n != nil; n = n.Parent {
		if n == outer {
			return true
		}
	}
	return false
}

// selected returns the elements that a selector selects, in the order of the page.
func selected(root *html.Node, selector string) []*html.Node {
	if selector == "" {
		return nil
	}
	group, err := cascadia.ParseGroup(selector)
	if err != nil {
		return nil // Check has told of it
	}
	return cascadia.QueryAll(root, group)
}

// note records the selectors that select nothing.
func (p picked) note(r *Reading) {
	for _, part := range []struct {
		name, selector string
		found          bool
	}{{"title", p.by.Title, p.title != ""}, {"body", p.by.Body, p.body != nil}, {"author", p.by.Authors, len(p.authors) > 0}, {"published", p.by.Published, p.published != ""}} {
		if part.selector != "" && !part.found {
			r.note("selector", part.name, "selects nothing", part.selector)
		}
	}
}

// maxPickedTitle is how many bytes of a selected title are taken.
const maxPickedTitle = 3000

// bySelector is the rule of facts that a selector of the source gave.
const bySelector = "the source’s selector"

// takePicked takes the facts of the selectors but the title and the text.
func (r *Reading) takePicked(p picked, hints dateHints) {
	if len(p.authors) > 0 {
		r.dropFacts("author")
		r.takeAuthors(byline{names: p.authors, rule: bySelector, element: p.by.Authors})
	}
	if at := hints.settle(dateBehind(p.published)); !at.IsZero() {
		r.dropFacts("published")
		r.Published, r.PublishedLocal, r.PublishedSureness = at, isFloating(at), SureMachine
		r.note("published", strings.TrimSpace(p.published), bySelector, p.by.Published)
	}
}

// dateBehind is the date in a text, behind a few words at most: "Printed on 4 May 2026".
func dateBehind(text string) time.Time {
	words := strings.Fields(firstLetters(text, 300))
	for i := range min(len(words), 8) {
		if at := parseDate(strings.Join(words[i:], " ")); !at.IsZero() {
			return at
		}
	}
	return time.Time{}
}
