package reading

import (
	"hash/maphash"
	"unicode"
	"unicode/utf8"
)

var agreementSeed = maphash.MakeSeed()

// bag counts the words of a text, by their hashes.
type bag struct {
	counts map[uint64]int
	total  int
}

// bagOf counts the words of a text. In scripts that write no blanks between words each
// character counts as a word.
func bagOf(text string) bag {
	b := bag{counts: map[uint64]int{}}
	start := -1
	flush := func(end int) {
		if start >= 0 {
			b.counts[maphash.String(agreementSeed, text[start:end])]++
			b.total++
			start = -1
		}
	}
	for i, r := range text {
		switch {
		case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar):
			flush(i)
			start = i
			flush(i + utf8.RuneLen(r))
		case unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.M, r):
			if start < 0 {
				start = i
			}
		default:
			flush(i)
		}
	}
	flush(len(text))
	return b
}

// agreement is how much two texts have in common, from 0 to 1: the harmonic mean of the
// shares of their words that the other has too.
func agreement(a, b bag) float64 {
	if a.total+b.total == 0 {
		return 0
	}
	return 2 * float64(common(a, b)) / float64(a.total+b.total)
}

// common counts the words that two texts share.
func common(a, b bag) int {
	count := 0
	for word, n := range a.counts {
		count += min(n, b.counts[word])
	}
	return count
}
