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

// EditionMail is a digest or a special edition as an email. Placeholders stand for the
// texts that differ between readers; the sender fills them in.
type EditionMail struct {
	Language  string // BCP 47
	Title     string // of the publication
	SiteURL   string
	Address   string // postal
	Subject   string
	Preheader string // shown by mail programs beside the subject
	Dateline  string // "Daily digest · 23 November 2026"
	Intro     []string
	Sections  []MailSection
	Rest      []MailArticle // counted in the email, listed on its web page
}

// MailSection is a program's section of an email. Heading may be empty.
type MailSection struct {
	Heading  string
	Articles []MailArticle
}

// MailArticle is an article in an email.
type MailArticle struct {
	Title       string
	URL         string
	Byline      string // authors and date
	Summary     string
	ImageURL    string
	ImageAlt    string
	ImageCredit string
}

// RestCount is the number of articles that only the web page lists.
func (m EditionMail) RestCount() int { return len(m.Rest) }

// Filler is invisible text that keeps mail programs from showing the first words of the
// email after a short preheader.
func (m EditionMail) Filler() html.HTML {
	missing := 110 - utf8.RuneCountInString(m.Preheader)
	if missing <= 0 {
		return ""
	}
	return html.HTML(strings.Repeat("&#847;&zwnj;&nbsp;", missing/2))
}

// restMark is the position in an email where its web page lists the rest of the articles.
// In the email it is an invisible comment.
const restMark = "<!-- more -->"

// RenderedMail is the two parts of an email, with placeholders, and the additional HTML of
// its web page. A placeholder is written {{corridor:NAME}} and begins at one of the
// offsets; the same characters at other offsets are text of an article or of staff.
type RenderedMail struct {
	HTML       string
	HTMLPlaces []int64 // in bytes, ascending
	Text       string
	TextPlaces []int64
	Rest       string // HTML, without placeholders
}

// Mails are the parsed templates of editions. They are safe for concurrent use.
type Mails struct {
	html *html.Template
	text *text.Template
}

// NewMails parses the templates. An error means a faulty file in this package.
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

// Edition renders an email.
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

// WebEdition returns the web page of an email: the same bytes, with the rest of the
// articles inserted. places are the placeholders' offsets in the page, nil if the email's
// are nil.
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

// comment writes an HTML comment, which html/template would remove. Outlook interprets it.
func comment(s string) html.HTML { return html.HTML("<!--" + s + "-->") }

// mailWidth is the length of lines in the text part. It leaves room for quoting.
const mailWidth = 72

// wrapText breaks a paragraph into lines. A longer word, such as a URL, has a line to
// itself.
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
