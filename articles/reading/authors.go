package reading

import (
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// chooseAuthors takes the authors in the metadata, unless they are the site itself or fewer
// than people are told of.
func chooseAuthors(marked []string, f *facts, h head) []string {
	var best []string
	for _, names := range [][]string{f.authors, h.authors, marked, metaAuthors(f), h.weak} {
		names = slices.DeleteFunc(slices.Clone(names), func(name string) bool {
			return f.site != "" && strings.EqualFold(name, f.site) && len(h.authors)+len(marked) > 0
		})
		if len(best) == 0 || len(names) > len(best) && includes(names, best) {
			best = names
		}
	}
	return best
}

// includes reports whether all of few are among many.
func includes(many, few []string) bool {
	for _, name := range few {
		if !slices.ContainsFunc(many, func(other string) bool { return strings.EqualFold(name, other) }) {
			return false
		}
	}
	return true
}

// inverted is a name as libraries write it: "Roe, Jane".
var inverted = regexp.MustCompile(`^(\p{Lu}[\p{L}'’-]+),\s+(\p{Lu}[\p{L}'’-]+(?: \p{Lu}\.?)?)$`)

func metaAuthors(f *facts) []string {
	var names []string
	for _, content := range f.authorMetas {
		found := SplitAuthors(content)
		if m := inverted.FindStringSubmatch(oneLine(content)); m != nil {
			found = []string{m[2] + " " + m[1]}
		}
		for _, name := range found {
			if !slices.ContainsFunc(names, func(other string) bool { return strings.EqualFold(name, other) }) {
				names = append(names, name)
			}
		}
	}
	return names
}

// markedAuthors are names that the markup of an article calls authors, most exact markup first.
func (t *tree) markedAuthors(scope *html.Node) []string {
	var exact, linked, named, loose []string
	for n := range t.descend(scope) {
		itemprop := attribute(n, "itemprop")
		switch {
		case itemprop == "author" || itemprop == "creator":
			exact = addNames(exact, firstText(attribute(n, "content"), t.itempropName(n), t.shortText(n)))
		case n.DataAtom == atom.A && hasWord(attribute(n, "rel"), "author"):
			linked = addNames(linked, t.shortText(n))
		default:
			words := t.names(n)
			switch authorWord(words) {
			case 2:
				named = addNames(named, t.shortText(n))
			case 1:
				loose = t.addPeople(loose, n)
			}
		}
	}
	for _, found := range [][]string{exact, linked, named, loose} {
		if len(found) > 0 {
			return found
		}
	}
	return nil
}

func (t *tree) itempropName(n *html.Node) string {
	if t.sizeOf(n).elements > shortElements {
		return ""
	}
	for e := range t.descend(n) {
		if attribute(e, "itemprop") == "name" {
			return firstText(attribute(e, "content"), t.shortText(e))
		}
	}
	return ""
}

// authorWord tells how surely an element's names call it an author: 2 for a name's own
// element, 1 for a byline, 0 not at all.
func authorWord(words []string) int {
	found := 0
	for i, w := range words {
		next := ""
		if i+1 < len(words) {
			next = words[i+1]
		}
		switch {
		case besideAuthor[w]:
			if found > 0 || i+1 == len(words) {
				return 0
			}
		case bylineNames[w]:
			if next == "name" || next == "names" || w == "username" || next == "link" && i+2 == len(words) {
				return 2
			}
			found = 1
		}
	}
	return found
}

// isPeoplePage reports whether an address leads to a page about persons: /people/,
// /authors/lena-fox, /@lena.
func isPeoplePage(address string) bool {
	parts := strings.Split(strings.ToLower(address), "/")
	return namesAuthor(address) || slices.ContainsFunc(parts[1:], func(part string) bool {
		return personParts[part] || strings.HasPrefix(part, "@")
	})
}

// isPersonPage reports whether an address leads to a page about one person.
func isPersonPage(address string) bool {
	parts := strings.Split(strings.ToLower(address), "/")
	for i, part := range parts[1:] {
		isLast := i+2 == len(parts)
		if personParts[part] && !isLast && strings.IndexAny(parts[i+2]+"?", "?#") > 0 || strings.HasPrefix(part, "@") && len(part) > 1 {
			return true
		}
	}
	return namesAuthor(address)
}

// namesAuthor reports whether the query of an address asks for an author.
func namesAuthor(address string) bool {
	address = strings.ToLower(address)
	return strings.Contains(address, "?author=") || strings.Contains(address, "&author=")
}

// addPeople adds the names in an element for authors, which may hold much else: those
// that link to pages about persons, else its short lines that are names.
func (t *tree) addPeople(names []string, n *html.Node) []string {
	if t.text(n) > 4*maxByline || t.sizeOf(n).elements > shortElements {
		return names
	}
	before := len(names)
	for e := range t.descend(n) {
		if e.DataAtom == atom.A && isPeoplePage(attribute(e, "href")) && len(strings.Fields(t.shortText(e))) <= 8 {
			names = addNames(names, t.shortText(e))
		}
	}
	if len(names) > before {
		return names
	}
	runs := t.runsOf(n)
	for _, r := range runs {
		text := r.text
		dateTail(&text)
		if found := SplitAuthors(text); len(runs) == 1 || len(found) > 0 && arePeople(found) {
			names = addNames(names, text)
		}
	}
	return names
}

func addNames(names []string, text string) []string {
	if len(text) > maxByline || len(names) >= maxAuthors {
		return names
	}
	dateTail(&text)
	for _, name := range SplitAuthors(text) {
		if len(strings.Fields(name)) <= 6 && plausibleNames([]string{name}) && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}
