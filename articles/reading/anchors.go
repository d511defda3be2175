package reading

import (
	"net/url"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// idPrefix begins the ids of a text, so that none is the id or the name of something on a
// page that shows the text.
const idPrefix = "text-"

// anchor keeps the ids of headings and of the places that links of the text lead to, such
// as footnotes, and lets those links lead there. Links to other places of the page, which
// has these addresses, lead to the first of them.
func anchor(n *html.Node, pages ...string) {
	wanted := map[string]bool{}
	var links []*html.Node
	for d := range n.Descendants() {
		if d.DataAtom != atom.A {
			continue
		}
		if fragment, ok := fragmentOf(attribute(d, "href"), pages); ok {
			wanted[fragment] = true
			links = append(links, d)
		}
	}
	found := map[string]bool{}
	for d := range n.Descendants() {
		if d.Type == html.ElementNode {
			keepID(d, wanted, found)
		}
	}
	for _, link := range links {
		fragment, _ := fragmentOf(attribute(link, "href"), pages)
		target := ""
		switch id := cleanID(fragment); {
		case fragment == "":
		case found[id]:
			target = "#" + id
		case firstText(pages...) != "":
			target, _, _ = strings.Cut(firstText(pages...), "#")
			target += "#" + url.PathEscape(fragment)
		}
		setAttribute(link, "href", target)
	}
}

// fragmentOf is the place on the page itself that an address leads to. It reports whether
// the address leads to the page.
func fragmentOf(href string, pages []string) (string, bool) {
	address, fragment, ok := strings.Cut(strings.TrimSpace(href), "#")
	if !ok || len(fragment) > 200 {
		return "", false
	}
	if address != "" && !slices.ContainsFunc(pages, func(page string) bool { return isAddressOf(address, page) }) {
		return "", false
	}
	if decoded, err := url.PathUnescape(fragment); err == nil {
		fragment = decoded
	}
	return fragment, true
}

// isAddressOf reports whether an address, perhaps relative, is that of a page.
func isAddressOf(address, page string) bool {
	own, _, _ := strings.Cut(page, "#")
	return page != "" && strings.TrimRight(Resolve(page, address), "/") == strings.TrimRight(own, "/")
}

// keepID gives an element its id anew, or takes it away when nothing needs it.
func keepID(n *html.Node, wanted, found map[string]bool) {
	ids := []string{attribute(n, "id")}
	if n.DataAtom == atom.A {
		ids = append(ids, attribute(n, "name"))
	}
	n.Attr = slices.DeleteFunc(n.Attr, func(a html.Attribute) bool { return a.Key == "id" || a.Key == "name" })
	for _, id := range ids {
		clean := cleanID(id)
		if clean == "" || found[clean] || !wanted[id] && headingLevel(n) == 0 {
			continue
		}
		found[clean] = true
		n.Attr = append(n.Attr, html.Attribute{Key: "id", Val: clean})
		switch n.DataAtom {
		case atom.Header, atom.Footer, atom.Article, atom.Main, atom.Aside, atom.Nav, atom.Center:
			become(n, atom.Div) // the text contains none of these
		default:
		}
		return
	}
}

// cleanID is an id as the text writes it: with [idPrefix], and with letters, digits and
// a few marks alone. It is empty without any of them.
func cleanID(id string) string {
	id = strings.TrimPrefix(id, idPrefix)
	clean := strings.Map(func(r rune) rune {
		switch {
		case unicode.In(r, unicode.L, unicode.M, unicode.N), strings.ContainsRune("_.:-", r):
			return r
		case unicode.IsSpace(r):
			return '-'
		}
		return -1
	}, id)
	if runes := []rune(clean); len(runes) > 100 {
		clean = string(runes[:100])
	}
	if clean == "" {
		return ""
	}
	return idPrefix + clean
}

// setAttribute sets an attribute; an empty value takes it away.
func setAttribute(n *html.Node, key, value string) {
	n.Attr = slices.DeleteFunc(n.Attr, func(a html.Attribute) bool { return a.Key == key })
	if value != "" {
		n.Attr = append(n.Attr, html.Attribute{Key: key, Val: value})
	}
}
