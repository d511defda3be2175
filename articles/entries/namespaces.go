package entries

import "strings"

// namespaces have the prefixes under which their elements are looked up. Elements of feeds
// have none.
var namespaces = map[string]string{
	"http://www.w3.org/2005/atom":                      "",
	"http://purl.org/atom/ns#":                         "",
	"http://purl.org/rss/1.0/":                         "",
	"http://purl.org/net/rss1.1#":                      "",
	"http://channel.netscape.com/rdf/simple/0.9/":      "",
	"http://my.netscape.com/rdf/simple/0.9/":           "",
	"http://backend.userland.com/rss2":                 "",
	"http://backend.userland.com/rss":                  "",
	"http://blogs.law.harvard.edu/tech/rss":            "",
	"http://www.rssboard.org/rss-specification":        "",
	"http://www.w3.org/1999/02/22-rdf-syntax-ns#":      "rdf",
	"http://www.w3.org/1999/xhtml":                     "xhtml",
	"http://purl.org/dc/elements/1.1/":                 "dc",
	"http://purl.org/dc/elements/1.0/":                 "dc",
	"http://purl.org/dc/terms/":                        "dcterms",
	"http://purl.org/rss/1.0/modules/content/":         "content",
	"http://search.yahoo.com/mrss":                     "media",
	"http://search.yahoo.com/mrss/":                    "media",
	"http://www.itunes.com/dtds/podcast-1.0.dtd":       "itunes",
	"http://rssnamespace.org/feedburner/ext/1.0":       "feedburner",
	"http://www.w3.org/xml/1998/namespace":             "xml",
	"http://www.sitemaps.org/schemas/sitemap/0.9":      "",
	"http://www.google.com/schemas/sitemap/0.84":       "",
	"http://www.google.com/schemas/sitemap-news/0.9":   "news",
	"http://www.google.com/schemas/sitemap-image/1.1":  "image",
	"http://www.google.com/schemas/sitemap-video/1.1":  "video",
	"http://www.google.com/schemas/sitemap-mobile/1.0": "mobile",
}

// usual are the prefixes that documents use without declaring them; of feeds' own names
// they mean nothing.
var usual = map[string]string{"atom": "", "atom10": "", "a10": "", "rss": "", "sm": "", "html": "xhtml"}

// prefixOf is the prefix for a namespace that a document declares under its own prefix.
func prefixOf(address, own string) string {
	address = strings.ToLower(strings.TrimSpace(address))
	for _, form := range []string{address, strings.Replace(address, "https://", "http://", 1)} {
		if prefix, known := namespaces[form]; known {
			return prefix
		}
	}
	if prefix, known := usual[own]; known {
		return prefix
	}
	return own
}
