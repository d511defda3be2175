package reading

import (
	"fmt"
	"strings"

	"github.com/PuerkitoBio/goquery"
)

// Version is the same article in another language, at another address, as its page says by
// hreflang. It is the page's claim: see [Reading.Versions].
type Version struct {
	Language string `json:"language"` // BCP 47
	URL      string `json:"url"`      // canonical
}

// maxVersions is how many language versions are read of a page.
const maxVersions = 50

// takeVersions reads the language versions that the page names (HTML standard, section
// 4.6.7.1: alternate links with hreflang). x-default is no language, and the page itself is no
// other version.
func (r *Reading) takeVersions(doc *goquery.Document, base, pageURL string) {
	own, _ := CanonicalURL(pageURL)
	seen := map[string]bool{own: true, r.URL: true}
	doc.Find("link[hreflang]").EachWithBreak(func(_ int, s *goquery.Selection) bool {
		language := strings.ReplaceAll(strings.TrimSpace(s.AttrOr("hreflang", "")), "_", "-")
		address, err := CanonicalURL(Resolve(base, s.AttrOr("href", "")))
		isAlternate := containsFold(strings.Fields(s.AttrOr("rel", "")), "alternate")
		if err != nil || !isAlternate || !languageForm.MatchString(language) || seen[address] {
			return true
		}
		seen[address] = true
		r.Versions = append(r.Versions, Version{language, address})
		r.note("version", language+" "+address, "the page’s statement", fmt.Sprintf("link[hreflang=%q]", language))
		return len(r.Versions) < maxVersions
	})
}

func containsFold(words []string, word string) bool {
	for _, w := range words {
		if strings.EqualFold(w, word) {
			return true
		}
	}
	return false
}
