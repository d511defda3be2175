package reading

import (
	"errors"
	"net/url"
	"strings"
	"unicode/utf8"
)

// MaxAddress is the length of the longest address that is accepted, in bytes.
const MaxAddress = 2000

// CanonicalURL is the form in which two addresses of one page are equal: scheme and
// host in small letters, no default port, no fragment, no parameters that only track
// the way to the page, no slash at the end. Errors say why raw is no web address.
func CanonicalURL(raw string) (string, error) {
	raw = strings.TrimSpace(raw)
	if len(raw) > MaxAddress {
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
	if len(canonical) > MaxAddress { // escaping has made it longer
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
	return trackingParameters[name] || strings.HasPrefix(name, "utm_") || strings.HasPrefix(name, "pk_") || strings.HasPrefix(name, "mtm_")
}

// Resolve makes ref absolute, as a link on a page at base. It returns the empty string
// when ref is empty or either cannot be read.
func Resolve(base, ref string) string {
	ref = strings.TrimSpace(ref)
	b, err := url.Parse(base)
	if err != nil || ref == "" {
		return ""
	}
	u, err := b.Parse(ref)
	if err != nil {
		return ""
	}
	return u.String()
}
