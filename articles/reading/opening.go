package reading

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Limits of the lines between headline and text that belong to the text.
const (
	maxOpenings    = 8
	shortestOpener = 20 // letters of a line that is named as a subtitle
)

// isOpening reports whether a line between headline and text opens the text: a line that
// is named as a subtitle, or a sentence in the headline's header.
func (r run) isOpening() bool {
	if r.links*2 >= len(r.text) || len(r.text) > 2*shortText {
		return false
	}
	opens := false
	if r.isStandfirst() {
		opens = len(r.text) >= shortestOpener
	} else {
		opens = within(r.block, atom.Header) != nil && r.isSentence() && strings.Count(r.text, " ") >= 5 && !r.t.isMeta(r.block)
	}
	return opens && !buttonLine.MatchString(r.text) && !invites.MatchString(r.text) && !boxTalk.MatchString(r.text)
}

// addOpenings puts the lines that open the text in front of it, where they stand outside
// of its element and are not its first lines themselves.
func (t *tree) addOpenings(body *html.Node, openings []run) {
	if len(openings) == 0 {
		return
	}
	text := firstLetters(textOf(body), 8*shortText)
	before := body.FirstChild
	for _, r := range openings {
		if t.contains(body, r.block) || strings.Contains(text, strings.TrimRight(r.text, ".… ")) {
			continue
		}
		p := &html.Node{Type: html.ElementNode, DataAtom: atom.P, Data: "p"}
		p.AppendChild(&html.Node{Type: html.TextNode, Data: r.text})
		body.InsertBefore(p, before)
	}
}
