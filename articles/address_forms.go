package articles

import (
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// addressKey is a canonical address without scheme and www: forms that lead to one page.
// addressKeySQL is the same of the column url; indexes use it.
func addressKey(address string) string {
	rest, isPlain := strings.CutPrefix(address, "http://")
	if !isPlain {
		var isSecure bool
		if rest, isSecure = strings.CutPrefix(address, "https://"); !isSecure {
			return address
		}
	}
	return strings.TrimPrefix(rest, "www.")
}

const addressKeySQL = `regexp_replace(url, '^https?://(www\.)?', '')`

// addressKeys returns the keys of addresses that are not empty.
func addressKeys(addresses ...string) []string {
	keys := []string{}
	for _, address := range addresses {
		if address != "" {
			keys = append(keys, addressKey(address))
		}
	}
	return keys
}

// Marks of copies of a page: for printing, for phones, in AMP, shared.
var (
	copyHost   = regexp.MustCompile(`^(m|mobile|amp|print|touch|wap)\.`)
	copyPart   = regexp.MustCompile(`^(amp|print|printable|printview|mobile|m)(\.html?)?$`)
	copyEnding = regexp.MustCompile(`[-_.](amp|print|printable|mobile)(\.html?)?$`)
	indexPart  = regexp.MustCompile(`^(?i)(index|default)\.(html?|php|aspx?|jsp)$`)
	copyValues = []string{"", "1", "true", "yes", "amp", "print", "mobile", "m"}
	copyNames  = []string{"amp", "print", "printable", "printview", "mobile", "view", "output", "outputtype", "format", "nonamp", "noamp", "display", "mode"}
)

// copyBase is the key of the page that an address with marks of a copy is a copy of; of
// any other address it is the address's own key. It is a guess that texts must confirm.
func copyBase(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return addressKey(address)
	}
	u.Host = copyHost.ReplaceAllString(strings.TrimPrefix(u.Host, "www."), "")
	var parts []string
	for _, part := range strings.Split(u.Path, "/") {
		if !copyPart.MatchString(part) {
			parts = append(parts, copyEnding.ReplaceAllString(part, "$2"))
		}
	}
	if last := len(parts) - 1; last > 0 && indexPart.MatchString(parts[last]) {
		parts = parts[:last]
	}
	u.Path, u.RawPath = strings.ToLower(strings.Join(parts, "/")), "" // Windows servers ignore case
	var kept []string
	for _, pair := range strings.Split(u.RawQuery, "&") {
		if !isCopyParameter(strings.ToLower(pair)) {
			kept = append(kept, pair)
		}
	}
	u.RawQuery = strings.Join(kept, "&")
	return addressKey(plainAddress(u.String()))
}

func isCopyParameter(pair string) bool {
	name, value, _ := strings.Cut(pair, "=")
	switch name {
	case "share", "shared", "replytocom", "like_comment", "preview", "nr":
		return true
	}
	return slices.Contains(copyNames, name) && slices.Contains(copyValues, value)
}

// copyWord is a mark of a copy anywhere in a path.
var copyWord = regexp.MustCompile(`[/\-_.](amp|print|printable|mobile|share)([/\-_.?]|$)`)

// looksLikeCopy reports whether an address has marks of a copy or any parameters, so that
// another address of the same text is the better one.
func looksLikeCopy(address string) bool {
	return copyBase(address) != addressKey(address) || strings.Contains(address, "?") || copyWord.MatchString(address) || firstPage(address) != ""
}

// Numbers of the further pages of a long article.
var (
	pagePath  = regexp.MustCompile(`^(.+?)(?:/(?:page|seite|pagina|sayfa|strona)[/-]?|/)([2-9]|[1-9][0-9])$`)
	pageNames = []string{"page", "paged", "pg", "pagenum", "seite", "pagina", "sayfa", "strona"}
)

// firstPage returns the address of an article's first page, of an address that may be that of
// a further page; else the empty string. It is a guess that titles must confirm.
func firstPage(address string) string {
	base, query, isQuery := strings.Cut(address, "?")
	if !isQuery {
		if m := pagePath.FindStringSubmatch(address); m != nil {
			return m[1]
		}
		return ""
	}
	pairs := strings.Split(query, "&")
	kept := slices.DeleteFunc(slices.Clone(pairs), func(pair string) bool {
		name, value, _ := strings.Cut(strings.ToLower(pair), "=")
		n, err := strconv.Atoi(value)
		return err == nil && n > 1 && slices.Contains(pageNames, name)
	})
	switch {
	case len(kept) == len(pairs):
		return ""
	case len(kept) == 0:
		return base
	}
	return base + "?" + strings.Join(kept, "&")
}

// isSamePage reports whether two addresses name one page, apart from marks of copies. It is
// stricter than [reading.IsCopyOf], which compares the last parts of two paths alone: a wrong
// yes here joins two articles for good, and there it only keeps a page from being taken for a
// wall.
func isSamePage(a, b string) bool { return a != "" && b != "" && copyBase(a) == copyBase(b) }
