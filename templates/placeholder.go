package templates

import (
	"crypto/rand"
	"strings"
)

// markedMail is an email during rendering. Its placeholders stand between markers that are
// random and new for this rendering, so that no text can contain one.
type markedMail struct {
	EditionMail
	marker string
}

// newMarker returns a string with 128 random bits: letters and digits, which no template
// escapes.
func newMarker() string { return "place" + rand.Text() }

// Placeholder writes a placeholder between markers. The templates call it.
func (m markedMail) Placeholder(name string) string { return m.marker + name + m.marker }

// place replaces the markers of a rendered part by the placeholders' syntax, and returns
// the placeholders' offsets.
func (m markedMail) place(rendered string) (out string, places []int64) {
	var b strings.Builder
	places = []int64{}
	for i, part := range strings.Split(rendered, m.marker) {
		if i%2 == 0 {
			b.WriteString(part)
			continue
		}
		places = append(places, int64(b.Len()))
		b.WriteString("{{corridor:" + part + "}}")
	}
	return b.String(), places
}
