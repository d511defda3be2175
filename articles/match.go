package articles

import "slices"

// Topic is a program or a region by which articles are labelled.
type Topic struct {
	Slug   string   // in articles, preferences and addresses
	Name   string   // as readers see it
	Former []string // former slugs
}

// Named returns the labels of known with the given slugs, in the order of known. others are
// the slugs without a label in known, such as those of a program that is no longer
// configured.
func Named(known []Topic, slugs []string) (labels []Topic, others []string) {
	for _, l := range known {
		if slices.Contains(slugs, l.Slug) {
			labels = append(labels, l)
		}
	}
	for _, slug := range slugs {
		if !slices.ContainsFunc(labels, func(l Topic) bool { return l.Slug == slug }) {
			others = append(others, slug)
		}
	}
	return labels, others
}

// NameOf returns the name of the label with the given slug, or the slug itself when known
// has no such label.
func NameOf(known []Topic, slug string) string {
	for _, l := range known {
		if l.Slug == slug {
			return l.Name
		}
	}
	return slug
}

// Matches reports whether an article with the given labels is for readers with the given
// preference set. A set without programs takes all articles in that dimension, and so does
// a set without regions. An article without a label in a dimension matches only sets that
// are open in that dimension. [Store.CountMatching] is the same rule in SQL.
func Matches(articlePrograms, articleRegions, setPrograms, setRegions []string) bool {
	return Takes(setPrograms, articlePrograms) && Takes(setRegions, articleRegions)
}

// Takes reports whether a choice in one dimension takes an article with the given labels in
// that dimension.
func Takes(chosen, labels []string) bool {
	return len(chosen) == 0 || slices.ContainsFunc(labels, func(label string) bool { return slices.Contains(chosen, label) })
}
