package reading

import (
	"unicode"
	"unicode/utf8"
)

// dateToken is a number, a word or a mark of a folded text.
type dateToken struct {
	kind       tokenKind
	text       string
	n          int  // the number
	digits     int  // how many digits it has
	start, end int  // bytes of the text
	gap        bool // blanks stand before it
}

type tokenKind byte

const (
	noToken tokenKind = iota
	numberToken
	wordToken
	markToken
)

// maxTokens is how many tokens of a text are looked at for dates.
const maxTokens = 400

// dateTokens splits a folded text, see [foldDate]. A sign of Chinese, Japanese or Korean is
// a word of its own; an abbreviation in Thai keeps its dots.
func dateTokens(text string) []dateToken {
	return appendTokens(make([]dateToken, 0, min(maxTokens, len(text)/3+1)), text)
}

// appendTokens appends the tokens of a folded text to an empty slice.
func appendTokens(tokens []dateToken, text string) []dateToken {
	gap := false
	for i := 0; i < len(text) && len(tokens) < maxTokens; {
		r, size := utf8.DecodeRuneInString(text[i:])
		t := dateToken{kind: markToken, start: i, end: i + size, gap: gap}
		gap = false
		switch {
		case unicode.IsSpace(r):
			gap = true
			i += size
			continue
		case r >= '0' && r <= '9':
			t.kind = numberToken
			t.end = i + 1
			for t.end < len(text) && text[t.end] >= '0' && text[t.end] <= '9' {
				t.end++
			}
			if t.digits = t.end - t.start; t.digits < 15 {
				t.n = number(text[t.start:t.end])
			}
		case isIdeograph(r):
			t.kind = wordToken
		case unicode.IsLetter(r):
			t.kind = wordToken
			t.end = wordEnd(text, i)
		}
		t.text = text[t.start:t.end]
		tokens = append(tokens, t)
		i = t.end
	}
	return tokens
}

func isIdeograph(r rune) bool {
	return r >= 0x2e80 && unicode.In(r, unicode.Han, unicode.Hangul)
}

// wordEnd is the end of the word at i: letters and marks, apostrophes between letters, and
// in Thai and Lao dots as well.
func wordEnd(text string, i int) int {
	end := i
	for end < len(text) {
		r, size := utf8.DecodeRuneInString(text[end:])
		next, _ := utf8.DecodeRuneInString(text[end+size:])
		isLetter := unicode.IsLetter(r) && !isIdeograph(r) || unicode.IsMark(r)
		isInner := r == '\'' && unicode.IsLetter(next) || r == '.' && next >= 0x0e00 && next <= 0x0eff
		if end > i && !isLetter && !isInner {
			break
		}
		end += size
	}
	return end
}
