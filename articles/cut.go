package articles

import "unicode/utf8"

// cutText returns the first n characters of a text, with "…" when it is longer.
func cutText(text string, n int) string {
	if utf8.RuneCountInString(text) <= n {
		return text
	}
	return string([]rune(text)[:n]) + "…"
}
