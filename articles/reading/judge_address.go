package reading

import (
	"net/url"
	"path"
	"regexp"
	"strings"
)

// addressPart returns the last part of an address, or its host, if it is one of parts, or
// the host's name begins with one; empty when it is not.
func addressPart(address string, parts map[string]bool) string {
	u, err := url.Parse(address)
	if err != nil || address == "" {
		return ""
	}
	if host, _, _ := strings.Cut(u.Hostname(), "."); parts[host] {
		return u.Hostname()
	}
	p := strings.ToLower(strings.TrimRight(u.Path, "/"))
	if strings.HasPrefix(path.Base(p), "index.") {
		p = path.Dir(p)
	}
	if last := path.Base(p); parts[last] {
		return last
	}
	return ""
}

// listingPart returns the part before an address's last that names a listing: /tag/x.
func listingPart(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	before := path.Base(path.Dir(strings.ToLower(strings.TrimRight(u.Path, "/"))))
	if listingParts[before] {
		return before
	}
	return ""
}

// partOf returns the first part of an address's path that is one of parts, or "".
func partOf(address string, parts map[string]bool) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	for part := range strings.SplitSeq(strings.ToLower(u.Path), "/") {
		if parts[part] {
			return part
		}
	}
	return ""
}

var frontPagePath = regexp.MustCompile(`(?i)^(/[a-z]{2}(-[a-z]{2})?)?/?((index|home|default|main|start)(\.\w{2,5})?)?/?$`)

// IsFrontPage reports whether an address is a site's, or a language's on the site.
func IsFrontPage(address string) bool {
	u, err := url.Parse(address)
	return err == nil && u.Host != "" && u.RawQuery == "" && frontPagePath.MatchString(u.Path)
}

// isRoot reports whether an address has neither path nor query.
func isRoot(address string) bool {
	u, err := url.Parse(address)
	return err == nil && u.Host != "" && u.RawQuery == "" && strings.Trim(u.Path, "/") == ""
}

// isSectionOf reports whether an address lies above another on one host. A print or AMP
// copy lies below its article, and so does the second page of one.
func isSectionOf(section, below string) bool {
	s, errS := url.Parse(section)
	b, errB := url.Parse(below)
	if errS != nil || errB != nil || !strings.EqualFold(s.Host, b.Host) {
		return false
	}
	rest, is := strings.CutPrefix(strings.TrimRight(b.Path, "/"), strings.TrimRight(s.Path, "/")+"/")
	return is && !copyParts.MatchString(rest)
}

var copyParts = regexp.MustCompile(`(?i)^(print|printer|amp|mobile|m|feed|pdf|page/\d+|\d{1,2}|comments?|full|text|share|index\.\w+)([./].*)?$`)

// IsCopyOf reports whether two addresses are likely of one article: print, AMP and mobile
// copies, and an article in two sections, share the last part of their path.
func IsCopyOf(a, b string) bool {
	partA, queryA := lastPart(a)
	partB, queryB := lastPart(b)
	return a == b || partA != "" && partA == partB && (queryA == "" || queryB == "" || queryA == queryB)
}

var copyName = regexp.MustCompile(`^(print|printer|amp|mobile|m|full)(\.\w+)?$`)

// lastPart is the last part of an address's path without the marks of a copy, and the query.
func lastPart(address string) (part, query string) {
	u, err := url.Parse(address)
	if err != nil {
		return "", ""
	}
	p := strings.ToLower(strings.TrimRight(u.Path, "/"))
	for copyName.MatchString(path.Base(p)) && strings.Count(p, "/") > 1 {
		p = path.Dir(p)
	}
	part = path.Base(p)
	if part == "/" || part == "." {
		return "", u.RawQuery
	}
	part = strings.TrimSuffix(part, path.Ext(part))
	for _, mark := range []string{"print", "amp", "mobile"} {
		part = strings.TrimSuffix(strings.TrimPrefix(part, mark+"-"), "-"+mark)
	}
	return part, u.RawQuery
}
