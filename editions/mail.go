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

// Piece is what a mail shows of an article.
type Piece struct {
	ID          int64
	URL         string
	Title       string
	Authors     []string
	Published   time.Time
	Programs    []string
	Summary     string
	ImageURL    string
	ImageCredit string
}

// maxPiece is the most that one article takes in an email, in bytes. Articles are stored
// with fields that are shorter.
const maxPiece = 32 << 10

func (p Piece) size() int {
	n := len(p.URL) + len(p.Title) + len(p.Summary) + len(p.ImageURL) + len(p.ImageCredit)
	for _, name := range p.Authors {
		n += len(name)
	}
	return n
}

// letter is what is rendered: an edition's words and one list of pieces.
type letter struct {
	Kind      string    // digest, special
	Frequency Frequency // of a digest
	Period    time.Time // of a digest: wall clock, in UTC
	Subject   string    // of a special
	Intro     string    // of a special
	Sent      time.Time // of a special
	Pieces    []Piece
	Shown     int
}

// mailView lays a letter out: pieces by program, each once, under the first of its
// programs that the publication names. A special keeps staff's order.
func (s *Store) mailView(l letter) templates.EditionMail {
	shown := l.Pieces[:min(l.Shown, len(l.Pieces))]
	view := templates.EditionMail{
		Language: s.opts.Language, Title: s.opts.Title, SiteURL: s.opts.SiteURL, Address: s.opts.Address,
		Intro: paragraphs(l.Intro), Rest: s.mailArticles(l.Pieces[len(shown):]),
	}
	if l.Kind == "special" {
		view.Dateline = "Special edition · " + s.date(l.Sent)
		view.Sections = []templates.MailSection{{Articles: s.mailArticles(shown)}}
		view.Subject = headline(l.Subject, 150)
		view.Preheader = headline(strings.Join(append(view.Intro, titles(shown)...), " "), 140)
		return view
	}
	view.Dateline = dateline(l.Frequency, l.Period)
	view.Sections = s.byProgram(shown)
	var inOrder []string
	for _, section := range view.Sections {
		for _, a := range section.Articles {
			inOrder = append(inOrder, a.Title)
		}
	}
	view.Subject = s.digestSubject(l.Frequency, inOrder, len(l.Pieces))
	if len(inOrder) > 1 {
		view.Preheader = headline("Also: "+strings.Join(inOrder[1:], "; "), 140)
	} else if len(shown) > 0 {
		view.Preheader = headline(shown[0].Summary, 140)
	}
	return view
}

// byProgram sorts pieces into sections, in the publication's order of programs; those
// without a program that it names come last.
func (s *Store) byProgram(pieces []Piece) []templates.MailSection {
	var sections []templates.MailSection
	placed := map[int64]bool{}
	for _, p := range s.opts.Programs {
		var list []Piece
		for _, piece := range pieces {
			if !placed[piece.ID] && slices.Contains(piece.Programs, p.Slug) {
				placed[piece.ID] = true
				list = append(list, piece)
			}
		}
		if len(list) > 0 {
			sections = append(sections, templates.MailSection{Heading: p.Name, Articles: s.mailArticles(list)})
		}
	}
	var others []Piece
	for _, piece := range pieces {
		if !placed[piece.ID] {
			others = append(others, piece)
		}
	}
	if len(others) > 0 {
		heading := "Also"
		if len(sections) == 0 {
			heading = "" // beside nothing
		}
		sections = append(sections, templates.MailSection{Heading: heading, Articles: s.mailArticles(others)})
	}
	return sections
}

func (s *Store) mailArticles(pieces []Piece) []templates.MailArticle {
	var list []templates.MailArticle
	for _, p := range pieces {
		a := templates.MailArticle{Title: oneLine(p.Title), URL: p.URL, Summary: oneLine(p.Summary), ImageURL: webAddress(p.ImageURL)}
		a.Byline = joinAnd(p.Authors)
		if !p.Published.IsZero() {
			a.Byline = strings.TrimPrefix(a.Byline+" · "+s.date(p.Published), " · ")
		}
		if a.ImageURL != "" {
			a.ImageAlt, a.ImageCredit = "Picture: "+a.Title, oneLine(p.ImageCredit)
		}
		list = append(list, a)
	}
	return list
}

// digestSubject says what is in the digest: "Caspian Policy Center daily: The headline
// and 3 more". Instant mails go without the frequency.
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

func titles(pieces []Piece) []string {
	var list []string
	for _, p := range pieces {
		list = append(list, p.Title)
	}
	return list
}

// headline is s on one line of at most so many characters, cut between words.
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

// oneLine makes s fit for a header: valid UTF-8, no control characters, no line breaks.
func oneLine(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == utf8.RuneError || r == '\u2028' || r == '\u2029' {
			return ' '
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

// paragraphs splits staff's words at blank lines.
func paragraphs(s string) []string {
	var list []string
	for p := range strings.SplitSeq(strings.ReplaceAll(s, "\r\n", "\n"), "\n\n") {
		if p = oneLine(p); p != "" {
			list = append(list, p)
		}
	}
	return list
}

// webAddress is s if it is an address that a mail can load pictures from.
func webAddress(s string) string {
	if strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "http://") {
		return s
	}
	return ""
}

// joinAnd writes a list as people do: "a", "a and b", "a, b and c".
func joinAnd(items []string) string {
	if len(items) < 2 {
		return strings.Join(items, "")
	}
	return strings.Join(items[:len(items)-1], ", ") + " and " + items[len(items)-1]
}
