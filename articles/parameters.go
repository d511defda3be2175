package articles

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// learnedAfter is the number of articles that must have been found at an address with a
// parameter and at one without it, or with another value, before the parameter counts as idle.
const learnedAfter = 5

// knownAddress is an address of an article: its present one, or a former or further one.
type knownAddress struct {
	URL  string `db:"url"`
	Also string `db:"also"` // empty: the article has no other address
}

// idleParameters are the parameters of addresses that change nothing at a source, which it
// shows by its known articles: several have addresses that differ by the parameter alone, and
// no two articles do. So "?id=12" is not idle, and "?session=12" is.
func idleParameters(known []knownAddress) []string {
	own := map[string]bool{}
	for _, k := range known {
		own[withoutParameters(k.URL, nil)] = true
	}
	matters, articles, reduced := map[string]bool{}, map[string]map[string]bool{}, map[string]string{}
	for _, k := range known {
		for _, name := range parameterNames(k.URL) {
			rest := withoutParameters(k.URL, []string{name})
			other, isShared := reduced[name+" "+rest]
			matters[name] = matters[name] || own[rest] || isShared && other != k.URL
			reduced[name+" "+rest] = k.URL
		}
		if name := parameterBetween(k.URL, k.Also); k.Also != "" && name != "" {
			if articles[name] == nil {
				articles[name] = map[string]bool{}
			}
			articles[name][k.URL] = true
		}
	}
	var idle []string
	for name, at := range articles {
		if len(at) >= learnedAfter && !matters[name] {
			idle = append(idle, name)
		}
	}
	slices.Sort(idle)
	return idle
}

// maxParameters is the number of parameters of an address from which nothing is learned. It
// bounds the comparison of hostile addresses.
const maxParameters = 20

// parameterNames are the names of the parameters of an address, in small letters; none of an
// address with too many.
func parameterNames(address string) []string {
	_, query, _ := strings.Cut(address, "?")
	if strings.Count(query, "&") >= maxParameters {
		return nil
	}
	var names []string
	for _, pair := range strings.Split(query, "&") {
		if name, _, _ := strings.Cut(strings.ToLower(pair), "="); name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// parameterBetween returns the name of the one parameter by which two addresses differ: by
// its value, or by its presence. It is empty where they differ by anything else.
func parameterBetween(a, b string) string {
	for _, name := range append(parameterNames(a), parameterNames(b)...) {
		if withoutParameters(a, nil) != withoutParameters(b, nil) && withoutParameters(a, []string{name}) == withoutParameters(b, []string{name}) {
			return name
		}
	}
	return ""
}

// withoutParameters returns the key of an address without these parameters, the others in
// alphabetical order.
func withoutParameters(address string, names []string) string {
	base, query, _ := strings.Cut(addressKey(address), "?")
	var kept []string
	for _, pair := range strings.Split(query, "&") {
		if name, _, _ := strings.Cut(strings.ToLower(pair), "="); pair != "" && !slices.Contains(names, name) {
			kept = append(kept, pair)
		}
	}
	slices.Sort(kept)
	return base + "?" + strings.Join(kept, "&")
}

// plainCandidates replaces the addresses of a list that differ only by idle parameters from a
// known one, or from another of the list. One of them is left as it is, another one each hour,
// so that a parameter that begins to matter is noticed.
func (g *Gatherer) plainCandidates(ctx context.Context, s Source, candidates []candidate) ([]candidate, error) {
	if !slices.ContainsFunc(candidates, func(c candidate) bool { return strings.Contains(c.URL, "?") }) {
		return candidates, nil
	}
	var known []knownAddress
	if err := g.db.SelectContext(ctx, &known, `
		SELECT a.url, COALESCE(f.url, '') AS also FROM articles a LEFT JOIN article_addresses f ON f.article_id = a.id
		WHERE a.source = $1 ORDER BY a.id`, s.Name); err != nil {
		return nil, fmt.Errorf("articles: listing the addresses of a source: %w", err)
	}
	names := idleParameters(known)
	if len(names) == 0 {
		return candidates, nil
	}
	plain := map[string]string{}
	for _, k := range known {
		plain[withoutParameters(k.URL, names)] = k.URL
	}
	var replaced []int
	for i, c := range candidates {
		key := withoutParameters(c.URL, names)
		switch own, isKnown := plain[key]; {
		case c.URL == "":
		case !isKnown:
			plain[key] = c.URL
		case addressKey(own) != addressKey(c.URL):
			replaced = append(replaced, i)
		}
	}
	for n, i := range replaced {
		if n != int(g.Now().Unix()/3600)%len(replaced) {
			candidates[i].URL = plain[withoutParameters(candidates[i].URL, names)]
		}
	}
	return candidates, nil
}
