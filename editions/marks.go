package editions

import (
	"html"
	"strings"
)

// marks are the values of a rendering's marks.
type marks map[string]string

// neutral are the marks of a page or a preview that belongs to no reader.
func (s *Store) neutral(viewURL string) marks {
	home := s.opts.BaseURL + "/"
	return marks{
		"name": "", "greeting": "Dear reader,", "why": "Readers get what they chose, as often as they chose.",
		"preferences_url": home, "unsubscribe_url": home, "view_url": viewURL,
	}
}

func (m marks) text(s string) string {
	for name, value := range m {
		s = strings.ReplaceAll(s, "{{corridor:"+name+"}}", value)
	}
	return s
}

func (m marks) html(s string) string {
	for name, value := range m {
		s = strings.ReplaceAll(s, "{{corridor:"+name+"}}", html.EscapeString(value))
	}
	return s
}
