package reading

import (
	"context"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// readThird reads a page in trafilatura's way: the first element with a name that content
// systems give to an article's text, else all paragraphs of the page, in both cases
// without blocks that are mostly links. root is a page that strip has been through; it is
// changed.
func readThird(ctx context.Context, root *html.Node) *html.Node {
	t := newTree(ctx, root)
	body := t.first(root, atom.Body)
	if body == nil {
		return nil
	}
	t.dropFurniture(body)
	for _, isText := range []func(*html.Node) bool{t.isNamedText, t.isArticle, t.isStory, t.isContent, t.isMain} {
		for n := range t.descend(body) {
			if isText(n) && t.prose(n) >= anArticle {
				t.dropLinkLists(n)
				return n
			}
		}
	}
	return t.allParagraphs(body)
}

// dropFurniture removes the elements that are not the article by their kind or by names
// of boxes, tools and readers' words, unless they hold most of the page.
func (t *tree) dropFurniture(body *html.Node) {
	total := t.prose(body)
	for n := range t.descend(body) {
		switch n.DataAtom {
		case atom.Nav, atom.Aside, atom.Footer, atom.Menu:
			t.remove(n)
			continue
		case atom.Article, atom.Main:
			continue
		}
		if word, _ := cutWord(t.names(n)); word != "" && t.prose(n)*100 < total*35 {
			t.remove(n)
		}
	}
}

// isNamedText tells an element that is named as an article's text.
func (t *tree) isNamedText(n *html.Node) bool {
	if !isContainer(n) {
		return false
	}
	return attribute(n, "itemprop") == "articleBody" || anyPair(t.names(n), textNames)
}

// anyPair reports whether a word, or two words in a row, are in a set.
func anyPair(words []string, set map[string]bool) bool {
	for i, w := range words {
		if set[w] || i > 0 && set[words[i-1]+" "+w] {
			return true
		}
	}
	return false
}

func (t *tree) isArticle(n *html.Node) bool { return n.DataAtom == atom.Article }

// isStory tells an element that is named as an article.
func (t *tree) isStory(n *html.Node) bool {
	return isContainer(n) && (attribute(n, "role") == "article" || isNamedAs(n, storyNames))
}

// isContent tells an element that is named as the content of a page.
func (t *tree) isContent(n *html.Node) bool {
	return isContainer(n) && isNamedAs(n, contentNames)
}

// isNamedAs reports whether the words of a whole class, or of the id, are in a set.
func isNamedAs(n *html.Node, set map[string]bool) bool {
	for token := range strings.FieldsSeq(firstLetters(attribute(n, "class"), 2*shortText)) {
		if set[strings.Join(appendNames(nil, token), " ")] {
			return true
		}
	}
	return set[strings.Join(appendNames(nil, firstLetters(attribute(n, "id"), shortText)), " ")]
}

func (t *tree) isMain(n *html.Node) bool {
	return n.DataAtom == atom.Main || attribute(n, "role") == "main"
}

// dropLinkLists removes the blocks below n that are mostly links.
func (t *tree) dropLinkLists(n *html.Node) {
	for e := range t.descend(n) {
		switch e.DataAtom {
		case atom.Div, atom.Section, atom.Ul, atom.Ol, atom.Dl, atom.Table, atom.P:
			if linked, _ := t.links(e); linked*100 > t.text(e)*65 {
				t.remove(e)
			}
		}
	}
}

// allParagraphs gathers the page's paragraphs in one element; nil when there are none.
func (t *tree) allParagraphs(body *html.Node) *html.Node {
	t.dropLinkLists(body)
	box := &html.Node{Type: html.ElementNode, DataAtom: atom.Div, Data: "div"}
	var found []*html.Node
	for n := range t.descend(body) {
		switch n.DataAtom {
		case atom.P, atom.Pre, atom.Blockquote:
			if last := len(found) - 1; t.prose(n) > 0 && (last < 0 || !t.contains(found[last], n)) {
				found = append(found, n)
			}
		}
	}
	for _, n := range slices.Clip(found) {
		n.Parent.RemoveChild(n)
		box.AppendChild(n)
	}
	if box.FirstChild == nil {
		return nil
	}
	return box
}
