package reading

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/gogs/chardet"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
)

// maxSample is how much text a guess reads.
const maxSample = 64 << 10

// sampleOf returns the beginning of a document's text, without tags and scripts.
func sampleOf(body []byte) []byte {
	sample := make([]byte, 0, min(len(body), maxSample))
	body = body[:min(len(body), 32*maxSample)]
	for len(body) > 0 && len(sample) < maxSample {
		tag := bytes.IndexByte(body, '<')
		if tag < 0 {
			tag = len(body)
		}
		sample = append(append(sample, body[:tag]...), ' ')
		body = behindTag(body[tag:])
	}
	return sample
}

// behindTag returns a document from the end of the tag that it begins with; of a script
// or a style, from the end of the element.
func behindTag(body []byte) []byte {
	for _, name := range []string{"script", "style"} {
		if len(body) > len(name) && strings.EqualFold(string(body[1:1+len(name)]), name) {
			if end := bytes.Index(body, []byte("</")); end > 0 {
				body = body[end:]
			}
			break
		}
	}
	if end := bytes.IndexByte(body, '>'); end >= 0 {
		return body[end+1:]
	}
	return nil
}

var languageAttribute = regexp.MustCompile(`(?i)<html[^>]{0,500}?\slang\s*=\s*["']?([a-z]{2,3})`)

// languageIn returns the language that the document declares, in two or three letters;
// empty without a declaration.
func languageIn(body []byte) string {
	if m := languageAttribute.FindSubmatch(body[:min(len(body), 2048)]); m != nil {
		return strings.ToLower(string(m[1]))
	}
	return ""
}

// legacy are the encodings before Unicode, by the language of the page.
var legacy = map[string]string{
	"ru": "windows-1251", "uk": "windows-1251", "be": "windows-1251", "bg": "windows-1251", "sr": "windows-1251", "mk": "windows-1251", "kk": "windows-1251", "ky": "windows-1251", "tg": "windows-1251", "mn": "windows-1251",
	"tr": "windows-1254", "az": "windows-1254", "pl": "windows-1250", "cs": "windows-1250", "sk": "windows-1250", "hu": "windows-1250", "ro": "windows-1250", "hr": "windows-1250", "sl": "windows-1250",
	"lt": "windows-1257", "lv": "windows-1257", "et": "windows-1257", "el": "windows-1253", "he": "windows-1255", "ar": "windows-1256", "fa": "windows-1256", "ur": "windows-1256", "vi": "windows-1258", "th": "windows-874",
	"zh": "gb18030", "ja": "shift_jis", "ko": "euc-kr",
	"de": "windows-1252", "fr": "windows-1252", "es": "windows-1252", "it": "windows-1252", "pt": "windows-1252", "nl": "windows-1252", "sv": "windows-1252", "da": "windows-1252", "no": "windows-1252", "nb": "windows-1252", "fi": "windows-1252", "en": "windows-1252",
}

// unlisted are encodings that the statistics do not know.
var unlisted = []string{"koi8-u", "ibm866", "windows-874"}

// guess returns the likeliest encoding of a text: of those that the language of the page,
// the statistics of its bytes and its declarations suggest, the one by which it has the
// fewest oddities; among equals the first.
func guess(sample []byte, language string, labels []string) encoding.Encoding {
	var best encoding.Encoding = charmap.Windows1252
	least := 1.0
	names := append([]string{legacy[language]}, likely(sample)...)
	for _, name := range slices.Concat(names, labels, unlisted) {
		e, err := htmlindex.Get(name)
		if err != nil {
			continue
		}
		if odd := oddities(decodeAs(e, sample)); odd < least-0.02 {
			best, least = e, odd
		}
	}
	return best
}

// likely returns the encodings that the statistics of the bytes suggest, the likeliest first.
func likely(sample []byte) []string {
	results, err := chardet.NewTextDetector().DetectAll(sample)
	if err != nil {
		return nil
	}
	var names []string
	for _, r := range results {
		name := strings.TrimSuffix(strings.ToLower(r.Charset), "-i")
		if name == "iso-8859-6" || name == "iso-8859-8" { // the pages of these languages are in the wider encodings
			names = append(names, map[string]string{"iso-8859-6": "windows-1256", "iso-8859-8": "windows-1255"}[name])
		}
		if !strings.HasPrefix(name, "utf-") && r.Confidence >= 10 {
			names = append(names, name)
		}
	}
	return names
}

// maxOddities is the share of odd letters by which a declared encoding is still believed.
const maxOddities = 0.1

// oddities is how much of a text, as a share of its letters beyond ASCII, speaks against
// its encoding: letters without a meaning, words of two scripts, capitals behind small
// letters, signs within words, and Latin words that are accents alone. It is 1 at most.
func oddities(text []byte) float64 {
	all, odd, accents, letters := 0, 0, 0, 0
	before := ' '
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRune(text[i:])
		i += size
		if r >= utf8.RuneSelf {
			all++
			next, _ := utf8.DecodeRune(text[i:])
			if isOdd(before, r, next) {
				odd++
			}
		}
		if unicode.Is(unicode.Latin, r) {
			letters++
			if r >= utf8.RuneSelf {
				accents++
			}
		}
		before = r
	}
	if all == 0 {
		return 0
	}
	if accents*2 > letters { // no language writes so many
		odd += accents / 2
	}
	return min(1, float64(odd)/float64(all))
}

// isOdd reports whether a letter beyond ASCII is odd between its neighbours.
func isOdd(before, r, next rune) bool {
	switch {
	case r == utf8.RuneError, r < 0xa0, unicode.Is(unicode.Co, r), r >= 0xff61 && r <= 0xff9f: // the last: half a letter wide, seen where the bytes mean something else
		return true
	case !unicode.IsLetter(r) && !unicode.IsMark(r):
		return unicode.IsLetter(before) && unicode.IsLetter(next) && !strings.ContainsRune("’‘–—·…-", r) && !isEastAsianMark(r)
	case unicode.IsLetter(before) && scriptOf(before) != scriptOf(r):
		return true
	}
	return unicode.IsUpper(r) && unicode.IsLower(before)
}

// isEastAsianMark tells punctuation between letters that has no blank beside it.
func isEastAsianMark(r rune) bool {
	return r >= 0x3000 && r <= 0x303f || r >= 0xff00 && r <= 0xff65
}

// scriptOf groups letters by scripts that words do not mix.
func scriptOf(r rune) int {
	switch {
	case r < 0x250 || r >= 0x1e00 && r < 0x1f00:
		return 1 // Latin
	case r < 0x400:
		return 2 // Greek
	case r < 0x530:
		return 3 // Cyrillic
	case r < 0x600:
		return 4 // Armenian, Hebrew
	case r < 0x900:
		return 5 // Arabic
	case r < 0x1100:
		return 6 // of India and its neighbours
	}
	return 7 // of East Asia
}
