package templates

import (
	"bytes"
	"fmt"
	html "html/template"
	"strings"
	text "text/template"
)

// Letter is a short mail about a subscription, with one thing to do.
type Letter struct {
	Language  string // BCP 47
	Title     string // of the publication
	SiteURL   string
	Address   string // postal
	Subject   string
	Preheader string
	Heading   string
	Text      []string // paragraphs before the button
	Button    string
	URL       string
	After     []string // paragraphs after it
}

// Letters are the letter's two forms, parsed. They may be used by many goroutines.
type Letters struct {
	html *html.Template
	text *text.Template
}

// NewLetters parses the letter. An error is a mistake in a file of this package.
func NewLetters() (*Letters, error) {
	h, err := html.New("letter.html").Delims("[[", "]]").ParseFS(mailFiles, "mails/letter.html")
	if err != nil {
		return nil, fmt.Errorf("templates: %w", err)
	}
	t, err := text.New("letter.txt").Delims("[[", "]]").Funcs(text.FuncMap{"wrap": wrapText, "upper": strings.ToUpper}).ParseFS(mailFiles, "mails/letter.txt")
	if err != nil {
		return nil, fmt.Errorf("templates: %w", err)
	}
	return &Letters{h, t}, nil
}

// Render returns the letter as HTML and as text.
func (l *Letters) Render(view Letter) (asHTML, asText string, err error) {
	var h, t bytes.Buffer
	if err := l.html.Execute(&h, view); err != nil {
		return "", "", fmt.Errorf("templates: %w", err)
	}
	if err := l.text.Execute(&t, view); err != nil {
		return "", "", fmt.Errorf("templates: %w", err)
	}
	return strings.TrimSpace(h.String()) + "\n", strings.TrimSpace(t.String()) + "\n", nil
}
