package reading

import (
	"testing"
	"time"
)

// TestParseDateZones tells a time that names its zone, were it UTC in numbers, from one
// that is the publication's own clock.
func TestParseDateZones(t *testing.T) {
	for text, want := range map[string]string{
		"2026-11-12T08:15:00+00:00":       "2026-11-12T08:15:00Z",
		"2026-11-12T08:15:00.000Z":        "2026-11-12T08:15:00Z",
		"Thu, 12 Nov 2026 08:15:00 +0000": "2026-11-12T08:15:00Z",
		"Thu, 12 Nov 2026 08:15:00 GMT":   "2026-11-12T08:15:00Z",
		"2026-11-12 08:15:00 +0000":       "2026-11-12T08:15:00Z",
		"November 12, 2026 3:15 PM EST":   "2026-11-12T20:15:00Z",
		"2026-11-12T08:15:00+04:00":       "2026-11-12T04:15:00Z",
		"2026-11-12T08:15:00":             "",
		"November 12, 2026":               "",
		"12/11/2026 8:15":                 "",
	} {
		at := parseDate(text)
		switch {
		case at.IsZero():
			t.Errorf("%q is no date", text)
		case want == "" && !isFloating(at):
			t.Errorf("%q names no zone, but is read as %v", text, at)
		case want != "" && (isFloating(at) || at.UTC().Format(time.RFC3339) != want):
			t.Errorf("%q is read as %v, floating %v; want %s", text, at, isFloating(at), want)
		}
	}
}

// TestDatelines reads the day a press release opens with, and no day that a sentence
// speaks of.
func TestDatelines(t *testing.T) {
	for text, want := range map[string]string{
		"WASHINGTON, D.C., October 21, 2026 – The Institute today named a director.": "2026-10-21",
		"Astana, 21 October 2026 — Ministers met.":                                   "2026-10-21",
		"BAKU (Oct. 21, 2026) -- The port has a new quay.":                           "2026-10-21",
		"It was signed in Astana on October 21, 2026 – and forgotten.":               "",
		"The ministers met – on October 21, 2026.":                                   "",
	} {
		got := ""
		if at := openingDate(text); !at.IsZero() {
			got = at.Format(time.DateOnly)
		}
		if got != want {
			t.Errorf("%q opens with %q, want %q", text, got, want)
		}
	}
	for address, want := range map[string]string{
		"https://example.org/blog/2026/10/29/roofs": "2026-10-29",
		"https://example.org/2026-10-29-roofs":      "2026-10-29",
		"https://example.org/2026/13/29/roofs":      "",
		"https://example.org/report/2026/10":        "",
		"https://example.org/files/12026/10/29":     "",
	} {
		got := ""
		if at := dateInAddress(address); !at.IsZero() {
			got = at.Format(time.DateOnly)
		}
		if got != want {
			t.Errorf("%s names %q, want %q", address, got, want)
		}
	}
}
