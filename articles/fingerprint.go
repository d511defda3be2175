package articles

import (
	"hash/maphash"
	"strings"
	"unicode"
)

// fingerprint holds the features that two readings of one article share at any address:
// title and text without case, white space and punctuation.
type fingerprint struct {
	TitleKey []byte
	TextKey  []byte
	Words    int
}

func fingerprintOf(title, text string) fingerprint {
	words := textWords(text)
	key := strings.Join(textWords(title), " ")
	if key == "" {
		key = title
	}
	return fingerprint{digestOf(key), digestOf(strings.Join(words, " ")), len(words)}
}

// spaceless are scripts that write no spaces between words.
var spaceless = []*unicode.RangeTable{unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar}

// firstSpaceless is the first letter of those scripts, of Thai.
const firstSpaceless = 0x0e01

// textWords are the words of a text in small letters; in scripts without spaces each
// letter is one.
func textWords(text string) []string {
	var words []string
	begin := -1
	end := func(at int) {
		if begin >= 0 {
			words = append(words, strings.ToLower(text[begin:at]))
		}
		begin = -1
	}
	for i, r := range text {
		switch {
		case r >= firstSpaceless && unicode.In(r, spaceless...):
			end(i)
			words = append(words, string(r))
		case unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r):
			if begin < 0 {
				begin = i
			}
		default:
			end(i)
		}
	}
	end(len(text))
	return words
}

var runSeed = maphash.MakeSeed()

// hashedRuns are the hashes of each three words in a row.
func hashedRuns(text string) map[uint64]bool {
	words := textWords(text)
	set := make(map[uint64]bool, len(words))
	var h maphash.Hash
	h.SetSeed(runSeed)
	for i := range max(1, len(words)-2) {
		h.Reset()
		for _, word := range words[i:min(i+3, len(words))] {
			_, _ = h.WriteString(word) // never fails
			_ = h.WriteByte(' ')
		}
		set[h.Sum64()] = true
	}
	return set
}

// similarity is the share of the runs of three words of the shorter text that the longer one holds,
// from 0 to 1; 0 when one text is less than half as long as the other. It is symmetric, because
// it asks whether two versions are of one article. [reading.Overlap] is not: it asks how much
// of a page is found elsewhere, and folds more spellings of a word.
func similarity(a, b string) float64 {
	x, y := hashedRuns(a), hashedRuns(b)
	if len(x) > len(y) {
		x, y = y, x
	}
	if 2*len(x) < len(y) {
		return 0
	}
	common := 0
	for s := range x {
		if y[s] {
			common++
		}
	}
	return float64(common) / float64(len(x))
}
