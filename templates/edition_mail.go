package templates

import (
	"bytes"
	"embed"
	"fmt"
	html "html/template"
	"strings"
	text "text/template"
	"unicode/utf8"
)

//go:embed mails/*
var mailFiles embed.FS

// EditionMail is a digest or a special edition as a mail. What differs from reader to
// reader stands in it as marks, {{corridor:NAME}}, which are replaced when it is sent.
type EditionMail struct {
	Language  string // BCP 47
	Title     string // of the publication
	SiteURL   string
	Address   string // postal
	Subject   string
	Preheader string // what a mailbox shows beside the subject
	Dateline  string // "Daily digest · 23 November 2026"
	Intro     []string
	Sections  []MailSection
	Rest      []MailArticle // counted in the mail, shown on its web page
}

// MailSection is a program's part of the mail; the heading may be empty.
type MailSection struct {
	Heading  string
	Articles []MailArticle
}

// MailArticle is one piece.
type MailArticle struct {
	Title       string
	URL         string
	Byline      string // authors and date
	Summary     string
	ImageURL    string
	ImageAlt    string
	ImageCredit string
}

// RestCount is how many more there are.
func (m EditionMail) RestCount() int { return len(m.Rest) }

// Filler keeps a mailbox from showing the mail's first words behind a short preheader.
func (m EditionMail) Filler() html.HTML {
	missing := 110 - utf8.RuneCountInString(m.Preheader)
	if missing <= 0 {
		return ""
	}
	return html.HTML(strings.Repeat("&#847;&zwnj;&nbsp;", missing/2))
}

// restMark is where the web page shows what the mail only counts. In a mail it is a
// comment that nobody sees.
const restMark = "<!-- more -->"

// RenderedMail is a mail's two parts, with marks, and what its web page adds.
type RenderedMail struct {
	HTML string
	Text string
	Rest string // HTML
}

// Mails are the mail templates, parsed. They may be used by many goroutines.
type Mails struct {
	html *html.Template
	text *text.Template
}

// NewMails parses the mails. An error is a mistake in a file of this package. The
// delimiters are square so that marks stand in the files as they are.
func NewMails() (*Mails, error) {
	h, err := html.New("edition.html").Delims("[[", "]]").Funcs(html.FuncMap{"comment": comment}).ParseFS(mailFiles, "mails/edition.html")
	if err != nil {
		return nil, fmt.Errorf("templates: %w", err)
	}
	functions := text.FuncMap{"wrap": wrapText, "underlined": underlined, "upper": strings.ToUpper}
	t, err := text.New("edition.txt").Delims("[[", "]]").Funcs(functions).ParseFS(mailFiles, "mails/edition.txt")
	if err != nil {
		return nil, fmt.Errorf("templates: %w", err)
	}
	return &Mails{h, t}, nil
}

// Edition renders a mail.
func (m *Mails) Edition(view EditionMail) (RenderedMail, error) {
	view = view.withoutMarks()
	var h, t, rest bytes.Buffer
	for _, part := range []struct {
		to   *bytes.Buffer
		name string
	}{{&h, "edition.html"}, {&rest, "rest"}} {
		if err := m.html.ExecuteTemplate(part.to, part.name, view); err != nil {
			return RenderedMail{}, fmt.Errorf("templates: %w", err)
		}
	}
	if err := m.text.Execute(&t, view); err != nil {
		return RenderedMail{}, fmt.Errorf("templates: %w", err)
	}
	return RenderedMail{
		HTML: strings.TrimSpace(h.String()) + "\n",
		Text: strings.TrimSpace(t.String()) + "\n",
		Rest: strings.TrimSpace(rest.String()),
	}, nil
}

// WebEdition makes the web page of a mail: the same bytes, with what the mail only
// counted. Marks are left as they are.
func WebEdition(mail RenderedMail) string {
	return strings.Replace(mail.HTML, restMark, mail.Rest, 1)
}

// withoutMarks takes the meaning from anything in an article that looks like a mark,
// with a character that nobody sees.
func (m EditionMail) withoutMarks() EditionMail {
	m.Title, m.Subject, m.Preheader, m.Address = unmark(m.Title), unmark(m.Subject), unmark(m.Preheader), unmark(m.Address)
	intro := make([]string, len(m.Intro))
	for i, s := range m.Intro {
		intro[i] = unmark(s)
	}
	sections := make([]MailSection, len(m.Sections))
	for i, s := range m.Sections {
		sections[i] = MailSection{unmark(s.Heading), unmarkAll(s.Articles)}
	}
	m.Intro, m.Sections, m.Rest = intro, sections, unmarkAll(m.Rest)
	return m
}

func unmarkAll(articles []MailArticle) []MailArticle {
	list := make([]MailArticle, len(articles))
	for i, a := range articles {
		list[i] = MailArticle{
			Title: unmark(a.Title), URL: strings.NewReplacer("{", "%7B", "}", "%7D").Replace(a.URL), Byline: unmark(a.Byline), Summary: unmark(a.Summary),
			ImageURL: strings.NewReplacer("{", "%7B", "}", "%7D").Replace(a.ImageURL), ImageAlt: unmark(a.ImageAlt), ImageCredit: unmark(a.ImageCredit),
		}
	}
	return list
}

// comment writes an HTML comment, which a template would leave out: Outlook reads them.
func comment(s string) html.HTML { return html.HTML("<!--" + s + "-->") }

func unmark(s string) string { return strings.ReplaceAll(s, "{{", "{\u2060{") }

// mailWidth is where the text part's lines end: short enough to be quoted.
const mailWidth = 72

// wrapText breaks a paragraph into lines. A word that is longer, such as an address,
// stands on a line of its own.
func wrapText(s string) string {
	var b strings.Builder
	column := 0
	for _, word := range strings.Fields(s) {
		n := utf8.RuneCountInString(word)
		switch {
		case column == 0:
		case column+1+n > mailWidth:
			b.WriteByte('\n')
			column = 0
		default:
			b.WriteByte(' ')
			column++
		}
		b.WriteString(word)
		column += n
	}
	return b.String()
}

func underlined(s string) string {
	s = strings.ToUpper(wrapText(s))
	_, last, _ := strings.Cut("\n"+s, "\n")
	if i := strings.LastIndexByte(s, '\n'); i >= 0 {
		last = s[i+1:]
	}
	return s + "\n" + strings.Repeat("-", utf8.RuneCountInString(last))
}
