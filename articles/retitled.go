package articles

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// titling is how the titles of two readings differ.
type titling int

const (
	sameTitle titling = iota
	edited            // a word was added, removed or corrected
	reworded          // other words say it
	series            // one form with other names or numbers in it: titles of two articles
)

// compareTitles tells an edited title from that of another article of a series: "Vacancy in
// Aktau" and "Vacancy in Baku" have a form in common, and differ by a name.
func compareTitles(a, b string) titling {
	x, y := titleWords(a), titleWords(b)
	onlyA, onlyB := without(x, y), without(y, x)
	common := len(x) - len(onlyA)
	isShort := 2*common < max(len(x), len(y))
	switch {
	case len(onlyA) == 0 && len(onlyB) == 0:
		return sameTitle
	case len(onlyA) == 0 || len(onlyB) == 0:
		if isShort || slices.ContainsFunc(append(onlyA, onlyB...), hasDigit) {
			return reworded
		}
		return edited
	case areCorrections(onlyA, onlyB):
		return edited
	case 2*common < min(len(x), len(y)):
		return reworded
	case slices.ContainsFunc(onlyA, isName) && slices.ContainsFunc(onlyB, isName):
		return series
	}
	return reworded
}

// titleWords are the words of a title as they are written.
func titleWords(title string) []string {
	return strings.FieldsFunc(title, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) })
}

// without returns the words that are not in other, each as often as it is missing there.
func without(words, other []string) []string {
	counts := map[string]int{}
	for _, w := range other {
		counts[strings.ToLower(w)]++
	}
	var left []string
	for _, w := range words {
		if key := strings.ToLower(w); counts[key] > 0 {
			counts[key]--
		} else {
			left = append(left, w)
		}
	}
	return left
}

// areCorrections reports whether each word differs from its counterpart by one letter. Short
// words do not count: Iran and Iraq are two countries.
func areCorrections(a, b []string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		x, y := []rune(strings.ToLower(a[i])), []rune(strings.ToLower(b[i]))
		if min(len(x), len(y)) < 5 || hasDigit(a[i]) || hasDigit(b[i]) || !isOneEditApart(x, y) {
			return false
		}
	}
	return true
}

// isOneEditApart reports whether one letter added, removed or replaced makes a of b.
func isOneEditApart(a, b []rune) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	head := 0
	for head < len(a) && a[head] == b[head] {
		head++
	}
	switch len(b) - len(a) {
	case 0:
		return head < len(a) && slices.Equal(a[head+1:], b[head+1:])
	case 1:
		return slices.Equal(a[head:], b[head+1:])
	}
	return false
}

func hasDigit(word string) bool { return strings.ContainsFunc(word, unicode.IsDigit) }

// isName reports whether a word may be a name or a number: it has a capital or a digit, or
// is of a script without capitals.
func isName(word string) bool {
	r, _ := utf8.DecodeRuneInString(word)
	return hasDigit(word) || !unicode.IsLower(r)
}
