package reading

import (
	"slices"
	"strings"
	"unicode"
)

// byline is the authors that one part of a page names.
type byline struct {
	names   []string
	weight  int    // how sure this kind of part is
	rule    string // see [Fact]
	element string
}

// chooseAuthors takes the authors that the surest parts of the page name. Parts that name
// the same person confirm each other; the site itself, organisations and accounts come
// after persons. A part that names further persons completes the others.
func chooseAuthors(marked, about byline, f *facts, h head) byline {
	line := byline{h.authors, 5, "byline", h.authorElement}
	if h.authorsBelow {
		line.weight = 3
	}
	all := []byline{
		{f.authors, 6, "structured data", ldElement},
		line,
		marked,
		{metaAuthors(f), 4, "metadata", f.authorElement},
		{h.weak, 2, "name beside the date", ""},
		about,
	}
	all = slices.DeleteFunc(all, func(b byline) bool { return len(b.names) == 0 })
	var best byline
	most := -100
	for i, b := range all {
		points := 2*b.weight - b.doubt(f.site)
		for j, other := range all {
			if i != j && shareName(b.names, other.names) {
				points += other.weight
			}
		}
		if points > most {
			best, most = b, points
		}
	}
	for _, b := range all {
		if len(b.names) > len(best.names) && b.weight > 2 && includes(b.names, best.names) {
			best = b
		}
	}
	return best
}

// doubt is how much speaks against names as authors of an article.
func (b byline) doubt(site string) int {
	doubt := 0
	switch {
	case !slices.ContainsFunc(b.names, func(name string) bool { return !isSite(name, site) }):
		doubt = 20
	case !slices.ContainsFunc(b.names, func(name string) bool { return !isOrganisation(name) }):
		doubt = 6
	case !slices.ContainsFunc(b.names, func(name string) bool { return !isAccount(name) }):
		doubt = 5
	}
	return doubt
}

// isSite reports whether a name is the site's, with or without further words.
func isSite(name, site string) bool {
	name, site = strings.ToLower(name), strings.ToLower(site)
	return site != "" && (strings.Contains(site, name) || strings.Contains(name, site))
}

// isAccount tells the name of an account from a person's: one word in small letters.
func isAccount(name string) bool {
	return !strings.Contains(name, " ") && strings.IndexFunc(name, unicode.IsUpper) < 0 && strings.IndexFunc(name, unicode.IsLower) >= 0
}

func shareName(some, others []string) bool {
	return slices.ContainsFunc(some, func(name string) bool { return includes(others, []string{name}) })
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

func metaAuthors(f *facts) []string {
	var names []string
	for _, content := range f.authorMetas {
		for _, name := range machineNames(content) {
			if !includes(names, []string{name}) {
				names = append(names, name)
			}
		}
	}
	return names
}
