package articles

import (
	"errors"
	"net/url"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// maxAddress is the longest address that is taken for one.
const maxAddress = 2000

// CanonicalURL is the form in which two addresses of one page are equal: scheme and
// host in small letters, no default port, no fragment, no parameters that only track
// the way to the page, no slash at the end. Errors say why raw is no web address.
func CanonicalURL(raw string) (string, error) {
	raw = strings.TrimSpace(raw)
	if len(raw) > maxAddress {
		return "", errLongAddress
	}
	u, err := url.Parse(raw)
	if err != nil || !utf8.ValidString(raw) {
		return "", errors.New("the address cannot be read")
	}
	u.Scheme, u.Host = strings.ToLower(u.Scheme), strings.ToLower(u.Host)
	if (u.Scheme != "http" && u.Scheme != "https") || u.Hostname() == "" || u.User != nil {
		return "", errors.New("it is no web address")
	}
	if port := u.Port(); port == "" || u.Scheme == "http" && port == "80" || u.Scheme == "https" && port == "443" {
		u.Host = strings.TrimSuffix(u.Host, ":"+port)
	}
	u.Fragment, u.RawFragment = "", ""
	u.ForceQuery = false
	if u.RawQuery != "" {
		u.RawQuery = withoutTracking(u.RawQuery)
	}
	u.Path = strings.TrimRight(u.Path, "/")
	u.RawPath = strings.TrimRight(u.RawPath, "/")
	canonical := u.String()
	if len(canonical) > maxAddress { // escaping has made it longer
		return "", errLongAddress
	}
	return canonical, nil
}

var errLongAddress = errors.New("the address is longer than 2,000 characters")

// withoutTracking drops parameters that name where a visitor came from, and leaves the
// order of the others as it is.
func withoutTracking(query string) string {
	var kept []string
	for _, pair := range strings.Split(query, "&") {
		name, _, _ := strings.Cut(pair, "=")
		if pair != "" && !isTracking(strings.ToLower(name)) {
			kept = append(kept, pair)
		}
	}
	return strings.Join(kept, "&")
}

func isTracking(name string) bool {
	switch name {
	case "fbclid", "gclid", "dclid", "gbraid", "wbraid", "msclkid", "yclid", "igshid", "twclid", "ttclid",
		"mc_cid", "mc_eid", "_hsenc", "_hsmi", "mkt_tok", "vero_id", "ref_src", "cmpid", "wt_mc":
		return true
	}
	return strings.HasPrefix(name, "utm_") || strings.HasPrefix(name, "pk_") || strings.HasPrefix(name, "mtm_")
}

// matchesPath tells whether address has a path that pattern describes: * stands for
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
