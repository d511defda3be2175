package reading

import (
	"regexp"
	"sync"

	"github.com/microcosm-cc/bluemonday"
)

// policy lists the elements and attributes that an article's HTML may contain. Making it costs much, using it is safe
// for many at once.
var policy = sync.OnceValue(func() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowStandardURLs()
	p.AllowURLSchemes("http", "https", "mailto", "tel")
	p.AllowElements("p", "br", "hr", "h2", "h3", "h4", "h5", "h6", "strong", "b", "em", "i", "u", "s", "small", "sub", "sup", "mark", "abbr", "dfn", "cite", "code", "pre", "kbd", "samp", "var",
		"blockquote", "q", "ul", "ol", "li", "dl", "dt", "dd", "figure", "figcaption", "table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td", "div", "section", "span", "time", "del", "ins", "wbr",
		"bdi", "bdo", "ruby", "rb", "rt", "rtc", "rp", "details", "summary")
	p.AllowAttrs("href", "title", "hreflang").OnElements("a")
	p.AllowAttrs("src", "alt", "title", "width", "height").OnElements("img")
	p.AllowAttrs("src", "controls", "preload", "poster").OnElements("audio", "video")
	p.AllowAttrs("colspan", "rowspan", "scope").OnElements("td", "th")
	p.AllowAttrs("start", "type", "reversed").OnElements("ol")
	p.AllowAttrs("value").Matching(regexp.MustCompile(`^-?[0-9]{1,6}$`)).OnElements("li")
	p.AllowAttrs("cite").OnElements("blockquote", "q", "del", "ins")
	p.AllowAttrs("datetime").OnElements("time", "del", "ins")
	p.AllowAttrs("title").OnElements("abbr", "dfn")
	p.AllowAttrs("class").Matching(regexp.MustCompile(`^` + languageClass + `[\w+#.-]{1,30}$`)).OnElements("code")
	p.AllowAttrs("lang").Matching(languageForm).Globally()
	p.AllowAttrs("dir").Matching(regexp.MustCompile(`^(?i:ltr|rtl|auto)$`)).Globally()
	p.AllowAttrs("id").Matching(regexp.MustCompile(`^` + idPrefix + `[\p{L}\p{M}\p{N}_.:-]{1,100}$`)).Globally()
	return p
})
