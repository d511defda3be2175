package editions

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"corridor/templates"
)

// Article holds the fields of an article that an email shows.
type Article struct {
	ID          int64
	URL         string
	Title       string
	Authors     []string
	Published   time.Time
	Programs    []string
	Summary     string
	ImageURL    string
	ImageCredit string
	ImageAlt    string
}

// maxArticleSize is the limit for one article's fields in an email, in bytes. Stored
// articles stay below it, because their fields have limits.
const maxArticleSize = 32 << 10

func (a Article) size() int {
	n := len(a.URL) + len(a.Title) + len(a.Summary) + len(a.ImageURL) + len(a.ImageCredit) + len(a.ImageAlt)
	for _, name := range a.Authors {
		n += len(name)
	}
	return n
}

// content is the input of a rendering: the texts of an edition and one list of articles.
type content struct {
	Kind      string    // digest, special
	Frequency Frequency // of a digest
	Period    time.Time // of a digest: wall clock, in UTC
	Subject   string    // of a special
	Intro     string    // of a special
	Sent      time.Time // of a special
	Articles  []Article
	Shown     int
}

// mailView returns the view of an email. A digest's articles are in sections by program,
// each once, under the first of its programs in the publication's order. A special keeps
// the order that staff gave.
func (s *Store) mailView(c content) templates.EditionMail {
	shown := c.Articles[:min(c.Shown, len(c.Articles))]
	view := templates.EditionMail{
		Language: s.opts.Language, Title: s.opts.Title, SiteURL: s.opts.SiteURL, Address: s.opts.Address,
		Intro: paragraphs(c.Intro), Rest: s.mailArticles(c.Articles[len(shown):]),
	}
	if c.Kind == "special" {
		view.Dateline = "Special edition · " + s.date(c.Sent)
		view.Sections = []templates.MailSection{{Articles: s.mailArticles(shown)}}
		view.Subject = headline(c.Subject, 150)
		view.Preheader = headline(strings.Join(append(view.Intro, titles(shown)...), " "), 140)
		return view
	}
	view.Dateline = dateline(c.Frequency, c.Period)
	view.Sections = s.byProgram(shown)
	var inOrder []string
	for _, section := range view.Sections {
		for _, a := range section.Articles {
			inOrder = append(inOrder, a.Title)
		}
	}
	view.Subject = s.digestSubject(c.Frequency, inOrder, len(c.Articles))
	if len(inOrder) > 1 {
		view.Preheader = headline("Also: "+strings.Join(inOrder[1:], "; "), 140)
	} else if len(shown) > 0 {
		view.Preheader = headline(shown[0].Summary, 140)
	}
	return view
}

// byProgram puts articles into sections, in the publication's order of programs. Articles
// without one of these programs come last.
func (s *Store) byProgram(articles []Article) []templates.MailSection {
	var sections []templates.MailSection
	placed := map[int64]bool{}
	for _, p := range s.opts.Programs {
		var list []Article
		for _, article := range articles {
			if !placed[article.ID] && slices.Contains(article.Programs, p.Slug) {
				placed[article.ID] = true
				list = append(list, article)
			}
		}
		if len(list) > 0 {
			sections = append(sections, templates.MailSection{Heading: p.Name, Articles: s.mailArticles(list)})
		}
	}
	var others []Article
	for _, article := range articles {
		if !placed[article.ID] {
			others = append(others, article)
		}
	}
	if len(others) > 0 {
		heading := "Also"
		if len(sections) == 0 {
			heading = "" // it is the only section
		}
		sections = append(sections, templates.MailSection{Heading: heading, Articles: s.mailArticles(others)})
	}
	return sections
}

func (s *Store) mailArticles(articles []Article) []templates.MailArticle {
	var list []templates.MailArticle
	for _, p := range articles {
		a := templates.MailArticle{Title: oneLine(p.Title), URL: p.URL, Summary: oneLine(p.Summary), ImageURL: webAddress(p.ImageURL)}
		a.Byline = joinAnd(p.Authors)
		if !p.Published.IsZero() {
			a.Byline = strings.TrimPrefix(a.Byline+" · "+s.date(p.Published), " · ")
		}
		if a.ImageURL != "" {
			a.ImageAlt, a.ImageCredit = "Picture: "+a.Title, oneLine(p.ImageCredit)
			if alt := oneLine(p.ImageAlt); alt != "" {
				a.ImageAlt = alt
			}
		}
		list = append(list, a)
	}
	return list
}

// digestSubject returns the subject of a digest: "Caspian Policy Center daily: The headline
// and 3 more". The subject of an instant email leaves out the frequency.
func (s *Store) digestSubject(f Frequency, titles []string, total int) string {
	name := s.opts.Title
	if f != Instant {
		name += " " + string(f)
	}
	if len(titles) == 0 {
		return oneLine(name)
	}
	subject := oneLine(name) + ": " + headline(titles[0], 90)
	if total > 1 {
		subject += fmt.Sprintf(" and %d more", total-1)
	}
	return subject
}

func dateline(f Frequency, period time.Time) string {
	switch f {
	case Weekly:
		return "Weekly digest · " + period.Format("2 January 2006")
	case Monthly:
		return "Monthly digest · " + period.Format("January 2006")
	case Daily:
		return "Daily digest · " + period.Format("2 January 2006")
	}
	return "New · " + period.Format("2 January 2006")
}

func (s *Store) date(t time.Time) string { return t.In(s.opts.Zone).Format("2 January 2006") }

func titles(articles []Article) []string {
	var list []string
	for _, a := range articles {
		list = append(list, a.Title)
	}
	return list
}

// headline returns s on one line. It cuts a text of more than most characters between words.
func headline(s string, most int) string {
	s = oneLine(s)
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	cut := string([]rune(s)[:most-1])
	if i := strings.LastIndexByte(cut, ' '); i > len(cut)/2 {
		cut = cut[:i]
	}
	return strings.TrimRight(cut, " ,;:.–—-") + "…"
}

// oneLine returns s as text for a header: valid UTF-8 without control characters and line
// breaks, which would begin another header.
func oneLine(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == utf8.RuneError || r == '\u2028' || r == '\u2029' {
			return ' '
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

// paragraphs splits the text of an introduction at blank lines.
func paragraphs(s string) []string {
	var list []string
	for p := range strings.SplitSeq(strings.ReplaceAll(s, "\r\n", "\n"), "\n\n") {
		if p = oneLine(p); p != "" {
			list = append(list, p)
		}
	}
	return list
}

// webAddress returns s if it is an http or https address, else "".
func webAddress(s string) string {
	if strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "http://") {
		return s
	}
	return ""
}

// joinAnd joins items for a sentence: "a", "a and b", "a, b and c".
func joinAnd(items []string) string {
	if len(items) < 2 {
		return strings.Join(items, "")
	}
	return strings.Join(items[:len(items)-1], ", ") + " and " + items[len(items)-1]
}
