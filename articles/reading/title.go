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

// chooseTitle takes the headline that most agree on, in the spelling with capitals:
// sites repeat it in small letters in breadcrumbs and titles.
func (t *tree) chooseTitle(root *html.Node, f *facts) string {
	var candidates, long []string
	cut := false // a text was too long to be read whole
	add := func(texts ...string) {
		for _, s := range texts {
			switch s = oneLine(s); {
			case s == "" || strings.EqualFold(s, f.site):
			case len(s) > shortText-utf8.UTFMax:
				cut = true
			case utf8.RuneCountInString(s) > longTitle:
				long = append(long, s)
			default:
				candidates = append(candidates, s)
			}
		}
	}
	h := t.headingsOf(root)
	unsure := f.headline == "" && f.meta["og:title"] == "" && h.marked == "" && (len(h.first) == 0 || len(h.first) == 1 && strings.EqualFold(h.first[0], oneLine(h.page)))
	if unsure {
		add(h.among(t, root, f))
	}
	add(f.headline, stripSite(f.meta["og:title"], f.site), h.marked, h.inTitle())
	add(h.inside...)
	add(h.first...)
	add(f.meta["citation_title"], stripSite(f.meta["twitter:title"], f.site), stripSite(h.page, f.site))
	if len(candidates) == 0 {
		candidates = long
	}
	if len(candidates) == 0 && !cut {
		add(h.lower...)
	}
	if len(candidates) == 0 {
		return ""
	}
	best := candidates[0]
	for _, c := range candidates[1:] {
		if strings.EqualFold(c, best) && capitals(c) > capitals(best) && strings.ToUpper(c) != c {
			best = c
		}
	}
	if capitals(best) == 0 { // a headline in small letters: people may read it in a line that is no heading
		if body := t.first(root, atom.Body); body != nil {
			for _, r := range t.runsOf(body) {
				if strings.EqualFold(r.text, best) && capitals(r.text) > capitals(best) && strings.ToUpper(r.text) != r.text {
					best = r.text
				}
			}
		}
	}
	if strings.ToUpper(best) == best && strings.ToLower(best) != best { // shouting: another may write it plainly
		for _, c := range candidates {
			if strings.EqualFold(c, best) && strings.ToUpper(c) != c {
				return c
			}
		}
	}
	return best
}

// headings are the texts of a page that may be its headline.
type headings struct {
	page   string   // the title for the browser
	marked string   // what the markup calls the headline
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

// among is the headline that people read where the page tells machines of none and its
// title may be the site's name: a line that stands twice above the text, else, without an
// h1, the first lower heading or the line above the byline; empty when the page's title
// itself stands there, or nothing does.
func (h headings) among(t *tree, root *html.Node, f *facts) string {
	body := t.first(root, atom.Body)
	if body == nil {
		return ""
	}
	var above []run
	for _, r := range t.runsOf(body) {
		if within(r.block, atom.Nav, atom.Footer, atom.Aside) != nil || len(r.text) > 300 {
			continue
		}
		if r.isProse() && headingLevel(r.block) == 0 {
			break
		}
		above = append(above, r)
	}
	page := stripSite(h.page, f.site)
	twice, lower, byline, before := "", "", "", ""
	seen := map[string]string{} // the first spelling of a line, by the line in small letters
	for _, r := range above {
		isLong := len(strings.Fields(r.text)) > 2 && r.links == 0
		if len(h.first) == 0 && strings.EqualFold(r.text, page) {
			return ""
		}
		if first, known := seen[strings.ToLower(r.text)]; !known {
			seen[strings.ToLower(r.text)] = r.text
		} else if isLong && first != r.text {
			twice = firstText(twice, r.text)
		}
		if isLong && headingLevel(r.block) > 1 {
			lower = firstText(lower, r.text)
		}
		if len(r.text) <= maxByline && authorLead.MatchString(r.text) {
			byline = firstText(byline, before)
		}
		if isLong {
			before = r.text
		}
	}
	if twice != "" || len(h.first) > 0 {
		return twice
	}
	return firstText(lower, byline)
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

// ContainsWords tells whether a folded text contains folded words, in a row.
func ContainsWords(text, words string) bool {
	return strings.Contains(" "+text+" ", " "+words+" ")
}
