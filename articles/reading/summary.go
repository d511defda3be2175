package reading

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// chooseSummary is the page's own description, when it is one, else the beginning.
func chooseSummary(description, text string) string {
	if isSummary(description) {
		return Shorten(description)
	}
	return Shorten(text)
}

// isSummary tells a description from a slogan or a title.
func isSummary(description string) bool { return CountWords(description) >= 6 }

// takeSummary takes over the page's own description, or the beginning of the text.
func (r *Reading) takeSummary(f *facts) {
	r.Summary = chooseSummary(f.description, r.ContentText)
	if isSummary(f.description) {
		r.note("summary", r.Summary, "the page’s description", f.describedBy)
	} else {
		r.note("summary", r.Summary, "the beginning of the text", "")
	}
}

// summaryLength is how long a summary is at most, in letters; a letter of Chinese,
// Japanese or Korean counts as two.
const summaryLength = 320

// Shorten cuts text to 320 letters, at the end of a sentence, else of a word.
func Shorten(text string) string {
	text = oneLine(text)
	cut := text[:widthOf(text, summaryLength)]
	if cut == text {
		return text
	}
	if end := lastSentence(cut, text[len(cut):]); end > len(cut)/3 {
		return cut[:end]
	}
	if i := strings.LastIndexByte(cut, ' '); i > len(cut)/3 {
		cut = cut[:i]
	}
	return strings.TrimRight(cut, " ,;:–—-，、；：،؛") + "…"
}

// widthOf returns how many bytes of a text are at most so wide, in letters.
func widthOf(text string, most int) int {
	width := 0
	for i, r := range text {
		if width++; isWide(r) {
			width++
		}
		if width > most {
			return i
		}
	}
	return len(text)
}

func isWide(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul) || isEastAsianMark(r)
}

// lastSentence returns the end of the last whole sentence of a text, which rest follows;
// 0 without one.
func lastSentence(text, rest string) int {
	found := 0
	for i, r := range text {
		if !isSentenceEnd(r) {
			continue
		}
		end := i + utf8.RuneLen(r)
		behind := strings.TrimLeft(text[end:], closingMarks)
		end = len(text) - len(behind)
		if isWide(r) || behind == "" && strings.HasPrefix(rest, " ") || strings.HasPrefix(behind, " ") {
			if next, _ := utf8.DecodeRuneInString(strings.TrimLeft(behind+rest, " ")); isWide(r) || !unicode.IsLower(next) || unicode.Is(unicode.Georgian, next) {
				if r != '.' || !endsAbbreviated(text[:i]) {
					found = end
				}
			}
		}
	}
	return found
}

// endsAbbreviated reports whether the last word before a dot is likely cut short: "U.S", "Mr", "5".
func endsAbbreviated(s string) bool {
	word := s[strings.LastIndexByte(s, ' ')+1:]
	first, size := utf8.DecodeRuneInString(word)
	return size == len(word) || utf8.RuneCountInString(word) == 2 && !unicode.IsLower(first) || strings.Contains(word, ".") || shortened[strings.ToLower(word)]
}

// shortened are words of three letters and more that a dot follows within a sentence.
var shortened = map[string]bool{
	"prof": true, "gen": true, "sen": true, "rep": true, "gov": true, "amb": true, "col": true, "mrs": true, "vol": true, "nos": true,
	"bzw": true, "ca": true, "cf": true, "vs": true, "st": true, "no": true, "nr": true, "bd": true, "см": true, "гг": true, "др": true, "etc": true, "проф": true, "акад": true, "тыс": true, "млн": true, "млрд": true, "руб": true,
}
