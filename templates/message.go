package templates

import (
	"bytes"
	"fmt"
	html "html/template"
	"strings"
	text "text/template"
)

// Message is a short email about a subscription, with one button.
type Message struct {
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
	After     []string // paragraphs after the button
}

// Messages is the parsed template of messages. It is safe for concurrent use.
type Messages struct {
	html *html.Template
	text *text.Template
}

// NewMessages parses the template. An error means a faulty file in this package.
func NewMessages() (*Messages, error) {
	h, err := html.New("message.html").Delims("[[", "]]").ParseFS(mailFiles, "mails/message.html")
	if err != nil {
		return nil, fmt.Errorf("templates: %w", err)
	}
	t, err := text.New("message.txt").Delims("[[", "]]").Funcs(text.FuncMap{"wrap": wrapText, "upper": strings.ToUpper}).ParseFS(mailFiles, "mails/message.txt")
	if err != nil {
		return nil, fmt.Errorf("templates: %w", err)
	}
	return &Messages{h, t}, nil
}

// Render returns the message as HTML and as text.
func (l *Messages) Render(view Message) (asHTML, asText string, err error) {
	var h, t bytes.Buffer
	if err := l.html.Execute(&h, view); err != nil {
		return "", "", fmt.Errorf("templates: %w", err)
	}
	if err := l.text.Execute(&t, view); err != nil {
		return "", "", fmt.Errorf("templates: %w", err)
	}
	return strings.TrimSpace(h.String()) + "\n", strings.TrimSpace(t.String()) + "\n", nil
}
