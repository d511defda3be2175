package reading

import (
	"bytes"
	"net/url"
	"strings"

	"codeberg.org/readeck/go-readability/v2"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Limits of a second reading. The second reader cannot be stopped, so that it is asked of
// pages only that cost it a second at most.
const (
	fewWords      = 40      // a reading with fewer is read again
	secondWords   = 60      // words that a second reading has at least
	maxSecondPage = 1 << 20 // bytes
	maxSecondTags = 20_000
)

// readAgain looks for the text elsewhere when little was read of a page: in the page's
// metadata, then by the rules of Mozilla's Readability. A second reading counts
// where it has at least twice the words. See decision 0003.
func (r *Reading) readAgain(p Page, f *facts, base string) {
	if r.Words >= fewWords {
		return
	}
	if f.body != "" {
		told := Reading{}.fromPlainText(f.body)
		if told.Words >= max(secondWords, 2*r.Words) {
			r.takeText(told)
			r.noteBody("the articleBody of the structured data", ldElement)
			return
		}
	}
	if len(p.Body) > maxSecondPage || bytes.Count(p.Body, []byte("<")) > maxSecondTags {
		return
	}
	if second, ok := readSecond(p, base); ok && second.Words >= max(secondWords, 2*r.Words) {
		r.takeText(second)
		r.noteBody("Mozilla’s Readability", "")
	}
}

func (r *Reading) takeText(from Reading) {
	r.ContentHTML, r.ContentText, r.Words, r.Media = from.ContentHTML, from.ContentText, from.Words, from.Media
}

// fromPlainText is a reading of a text with a paragraph a line.
func (r Reading) fromPlainText(text string) Reading {
	var paragraphs []string
	for line := range strings.Lines(text) {
		if line = PlainText(line); line != "" {
			paragraphs = append(paragraphs, line)
		}
	}
	if len(paragraphs) == 0 {
		return r
	}
	read, err := r.withParagraphs(paragraphs)
	if err != nil {
		return r
	}
	return read
}

// readSecond reads a page by the rules of Readability. Text that is mostly links does not count.
func readSecond(p Page, base string) (r Reading, ok bool) {
	defer func() { // the second reader has pages that it panics over
		if recover() != nil {
			r, ok = Reading{}, false
		}
	}()
	address, err := url.Parse(base)
	if err != nil || base == "" {
		address = &url.URL{Scheme: "http", Host: "localhost"}
	}
	article, err := readability.FromReader(bytes.NewReader(UTF8(p.Body, p.ContentType)), address)
	if err != nil || article.Node == nil {
		return Reading{}, false
	}
	box := &html.Node{Type: html.ElementNode, DataAtom: atom.Div, Data: "div"}
	box.AppendChild(article.Node)
	strip(box, nil)
	if letters, linked := lettersOf(box, false); linked*2 > letters {
		return Reading{}, false
	}
	return r, r.setBody(box, base) == nil
}

// lettersOf counts the letters below n, and those of them that stand in links.
func lettersOf(n *html.Node, inLink bool) (letters, linked int) {
	if n.Type == html.TextNode {
		letters = len(strings.TrimSpace(n.Data))
		if inLink {
			linked = letters
		}
		return letters, linked
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		l, k := lettersOf(c, inLink || n.DataAtom == atom.A)
		letters, linked = letters+l, linked+k
	}
	return letters, linked
}
