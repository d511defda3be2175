package reading

import (
	"strings"
	"unicode"
)

// openings are the letters that the texts of some rules begin with, without regard to case.
// They tell most texts that match no rule at a small part of the time of an expression.
type openings []string

// openingsOf are the openings of rules whose alternatives each begin with letters.
func openingsOf(rules []rule) (o openings) {
	for _, r := range rules {
		depth, first := 0, 0
		for i, c := range r.text + "|" {
			switch {
			case c == '(':
				depth++
			case c == ')':
				depth--
			case c == '|' && depth == 0:
				o = append(o, openingOf(r.text[first:i]))
				first = i + 1
			}
		}
	}
	return o
}

// openingOf is the text that an expression always begins with.
func openingOf(expression string) string {
	end := strings.IndexAny(expression+"(", "([?*.")
	letters := []rune(expression[:end])
	if end < len(expression) && (expression[end] == '?' || expression[end] == '*') {
		letters = letters[:len(letters)-1]
	}
	return foldedOpening(string(letters[:min(len(letters), maxOpeningLetters)]))
}

// match reports whether a text begins as one of the rules.
func (o openings) match(text string) bool {
	text = foldedOpening(text)
	for _, opening := range o {
		if strings.HasPrefix(text, opening) {
			return true
		}
	}
	return false
}

// maxOpeningLetters is how many letters of a text are compared.
const maxOpeningLetters = 16

// foldedOpening is the beginning of a text, with the least of the letters that expressions
// take for one without regard to case.
func foldedOpening(text string) string {
	letters := make([]rune, 0, maxOpeningLetters)
	for _, r := range text {
		if len(letters) == maxOpeningLetters {
			break
		}
		letters = append(letters, foldedRune(r))
	}
	return string(letters)
}

func foldedRune(r rune) rune {
	switch {
	case r >= 'a' && r <= 'z':
		return r - 'a' + 'A'
	case r < 0x80:
		return r
	}
	least := r
	for next := unicode.SimpleFold(r); next != r; next = unicode.SimpleFold(next) {
		least = min(least, next)
	}
	return least
}
