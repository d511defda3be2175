package reading

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// CountWords counts the words of a text. Scripts without blanks between words are counted
// by their letters: two of Chinese and Japanese, and five of Thai, Lao, Khmer and Burmese,
// marks above and below not counted, are a word. That is the mean length of words there,
// and the time to read them.
func CountWords(text string) int {
	words, ideographs, letters := 0, 0, 0
	inWord := false
	for _, r := range text {
		switch {
		case r < utf8.RuneSelf:
			inWord = takeSpaced(r, inWord, &words)
		case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana):
			ideographs++
			inWord = false
		case unicode.In(r, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar):
			if unicode.IsLetter(r) {
				letters++
			}
			inWord = false
		case isEastAsianMark(r):
			inWord = false
		default:
			inWord = takeSpaced(r, inWord, &words)
		}
	}
	return words + (ideographs+1)/2 + (letters+4)/5
}

// takeSpaced counts a word of a script with blanks at its first letter.
func takeSpaced(r rune, inWord bool, words *int) bool {
	if unicode.IsSpace(r) {
		return false
	}
	if !inWord {
		*words++
	}
	return true
}

// closingMarks stand behind the end of a sentence and belong to it.
const closingMarks = "\"”’'»)]*）」』】"

// isSentenceEnd reports whether a mark ends sentences in some script.
func isSentenceEnd(r rune) bool {
	return strings.ContainsRune(".?!…。！？．｡։؟۔।॥။።፧៕།᠃⁇⁈⁉‼", r)
}

// endsSentence reports whether a text ends as sentences do, in any script.
func endsSentence(text string) bool {
	last, _ := utf8.DecodeLastRuneInString(strings.TrimRight(text, closingMarks+" "))
	return last == ':' || isSentenceEnd(last)
}
