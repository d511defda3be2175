package reading

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// siteSeparators stand between a headline and the site's name in a page's title.
var siteSeparators = []string{" | ", " – ", " — ", " - ", " · ", " :: ", " » ", " • "}

// longTitle is the number of characters from which a text is a headline only where the
// page offers no other.
const longTitle = 300

// titleText is a text that may be the headline, and where it was read.
type titleText struct{ text, rule, element string }

// chooseTitle takes the headline on which most sources agree, in the spelling with
// capitals: sites repeat it in small letters in breadcrumbs and titles. The text is empty
// when there is no headline.
func (t *tree) chooseTitle(root *html.Node, f *facts) titleText {
	h := t.headingsOf(root)
	candidates := h.candidates(t, root, f)
	if len(candidates) == 0 {
		return titleText{}
	}
	best := candidates[0]
	for _, c := range candidates[1:] {
		if isBetterSpelling(c.text, best.text) {
			best = c
		}
	}
	if capitals(best.text) == 0 { // a line of the page that is no heading may have the capitals
		best.text = t.spellingOnPage(root, best.text)
	}
	if strings.ToUpper(best.text) == best.text && strings.ToLower(best.text) != best.text { // all capitals: another candidate may have small letters
		for _, c := range candidates {
			if strings.EqualFold(c.text, best.text) && strings.ToUpper(c.text) != c.text {
				return c
			}
		}
	}
	return best
}

// isBetterSpelling reports whether text is the headline with more capitals, and not in
// capitals alone.
func isBetterSpelling(text, headline string) bool {
	return strings.EqualFold(text, headline) && capitals(text) > capitals(headline) && strings.ToUpper(text) != text
}

// spellingOnPage is the spelling of a headline with the most capitals on the page.
func (t *tree) spellingOnPage(root *html.Node, headline string) string {
	body := t.first(root, atom.Body)
	if body == nil {
		return headline
	}
	for _, r := range t.runsOf(body) {
		if isBetterSpelling(r.text, headline) {
			headline = r.text
		}
	}
	return headline
}

// candidates are the texts that may be the headline, the likeliest first.
func (h headings) candidates(t *tree, root *html.Node, f *facts) []titleText {
	c := titleCandidates{site: f.site}
	if h.isUnsure(f) {
		c.add("a line of the page that is its headline", "body", h.among(t, root, f))
	}
	c.add("the headline of the structured data", ldElement, f.headline)
	c.add("og:title without the site’s name", metaElement("og:title"), stripSite(f.meta["og:title"], f.site))
	c.add("marked as the headline", `[itemprop="headline"]`, h.marked)
	c.add("a heading that the page’s title names", "h2, h3", h.inTitle())
	c.add("the first heading of the article", "article h1, main h1", h.inside...)
	c.add("the first heading", "h1", h.first...)
	c.add("the title of a citation", metaElement("citation_title"), f.meta["citation_title"])
	c.add("twitter:title without the site’s name", metaElement("twitter:title"), stripSite(f.meta["twitter:title"], f.site))
	c.add("the page’s title without the site’s name", "title", stripSite(h.page, f.site))
	if len(c.texts) == 0 {
		c.texts = c.long
	}
	if len(c.texts) == 0 && !c.isCut {
		c.add("a lower heading", "h2, h3", h.lower...)
	}
	return c.texts
}

// titleCandidates gathers texts that may be the headline.
type titleCandidates struct {
	site        string
	texts, long []titleText // long ones are used where there are no others
	isCut       bool        // a text was too long to be read whole
}

func (c *titleCandidates) add(rule, element string, texts ...string) {
	for _, s := range texts {
		switch s = oneLine(s); {
		case s == "" || strings.EqualFold(s, c.site):
		case len(s) > shortText-utf8.UTFMax:
			c.isCut = true
		case utf8.RuneCountInString(s) > longTitle:
			c.long = append(c.long, titleText{s, rule, element})
		default:
			c.texts = append(c.texts, titleText{s, rule, element})
		}
	}
}

// headings are the texts of a page that may be its headline.
type headings struct {
	page   string   // the title for the browser
	marked string   // the headline by the markup
	inside []string // h1 in article or main
	first  []string // h1
	lower  []string // h2 and h3
}

// maxHeadings is how many headings of a page may be its headline.
const maxHeadings = 500

func (t *tree) headingsOf(root *html.Node) headings {
	var h headings
	for n := range t.descend(root) {
		if len(h.first)+len(h.lower) >= maxHeadings {
			break
		}
		if attribute(n, "itemprop") == "headline" && h.marked == "" {
			h.marked = t.shortText(n)
		}
		switch n.DataAtom {
		case atom.Title:
			if h.page == "" && within(n, atom.Head) != nil {
				h.page = firstLetters(textOf(n), shortText)
			}
		case atom.H1:
			text := t.shortText(n)
			h.first = append(h.first, text)
			if within(n, atom.Article, atom.Main) != nil {
				h.inside = append(h.inside, text)
			}
		case atom.H2, atom.H3:
			h.lower = append(h.lower, t.shortText(n))
		}
	}
	return h
}

// isUnsure reports whether neither the metadata nor the headings name the headline, other
// than by the title for the browser.
func (h headings) isUnsure(f *facts) bool {
	return f.headline == "" && f.meta["og:title"] == "" && h.marked == "" && (len(h.first) == 0 || len(h.first) == 1 && strings.EqualFold(h.first[0], oneLine(h.page)))
}

// inTitle is the lower heading that the page's title names, where it names no h1: the
// h1 is then the site's name.
func (h headings) inTitle() string {
	title := Fold(h.page)
	named := func(heading string) bool {
		heading = Fold(heading)
		return heading != "" && ContainsWords(title, heading)
	}
	if len(h.first) == 0 || slices.ContainsFunc(h.first, named) {
		return ""
	}
	for _, heading := range h.lower {
		if named(heading) && len(strings.Fields(heading)) > 2 {
			return heading
		}
	}
	return ""
}

// among is the headline on the visible page, for pages without one in the metadata and
// with a title that may be the site's name: a line that stands twice above the text, else,
// without an h1, the first lower heading or the line above the byline. It is empty when
// the page's title itself stands there, or there is no such line.
func (h headings) among(t *tree, root *html.Node, f *facts) string {
	body := t.first(root, atom.Body)
	if body == nil {
		return ""
	}
	page := stripSite(h.page, f.site)
	var found aboveText
	for _, r := range t.linesAboveText(body) {
		if len(h.first) == 0 && strings.EqualFold(r.text, page) {
			return ""
		}
		found.take(r)
	}
	if found.twice != "" || len(h.first) > 0 {
		return found.twice
	}
	return firstText(found.lower, found.byline)
}

// linesAboveText are the lines above the first line of prose, without navigation.
func (t *tree) linesAboveText(body *html.Node) []run {
	var above []run
	for _, r := range t.runsOf(body) {
		if within(r.block, atom.Nav, atom.Footer, atom.Aside) != nil || len(r.text) > longTitle {
			continue
		}
		if r.isProse() && headingLevel(r.block) == 0 {
			break
		}
		above = append(above, r)
	}
	return above
}

// aboveText holds the first lines above the text that may be its headline.
type aboveText struct {
	twice  string // stands there a second time, in another spelling
	lower  string // a heading below level 1
	byline string // stands right above the byline

	before string            // the last line of several words
	seen   map[string]string // the first spelling of a line, by the line in small letters
}

func (a *aboveText) take(r run) {
	if a.seen == nil {
		a.seen = map[string]string{}
	}
	isLong := len(strings.Fields(r.text)) > 2 && r.links == 0
	if first, known := a.seen[strings.ToLower(r.text)]; !known {
		a.seen[strings.ToLower(r.text)] = r.text
	} else if isLong && first != r.text {
		a.twice = firstText(a.twice, r.text)
	}
	if isLong && headingLevel(r.block) > 1 {
		a.lower = firstText(a.lower, r.text)
	}
	if len(r.text) <= maxByline && authorLead.MatchString(r.text) {
		a.byline = firstText(a.byline, a.before)
	}
	if isLong {
		a.before = r.text
	}
}

func capitals(s string) int {
	n := 0
	for _, r := range s {
		if strings.ToLower(string(r)) != string(r) {
			n++
		}
	}
	return n
}

// stripSite takes the site's name off a title. Where the name is not known, the last
// part goes if it is much shorter than the rest.
func stripSite(title, site string) string {
	title = oneLine(title)
	for _, sep := range siteSeparators {
		i := strings.LastIndex(title, sep)
		if i <= 0 {
			continue
		}
		head, tail := title[:i], title[i+len(sep):]
		switch {
		case site != "" && strings.EqualFold(strings.TrimSpace(tail), site):
			return stripSite(head, site)
		case site != "" && strings.EqualFold(strings.TrimSpace(title[:strings.Index(title, sep)]), site):
			return title[strings.Index(title, sep)+len(sep):]
		case site == "" && len(strings.Fields(tail)) <= 4 && len(strings.Fields(head)) > len(strings.Fields(tail)):
			return strings.TrimSpace(head)
		}
	}
	return title
}

// Fold writes a label in small letters and digits with single blanks between words.
func Fold(s string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(strings.ReplaceAll(s, "&", " and ")), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	}), " ")
}

// ContainsWords reports whether a folded text contains folded words, in a row.
func ContainsWords(text, words string) bool {
	return strings.Contains(" "+text+" ", " "+words+" ")
}
