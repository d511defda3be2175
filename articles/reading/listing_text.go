package reading

import (
	"strings"

	"golang.org/x/net/html"
)

// tidyHTML folds the white space of HTML outside of preformatted text.
func tidyHTML(content string) string {
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(content, "<pre")
		b.WriteString(tidy(before))
		if !ok {
			return b.String()
		}
		listing, after, _ := strings.Cut(rest, "</pre>")
		b.WriteString("\n<pre" + listing + "</pre>\n")
		content = after
	}
}

// listingMark begins a paragraph of [blockText] that keeps its line breaks.
const listingMark = "\x01"

// writeListing writes preformatted text as a paragraph that keeps its line breaks.
func writeListing(b *strings.Builder, n *html.Node) {
	var text strings.Builder
	writeCode(&text, n)
	b.WriteString("\x00" + listingMark + text.String() + "\x00")
}

// paragraphText is a paragraph in one line; a listing keeps its lines and their
// indentation, without the empty ones, because an empty line ends a paragraph.
func paragraphText(text string) string {
	listing, ok := strings.CutPrefix(text, listingMark)
	if !ok {
		return oneLine(strings.ReplaceAll(text, listingMark, ""))
	}
	var lines []string
	for line := range strings.Lines(listing) {
		if line = strings.TrimRight(line, " \t\r\n"); line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}
