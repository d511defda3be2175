package reading

import (
	"slices"
	"strings"
)

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
