package reading

import (
	"net/url"
	"regexp"
	"strings"
)

// pageRule turns the address of a player into that of a page or a picture.
type pageRule struct {
	path *regexp.Regexp // of the player, with its query
	page string         // with $1 for the expression's groups and {host}; ?name is the value of a parameter
}

// pageTable are rules by the host of the player; "*" is any.
type pageTable struct{ byHost map[string][]pageRule }

// pagesOf makes a table of rules. A rule has the host, an expression for the path with the
// query, and the page's address.
func pagesOf(rules []rule) *pageTable {
	t := &pageTable{}
	addTable(rules, func(rules []rule) {
		t.byHost = map[string][]pageRule{}
		for _, r := range rules {
			f := strings.Fields(r.text)
			t.byHost[f[0]] = append(t.byHost[f[0]], pageRule{regexp.MustCompile(`^` + f[1]), f[2]})
		}
	})
	return t
}

// of is the page or picture of the piece at an absolute address; empty without a rule.
func (t *pageTable) of(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	for host := strings.ToLower(u.Hostname()); ; {
		if host == "" {
			host = "*"
		}
		for _, r := range t.byHost[host] {
			if page := r.apply(u); page != "" {
				return page
			}
		}
		if host == "*" {
			return ""
		}
		_, host, _ = strings.Cut(host, ".")
	}
}

// apply is the address that the rule makes of a player's; empty when it is of another
// form.
func (r pageRule) apply(u *url.URL) string {
	text := u.EscapedPath()
	if u.RawQuery != "" {
		text += "?" + u.RawQuery
	}
	m := r.path.FindStringSubmatchIndex(text)
	if m == nil {
		return ""
	}
	if name, ok := strings.CutPrefix(r.page, "?"); ok {
		value := webAddress(u.String(), u.Query().Get(name))
		if u.Query().Get(name) == "" {
			return ""
		}
		return value
	}
	return webAddress("", string(r.path.ExpandString(nil, strings.ReplaceAll(r.page, "{host}", u.Host), text, m)))
}

// pageOfMedia is the page for people of the piece that a player at an absolute address
// plays; the player's address where no page is known.
func pageOfMedia(address string) string {
	for range 2 { // a player may play another's piece
		page := mediaPages.of(address)
		if page == "" {
			break
		}
		address = page
	}
	return address
}

// pictureOfMedia is the address of the still picture that a service offers for a piece;
// empty where none is known.
func pictureOfMedia(address string) string {
	if strings.Contains(address, "/videoseries") { // YouTube's lists have the form of a video's id
		return ""
	}
	return mediaPictures.of(address)
}
