package templates

import (
	"bytes"
	"embed"
	"fmt"
	html "html/template"
	"slices"
	"strings"
	text "text/template"
	"unicode/utf8"
)

//go:embed mails/*
var mailFiles embed.FS

// EditionMail is a digest or a special edition as a mail. What differs from reader to
// reader stands in it as placeholders, which are filled in when it is sent.
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

// RenderedMail is a mail's two parts, with placeholders, and what its web page adds. A
// placeholder is written {{corridor:NAME}} and begins at one of the offsets; the same
// characters anywhere else are an article's or staff's text.
type RenderedMail struct {
	HTML       string
	HTMLPlaces []int64 // in bytes, rising
	Text       string
	TextPlaces []int64
	Rest       string // HTML, without placeholders
}

// Mails are the mail templates, parsed. They may be used by many goroutines.
type Mails struct {
	html *html.Template
	text *text.Template
}

// NewMails parses the mails. An error is a mistake in a file of this package.
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
	marked := markedMail{view, newMarker()}
	var h, t, rest bytes.Buffer
	for _, part := range []struct {
		to   *bytes.Buffer
		name string
	}{{&h, "edition.html"}, {&rest, "rest"}} {
		if err := m.html.ExecuteTemplate(part.to, part.name, marked); err != nil {
			return RenderedMail{}, fmt.Errorf("templates: %w", err)
		}
	}
	if err := m.text.Execute(&t, marked); err != nil {
		return RenderedMail{}, fmt.Errorf("templates: %w", err)
	}
	mail := RenderedMail{Rest: strings.TrimSpace(rest.String())}
	mail.HTML, mail.HTMLPlaces = marked.place(strings.TrimSpace(h.String()) + "\n")
	mail.Text, mail.TextPlaces = marked.place(strings.TrimSpace(t.String()) + "\n")
	return mail, nil
}

// WebEdition makes the web page of a mail: the same bytes, with what the mail only
// counted. Placeholders are left as they are; places are their offsets in the page, nil
// when the mail's are.
func WebEdition(mail RenderedMail) (page string, places []int64) {
	at := strings.Index(mail.HTML, restMark)
	if at < 0 {
		return mail.HTML, mail.HTMLPlaces
	}
	places = slices.Clone(mail.HTMLPlaces)
	for i, place := range places {
		if place > int64(at) {
			places[i] += int64(len(mail.Rest) - len(restMark))
		}
	}
	return mail.HTML[:at] + mail.Rest + mail.HTML[at+len(restMark):], places
}

// comment writes an HTML comment, which a template would leave out: Outlook reads them.
func comment(s string) html.HTML { return html.HTML("<!--" + s + "-->") }

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
