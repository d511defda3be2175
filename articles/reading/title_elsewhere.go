package reading

import (
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// titleElsewhere is the headline of a page with a text and without any headline: the
// words of its address, else the beginning of its text. It is empty for a page without
// text, and for one with a headline that is too long to be one.
func (t *tree) titleElsewhere(root *html.Node, address string) titleText {
	body := t.first(root, atom.Body)
	if body == nil || t.prose(body) < anArticle || t.first(root, atom.H1) != nil {
		return titleText{}
	}
	if words := addressWords(address); words != "" {
		return titleText{words, "the words of the address", ""}
	}
	for _, r := range t.runsOf(body) {
		if r.isProse() {
			return titleText{firstSentence(r.text), "the beginning of the text", pathOf(r.block)}
		}
	}
	return titleText{}
}

// addressWords are the words of the last part of an address: "/news/the-quay-at-aktau.html"
// has the words "The quay at aktau". It is empty when they are fewer than three.
func addressWords(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	path := strings.TrimRight(u.Path, "/")
	last := path[strings.LastIndexByte(path, '/')+1:]
	if dot := strings.LastIndexByte(last, '.'); dot > 0 {
		last = last[:dot]
	}
	words := strings.FieldsFunc(last, func(r rune) bool { return r == '-' || r == '_' || r == '+' || r == ' ' })
	for len(words) > 0 && strings.IndexFunc(words[0], unicode.IsLetter) < 0 { // a number of the site
		words = words[1:]
	}
	for len(words) > 0 && strings.IndexFunc(words[len(words)-1], unicode.IsLetter) < 0 {
		words = words[:len(words)-1]
	}
	if len(words) < 3 {
		return ""
	}
	text := strings.ToValidUTF8(strings.Join(words, " "), "")
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[size:]
}

// firstSentence is the first sentence of a text, cut at a word when it is long.
func firstSentence(text string) string {
	const longest = 120
	if end := strings.IndexAny(text, ".!?。"); end > 0 && end <= longest && !endsAbbreviated(text[:end]) {
		return text[:end]
	}
	if len(text) <= longest {
		return text
	}
	cut := firstLetters(text, longest)
	if blank := strings.LastIndexByte(cut, ' '); blank > 0 {
		cut = cut[:blank]
	}
	return strings.TrimRight(cut, " ,;:–—-") + "…"
}
