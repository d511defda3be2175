package reading

import (
	"strings"
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
func isSummary(description string) bool { return len(strings.Fields(description)) >= 6 }

// takeSummary takes over the page's own description, or the beginning of the text.
func (r *Reading) takeSummary(f *facts) {
	r.Summary = chooseSummary(f.description, r.ContentText)
	if isSummary(f.description) {
		r.note("summary", r.Summary, "the page’s description", f.describedBy)
	} else {
		r.note("summary", r.Summary, "the beginning of the text", "")
	}
}

// summaryLength is how long a summary is at most, in bytes.
const summaryLength = 320

// Shorten cuts text to 320 bytes, at the end of a sentence, else of a word.
func Shorten(text string) string {
	text = oneLine(text)
	if len(text) <= summaryLength {
		return text
	}
	cut := text[:summaryLength]
	for !utf8.ValidString(cut) {
		cut = cut[:len(cut)-1]
	}
	for i := len(cut) - 1; i > summaryLength/3; i-- {
		if (cut[i] == '.' || cut[i] == '!' || cut[i] == '?') && i+1 < len(text) && text[i+1] == ' ' && !endsAbbreviated(cut[:i]) {
			return cut[:i+1]
		}
	}
	if i := strings.LastIndexByte(cut, ' '); i > 0 {
		cut = cut[:i]
	}
	return strings.TrimRight(cut, " ,;:–—-") + "…"
}

// endsAbbreviated reports whether the last word before a dot is likely cut short: "U.S", "Mr".
func endsAbbreviated(s string) bool {
	word := s[strings.LastIndexByte(s, ' ')+1:]
	return len(word) <= 2 || strings.Contains(word, ".")
}
