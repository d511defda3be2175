package hooks

import (
	"bytes"
	"encoding/json"
	"time"
)

// The fields of an event that matter little have lenient types: a value of another form is
// left out, and the rest of the event counts.

// moment is a time in RFC 3339; zero for anything else.
type moment struct{ time.Time }

func (m *moment) UnmarshalJSON(raw []byte) error {
	var t time.Time
	if json.Unmarshal(raw, &t) == nil {
		m.Time = t
	}
	return nil
}

// text is a string, or the digits of a number; empty for anything else.
type text string

func (t *text) UnmarshalJSON(raw []byte) error {
	var s string
	switch {
	case json.Unmarshal(raw, &s) == nil:
		*t = text(s)
	case bytes.IndexByte([]byte("-0123456789"), raw[0]) >= 0:
		*t = text(raw)
	}
	return nil
}
