package entries

import (
	"regexp"
	"strings"
)

// titleOf is a title as plain text. A title of Atom says whether it is text or HTML (RFC
// 4287, section 3.1); in other feeds it may be either: known tags of HTML are markup there,
// and other words in brackets are text.
func titleOf(n *node, atom bool) string {
	switch {
	case n == nil:
		return ""
	case n.hasElements():
		return plainText(n.inner())
	case atom && !strings.Contains(n.attr("type"), "html") && n.attr("mode") != "escaped":
		return oneLine(decodeEntities(n.plain()))
	}
	return plainText(n.plain())
}

var (
	knownTag = regexp.MustCompile(`(?i)</?(a|abbr|acronym|b|big|blockquote|br|cite|code|del|div|em|font|h[1-6]|hr|i|img|ins|kbd|li|mark|nobr|ol|p|pre|q|s|script|small|span|strike|strong|style|sub|sup|table|tbody|td|th|tr|tt|u|ul|var|wbr)(\s[^<>]*)?/?>`)
	blockTag = regexp.MustCompile(`(?i)</?(blockquote|br|div|h[1-6]|hr|li|p|pre|table|td|th|tr)(\s[^<>]*)?/?>`)
	unseen   = regexp.MustCompile(`(?is)<(script|style)\b[^>]*>.*?</(script|style)\s*>|<!--.*?-->`)
	// escapedPair is an element whose tags were escaped once more than they should be.
	escapedPair = regexp.MustCompile(`(?i)<(?:b|i|em|strong|span|u|sub|sup|small|mark|font)(?:\s[^<>]*)?>([^<>]*)</(?:b|i|em|strong|span|u|sub|sup|small|mark|font)>`)
)

// plainText is HTML as one line of text. Brackets that hold no tag of HTML stay.
func plainText(text string) string {
	text = unseen.ReplaceAllString(text, " ")
	text = blockTag.ReplaceAllString(text, " ")
	text = knownTag.ReplaceAllString(text, "")
	text = decodeEntities(text)
	text = escapedPair.ReplaceAllString(decodeEntities(text), "$1")
	return oneLine(text)
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
