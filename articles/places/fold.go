package places

import (
	"strings"
	"unicode"
)

// folded has the letters that are written with and without a mark, or in two ways.
var folded = map[rune]rune{
	'ä': 'a', 'á': 'a', 'à': 'a', 'â': 'a', 'ã': 'a', 'ç': 'c', 'č': 'c', 'ə': 'e', 'é': 'e', 'è': 'e', 'ê': 'e', 'ë': 'e', 'ğ': 'g', 'ı': 'i', 'î': 'i',
	'ï': 'i', 'í': 'i', 'ň': 'n', 'ñ': 'n', 'ö': 'o', 'ó': 'o', 'ô': 'o', 'ş': 's', 'š': 's', 'ß': 's', 'ü': 'u', 'ú': 'u', 'û': 'u', 'ù': 'u', 'ý': 'y',
	'ž': 'z', 'ё': 'е', 'ґ': 'г', 'ي': 'ی', 'ك': 'ک', 'ة': 'ه', 'ۀ': 'ه', 'آ': 'ا', 'أ': 'ا', 'إ': 'ا',
}

// skipped stands in foldTable for a mark inside of a word that counts for nothing.
const skipped = 0xffff

// foldTable has the folded form of each character that is part of a word, else 0, for the
// alphabets; Chinese stands after them.
var foldTable = func() (table [0x2e80]uint16) {
	for i := range table {
		if r := rune(i); isWordRune(r) {
			table[i] = skipped
			if f := foldRune(r); f != 0 {
				table[i] = uint16(f)
			}
		}
	}
	return table
}()

// wordRune returns the folded form of a character of a word, skipped, or 0 for one that is
// no part of a word.
func wordRune(r rune) rune {
	switch {
	case int(r) < len(foldTable):
		return rune(foldTable[r])
	case isHan(r) || !isWordRune(r):
		return 0
	}
	return foldRune(r)
}

// foldRune returns a letter in lower case and without marks; 0: it counts for nothing.
func foldRune(r rune) rune {
	if r < 0x80 {
		if 'A' <= r && r <= 'Z' {
			r += 'a' - 'A'
		}
		return r
	}
	r = unicode.ToLower(r)
	if f, ok := folded[r]; ok {
		return f
	}
	if unicode.Is(unicode.Mn, r) || r == 'ʻ' || r == 'ʼ' {
		return 0
	}
	return r
}

// foldWord folds a word of a rule.
func foldWord(s string) string {
	return strings.Map(func(r rune) rune {
		f := wordRune(r)
		switch {
		case f == 0 && !isApostrophe(r):
			return foldRune(r)
		case f == 0 || f == skipped:
			return -1
		}
		return f
	}, s)
}

// isApostrophe reports whether a character stands inside of words: Kazakhstan's, Oʻzbekiston.
func isApostrophe(r rune) bool {
	switch r {
	case '\'', '’', '‘', 'ʻ', 'ʼ', '`', 'ʹ':
		return true
	}
	return false
}

// elided are the French words that lose their vowel before a name: l'Ouzbékistan.
var elided = map[string]bool{"l": true, "d": true, "qu": true, "n": true, "jusqu": true, "lorsqu": true, "puisqu": true}

func isHan(r rune) bool { return r >= 0x2e80 && unicode.Is(unicode.Han, r) }

// isWordRune reports whether a character is part of a word.
func isWordRune(r rune) bool {
	if r < 0x80 {
		return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
	}
	return unicode.IsLetter(r) || unicode.Is(unicode.Mn, r) || unicode.IsDigit(r)
}
