package subscribers

import (
	"fmt"
	"strings"
	"unicode"

	"golang.org/x/net/idna"
)

// Limits of RFC 5321, section 4.5.3.1, in bytes.
const (
	maxAddress = 254
	maxLocal   = 64
)

// domains converts domains to the ASCII form of DNS, and refuses labels that no registry
// accepts (UTS 46, strict).
var domains = idna.New(idna.MapForLookup(), idna.BidiRule(), idna.StrictDomainName(true), idna.VerifyDNSLength(true))

// ParseAddress parses an email address from a form or a file and returns the form that
// emails are sent to: trimmed, with the domain in lower case and ASCII. The local part
// keeps its case for the mail server; compare addresses by [Fold]. The error is a clause
// that says which part of the address is wrong.
func ParseAddress(s string) (string, error) {
	s = strings.TrimSpace(s)
	at := strings.LastIndexByte(s, '@')
	switch {
	case s == "":
		return "", fmt.Errorf("an email address is needed, such as anna@example.org")
	case len(s) > 4*maxAddress:
		return "", fmt.Errorf("the address is too long")
	case at < 0:
		return "", fmt.Errorf("the address has no @; it should look like anna@example.org")
	case at == 0:
		return "", fmt.Errorf("there is nothing before the @")
	case at == len(s)-1:
		return "", fmt.Errorf("there is nothing after the @")
	}
	local := s[:at]
	if err := checkLocal(local); err != nil {
		return "", err
	}
	domain, err := parseDomain(s[at+1:])
	if err != nil {
		return "", err
	}
	if len(local)+1+len(domain) > maxAddress {
		return "", fmt.Errorf("the address is longer than %d characters", maxAddress)
	}
	return local + "@" + domain, nil
}

// ParseDomain parses the domain of addresses and returns the form that [ParseAddress] gives.
func ParseDomain(domain string) (string, error) {
	address, err := ParseAddress("reader@" + domain)
	return strings.TrimPrefix(address, "reader@"), err
}

// Fold parses an email address like [ParseAddress] and returns the form by which addresses
// are compared and looked up: the result of ParseAddress in lower case. Fold does not cut
// at "+", "-" or dots, because this could make two mailboxes one. The database stores and
// compares the folded form and never folds by itself: its lower() depends on a collation.
func Fold(s string) (string, error) {
	address, err := ParseAddress(s)
	return fold(address), err
}

// fold is [Fold] for an address that ParseAddress returned. Such an address is ASCII.
func fold(address string) string { return strings.ToLower(address) }

// checkLocal accepts a local part that is a dot-atom of RFC 5322. The quoted forms are
// legal too, but they are not in use, and mail servers parse them differently.
func checkLocal(local string) error {
	if len(local) > maxLocal {
		return fmt.Errorf("the part before the @ is longer than %d characters", maxLocal)
	}
	for _, r := range local {
		switch {
		case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', '0' <= r && r <= '9', strings.ContainsRune(".!#$%&'*+-/=?^_`{|}~", r):
		case r == '@':
			return fmt.Errorf("the address has more than one @")
		case unicode.IsSpace(r):
			return fmt.Errorf("there is a blank inside the address")
		case r > unicode.MaxASCII && unicode.IsLetter(r):
			return fmt.Errorf("the part before the @ has the letter %q, which mail servers do not all accept", r)
		default:
			return fmt.Errorf("the part before the @ has a character that is not allowed there: %q", r)
		}
	}
	if strings.HasPrefix(local, ".") || strings.HasSuffix(local, ".") || strings.Contains(local, "..") {
		return fmt.Errorf("a dot before the @ is at an end or next to another dot")
	}
	return nil
}

func parseDomain(s string) (string, error) {
	domain := lowerASCII(s)
	if !plainDomain(domain) {
		mapped, err := domains.ToASCII(s)
		if err != nil || !plainDomain(mapped) {
			return "", fmt.Errorf("%q is not a domain that emails can be sent to", clip(s, 60))
		}
		domain = mapped
	}
	dot := strings.LastIndexByte(domain, '.')
	if dot < 0 {
		return "", fmt.Errorf("the domain %q has no dot; it should look like example.org", domain)
	}
	if c := domain[dot+1]; '0' <= c && c <= '9' {
		return "", fmt.Errorf("the part after the @ is a number, not a domain such as example.org")
	}
	return domain, nil
}

// plainDomain reports whether s has labels of 1 to 63 lower-case letters, digits and inner
// hyphens, so that IDNA would not change it. Nearly all domains are plain, and an import
// checks a million of them. A label with hyphens in the third and fourth place is left to
// IDNA.
func plainDomain(s string) bool {
	if len(s) > 253 {
		return false
	}
	for label := range strings.SplitSeq(s, ".") {
		if len(label) == 0 || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		if len(label) >= 4 && label[2:4] == "--" && !strings.HasPrefix(label, "xn--") {
			return false
		}
		for i := range len(label) {
			if c := label[i]; !('a' <= c && c <= 'z' || '0' <= c && c <= '9' || c == '-') {
				return false
			}
		}
	}
	return !strings.HasPrefix(s, "xn--") && !strings.Contains(s, ".xn--") || validPunycode(s)
}

func validPunycode(s string) bool {
	back, err := domains.ToASCII(s)
	return err == nil && back == s
}

// lowerASCII returns an ASCII s in lower case and any other s unchanged. strings.ToLower
// would turn some letters, such as the Kelvin sign, into ASCII letters before IDNA checks
// them.
func lowerASCII(s string) string {
	for i := range len(s) {
		if c := s[i]; c >= 0x80 {
			return s
		}
	}
	return strings.ToLower(s)
}

// clip shortens s to about n bytes for a message, between two runes, and shows that it did.
func clip(s string, n int) string {
	for i := range s {
		if i >= n {
			return s[:i] + "…"
		}
	}
	return s
}
