package articles

import (
	"net/url"
	"path"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// matchesPath reports whether address has a path that pattern describes: * stands for
// one part of it. An empty pattern matches all.
func matchesPath(pattern, address string) bool {
	if pattern == "" {
		return true
	}
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	p := strings.TrimRight(u.Path, "/")
	if p == "" {
		p = "/"
	}
	ok, err := path.Match(strings.TrimRight(pattern, "/"), p)
	return ok && err == nil
}

// letters that decomposition leaves, and how addresses write them.
var plainLetters = strings.NewReplacer("ə", "e", "ı", "i", "ø", "o", "ł", "l", "đ", "d", "ß", "ss", "æ", "ae", "œ", "oe", "’", "", "'", "", "ʻ", "")

// AuthorSlug is the name of an author's feed: small letters and digits, joined by
// hyphens, accents taken off. Letters of other scripts stay.
func AuthorSlug(name string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(plainLetters.Replace(strings.ToLower(name))) {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			b.WriteRune(r)
		case unicode.Is(unicode.Mn, r):
		default:
			if s := b.String(); s != "" && !strings.HasSuffix(s, "-") {
				b.WriteByte('-')
			}
		}
	}
	return norm.NFC.String(strings.TrimSuffix(b.String(), "-"))
}
