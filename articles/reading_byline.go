package articles

import (
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"
)

var (
	authorLead = regexp.MustCompile(`(?i)^(authors?|by|written by|posted by|text by|report by|words by|byline|автор(ы)?|müəllif|yazar)\s*[:：]\s*(.+)$`)
	byLead     = regexp.MustCompile(`^(?:By|BY|by|Written by|Posted by|Text by|Words by|Story by)\s+(\p{Lu}.+)$`)
	creditLead = regexp.MustCompile(`(?i)^\(?\s*(image source|image credit|images? courtesy( of)?|image by|image|photo source|photo credit|photograph by|photo courtesy( of)?|photo by|photo|picture credit|picture|credit|photograph|cover image|header image|featured image|courtesy( of)?|source of image|фото)\s*[:：]\s*(.+?)\s*\)?$`)
	creditOf   = regexp.MustCompile(`(?i)^\(?\s*(image courtesy of|photo courtesy of|courtesy of|photo by|photograph by|image by)\s+(.+?)\s*\)?$`)
	inCaption  = regexp.MustCompile(`(?i)[\s(\[](?:image source|image credit|photo credit|photo source|photo|image|credit|source|courtesy of|courtesy)\s*[:：]\s*([^()\[\]]+?)[\s.)\]]*$`)
	dateWords  = regexp.MustCompile(`(?i)^(date published|publication date|published( on| at)?|posted( on)?|date|released?|first published)\s*[:：]?\s+`)
	editWords  = regexp.MustCompile(`(?i)^(last )?(updated|modified|edited)( on| at)?\s*[:：]?\s+`)
	separators = regexp.MustCompile(`\s*(?:,|;|\||·|•|&|/|\band\b|\bund\b|\bwith\b|\bи\b)\s*`)
	notAuthor  = regexp.MustCompile(`(?i)^(admin|administrator|editor|webmaster|staff|guest|unknown|none|n/a|null|user\d*)$|https?://|@|\d{3}`)
	suffixes   = regexp.MustCompile(`(?i)^(jr|sr|ii|iii|iv|ph\.?d|m\.?d|esq|dr|prof|msc|m\.?a|mba)\.?$`)
)

// lines are what short lines around the headline say.
type lines struct {
	authors   []string
	published time.Time
	updated   time.Time
	credit    string
}

// maxByline is the longest line that is taken for one.
const maxByline = 200

// readLines looks at every short line of the page that stands alone, and takes those
// that are a byline, a date or a credit out of it: they are not part of the text.
func readLines(doc *goquery.Document, f *facts, title string) lines {
	var found lines
	var used []*html.Node
	doc.Find("p, div, span, li, time, figcaption, em, i, small, strong, b, h2, h3, h4, h5, h6, td, dd, address, cite, a").Each(func(_ int, s *goquery.Selection) {
		node := s.Get(0)
		text := ownText(node)
		if text == "" || len(text) > maxByline || strings.EqualFold(text, title) {
			return
		}
		if found.take(text, s) {
			used = append(used, node)
		}
	})
	for _, node := range used {
		if node.Parent != nil {
			node.Parent.RemoveChild(node)
		}
	}
	if found.credit == "" {
		found.credit = captionCredit(doc)
	}
	return found
}

// ownText is the text of an element that holds no blocks, in one line.
func ownText(n *html.Node) string {
	var b strings.Builder
	var walk func(n *html.Node) bool
	walk = func(n *html.Node) bool {
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			switch {
			case c.Type == html.TextNode:
				b.WriteString(c.Data)
			case c.Type == html.ElementNode && (isBlock(c) || c.Data == "img"):
				return false
			case c.Type == html.ElementNode:
				if c.Data == "br" {
					b.WriteByte(' ')
				}
				if !walk(c) {
					return false
				}
			}
			if b.Len() > 4*maxByline {
				return false
			}
		}
		return true
	}
	if !walk(n) {
		return ""
	}
	return oneLine(b.String())
}

// take reads one line; it tells whether the line was one of ours.
func (l *lines) take(text string, s *goquery.Selection) bool {
	if m := authorLead.FindStringSubmatch(text); m != nil && len(text) < 160 {
		value := m[len(m)-1]
		if date := dateTail(&value); !date.IsZero() && l.published.IsZero() {
			l.published = date
		}
		names := splitAuthors(value)
		if len(l.authors) == 0 {
			l.authors = names
		}
		return len(names) > 0
	}
	if m := byLead.FindStringSubmatch(text); m != nil && len(text) < 120 && !strings.ContainsAny(text[len(text)-1:], ".!?") {
		value := m[1]
		if date := dateTail(&value); !date.IsZero() && l.published.IsZero() {
			l.published = date
		}
		if names := splitAuthors(value); len(names) > 0 && plausibleNames(names) {
			if len(l.authors) == 0 {
				l.authors = names
			}
			return true
		}
	}
	if m := creditLead.FindStringSubmatch(text); m != nil {
		if l.credit == "" {
			l.credit = strings.TrimSpace(m[len(m)-1])
		}
		return true
	}
	if m := creditOf.FindStringSubmatch(text); m != nil && len(text) < 120 {
		if l.credit == "" {
			l.credit = strings.TrimSpace(m[2])
		}
		return true
	}
	return l.takeDate(text)
}

func (l *lines) takeDate(text string) bool {
	if len(text) > maxDate+20 {
		return false
	}
	if rest := editWords.ReplaceAllString(text, ""); rest != text {
		if t := parseDate(rest); !t.IsZero() {
			l.updated = firstTime(l.updated, t)
			return true
		}
	}
	t := parseDate(dateWords.ReplaceAllString(text, ""))
	if t.IsZero() {
		if i := strings.IndexAny(text, "|·•"); i > 0 { // "Apr 17, 2023 | 5 min read"
			t = parseDate(text[:i])
		}
	}
	if t.IsZero() {
		return false
	}
	l.published = firstTime(l.published, t)
	return true
}

// dateTail takes a date off the end of a byline ("Jane Roe | April 17, 2023").
func dateTail(value *string) time.Time {
	for _, sep := range []string{" | ", " • ", " · ", " – ", " — ", " - ", " on ", ", "} {
		for i := strings.Index(*value, sep); i > 0; {
			if t := parseDate((*value)[i+len(sep):]); !t.IsZero() {
				*value = (*value)[:i]
				return t
			}
			next := strings.Index((*value)[i+len(sep):], sep)
			if next < 0 {
				break
			}
			i += len(sep) + next
		}
	}
	return time.Time{}
}

// splitAuthors reads "A B, C D and E F" as three names.
func splitAuthors(text string) []string {
	text = oneLine(plainText(text))
	if m := authorLead.FindStringSubmatch(text); m != nil {
		text = m[len(m)-1]
	} else if m := byLead.FindStringSubmatch(text); m != nil {
		text = m[1]
	}
	var names []string
	for _, name := range separators.Split(text, -1) {
		name = strings.Trim(name, " .,:;-–—|\t()")
		if suffixes.MatchString(name) && len(names) > 0 {
			names[len(names)-1] += ", " + name
			continue
		}
		if name == "" || len(name) > 80 || notAuthor.MatchString(name) || strings.IndexFunc(name, unicode.IsLetter) < 0 || slices.Contains(names, name) {
			continue
		}
		names = append(names, name)
	}
	return names
}

// plausibleNames tells names from a sentence that begins with "By".
func plausibleNames(names []string) bool {
	for _, name := range names {
		words := strings.Fields(name)
		if len(words) > 6 {
			return false
		}
		capital := 0
		for _, w := range words {
			if r := []rune(w)[0]; unicode.IsUpper(r) || !unicode.IsLower(r) {
				capital++
			}
		}
		if capital*3 < len(words)*2 {
			return false
		}
	}
	return true
}

// captionCredit is the credit at the end of the first caption that has one.
func captionCredit(doc *goquery.Document) string {
	credit := ""
	doc.Find("figcaption, .caption, .wp-caption-text, .image-caption, .photo-caption").EachWithBreak(func(_ int, s *goquery.Selection) bool {
		text := " " + oneLine(s.Text())
		if inner := oneLine(s.Find(".credit, .photo-credit, .image-credit, cite").First().Text()); inner != "" {
			if m := creditLead.FindStringSubmatch(inner); m != nil {
				inner = m[len(m)-1]
			}
			credit = inner
		} else if m := inCaption.FindStringSubmatch(text); m != nil {
			credit = strings.TrimSpace(m[1])
		}
		return credit == ""
	})
	return credit
}

// chooseAuthors takes who machines are told of, unless that is the site itself and
// people are told of people.
func chooseAuthors(doc *goquery.Document, f *facts, l lines) []string {
	marked := markedAuthors(doc)
	for _, names := range [][]string{f.authors, metaAuthors(f), l.authors, marked} {
		names = slices.DeleteFunc(slices.Clone(names), func(name string) bool {
			return f.site != "" && strings.EqualFold(name, f.site) && (len(l.authors) > 0 || len(marked) > 0)
		})
		if len(names) > 0 && (len(names) >= len(l.authors) || !overlap(names, l.authors)) {
			return names
		}
	}
	return l.authors
}

func overlap(a, b []string) bool {
	return slices.ContainsFunc(a, func(s string) bool {
		return slices.ContainsFunc(b, func(t string) bool { return strings.EqualFold(s, t) })
	})
}

func metaAuthors(f *facts) []string {
	var names []string
	for _, content := range f.authorMetas {
		for _, name := range splitAuthors(content) {
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
}

// markedAuthors are names that the page's markup calls authors.
func markedAuthors(doc *goquery.Document) []string {
	for _, selector := range []string{
		"[itemprop=author] [itemprop=name], [itemprop=author][content]", "[itemprop=author]", "[rel=author]", ".author-name, .byline-name, .post-author-name, .entry-author-name, .author__name, .byline__name",
		".byline, .author, .post-author, .entry-author, .article-author, .authors, .field--name-field-author, .submitted .username, .contributors",
	} {
		var names []string
		doc.Find(selector).Each(func(_ int, s *goquery.Selection) {
			text := firstText(s.AttrOr("content", ""), oneLine(s.Text()))
			if len(text) > maxByline {
				return
			}
			dateTail(&text)
			for _, name := range splitAuthors(text) {
				if len(strings.Fields(name)) <= 6 && plausibleNames([]string{name}) && !slices.Contains(names, name) {
					names = append(names, name)
				}
			}
		})
		if len(names) > 0 {
			return names
		}
	}
	return nil
}

// chooseDates takes what machines are told, then marked times, then lines.
func chooseDates(doc *goquery.Document, f *facts, l lines) (published, updated time.Time) {
	published = parseDate(f.published)
	for _, name := range []string{
		"article:published_time", "article:published", "og:article:published_time", "datepublished", "citation_publication_date", "citation_date", "citation_online_date", "dc.date.issued", "dcterms.issued",
		"dc.date", "dcterms.date", "dcterms.created", "dc.date.created", "parsely-pub-date", "sailthru.date", "pubdate", "publish-date", "publish_date", "publication_date", "date", "article.published", "release_date",
	} {
		published = firstTime(published, parseDate(f.meta[name]))
	}
	updated = parseDate(f.modified)
	for _, name := range []string{"article:modified_time", "og:updated_time", "datemodified", "dcterms.modified", "last-modified"} {
		updated = firstTime(updated, parseDate(f.meta[name]))
	}
	doc.Find("[itemprop=datePublished], [itemprop=dateCreated], time[pubdate], time.published, time.entry-date, time[datetime], .date time, .published, .post-date, .entry-date, .article-date, .date-display-single, .pubdate").Each(func(_ int, s *goquery.Selection) {
		if s.Is(".updated, [itemprop=dateModified]") && !s.Is(".published") {
			updated = firstTime(updated, parseDate(firstText(s.AttrOr("datetime", ""), s.AttrOr("content", ""), oneLine(s.Text()))))
			return
		}
		for _, text := range []string{s.AttrOr("datetime", ""), s.AttrOr("content", ""), s.Text()} {
			published = firstTime(published, parseDate(text))
		}
	})
	doc.Find("[itemprop=dateModified]").Each(func(_ int, s *goquery.Selection) {
		updated = firstTime(updated, parseDate(firstText(s.AttrOr("datetime", ""), s.AttrOr("content", ""), oneLine(s.Text()))))
	})
	published, updated = firstTime(published, l.published), firstTime(updated, l.updated)
	if !updated.After(published) {
		updated = time.Time{}
	}
	return published, updated
}
