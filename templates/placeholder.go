package templates

import (
	"crypto/rand"
	"strings"
)

// markedMail is a mail on its way through the templates. Its placeholders stand between
// markers, which are made for this one rendering after all of its text was written, so
// that no text contains one.
type markedMail struct {
	EditionMail
	marker string
}

// newMarker returns a string of 128 random bits: letters and digits, which no template
// escapes.
func newMarker() string { return "place" + rand.Text() }

// Placeholder is what the templates write where readers differ.
func (m markedMail) Placeholder(name string) string { return m.marker + name + m.marker }

// place replaces the markers of a rendered part, and returns where the placeholders
// begin.
func (m markedMail) place(rendered string) (part string, places []int64) {
	var b strings.Builder
	places = []int64{}
	for i, piece := range strings.Split(rendered, m.marker) {
		if i%2 == 0 {
			b.WriteString(piece)
			continue
		}
		places = append(places, int64(b.Len()))
		b.WriteString("{{corridor:" + piece + "}}")
	}
	return b.String(), places
}
