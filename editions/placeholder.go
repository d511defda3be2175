package editions

import (
	"fmt"
	"html"
	"strings"

	"corridor/mailer/message"
)

// placeholders maps the names of a rendering's placeholders to values.
type placeholders map[string]string

// neutral returns the values for a page or a preview that is for no particular reader.
func (s *Store) neutral(viewURL string) placeholders {
	home := s.opts.BaseURL + "/"
	return placeholders{
		"name": "", "greeting": "Dear reader,", "why": "Readers get what they chose, as often as they chose.",
		"preferences_url": home, "unsubscribe_url": home, "view_url": viewURL,
	}
}

// text fills in the placeholders of a plain-text part.
func (p placeholders) text(part string, places []int64) (string, error) {
	return p.fill(part, places, func(value string) string { return value })
}

// html fills in the placeholders of an HTML part.
func (p placeholders) html(part string, places []int64) (string, error) {
	return p.fill(part, places, html.EscapeString)
}

func (p placeholders) fill(part string, places []int64, escape func(string) string) (string, error) {
	segments, err := message.Segments(part, places)
	if err != nil {
		return "", fmt.Errorf("editions: %w", err)
	}
	var b strings.Builder
	for _, s := range segments {
		b.WriteString(s.Text)
		b.WriteString(escape(p[s.Name]))
	}
	return b.String(), nil
}
