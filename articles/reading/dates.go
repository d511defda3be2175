package reading

import (
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// dateLayouts are the forms in which pages write dates, most exact first.
var dateLayouts = []string{
	time.RFC3339Nano, "2006-01-02T15:04:05Z0700", "2006-01-02T15:04Z07:00", "2006-01-02T15:04:05", "2006-01-02T15:04",
	"2006-01-02 15:04:05 -0700", "2006-01-02 15:04:05 MST", "2006-01-02 15:04:05", "2006-01-02 15:04", "2006-01-02", "2006/01/02", "2006/1/2", "20060102",
	time.RFC1123Z, time.RFC1123, time.RFC850, time.ANSIC, time.UnixDate,
	"January 2, 2006 15:04 MST", "January 2, 2006 3:04 PM MST", "January 2, 2006 3:04 PM", "January 2, 2006 15:04", "January 2, 2006", "January 2 2006",
	"Jan 2, 2006 3:04 PM MST", "Jan 2, 2006 3:04 PM", "Jan 2, 2006 15:04", "Jan 2, 2006", "Jan 2 2006",
	"2 January 2006 15:04 MST", "2 January 2006 15:04", "2 January 2006", "2 January, 2006", "2 Jan 2006 15:04", "2 Jan 2006", "2 Jan, 2006", "02-Jan-2006",
	"02.01.2006 15:04", "02.01.2006", "2.1.2006", "January 2006",
}

var (
	ordinal  = regexp.MustCompile(`(?i)\b(\d{1,2})(st|nd|rd|th)\b`)
	weekday  = regexp.MustCompile(`(?i)^(mon|tue|tues|wed|wednes|thu|thur|thurs|fri|sat|satur|sun)(day)?\.?,?\s+`)
	meridiem = regexp.MustCompile(`(?i)(\d)\s*([ap])\.?m\.?`)
	dotMonth = regexp.MustCompile(`(?i)\b(jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\.`)
	spaces   = regexp.MustCompile(`\s+`)
)

// floating marks a time without a zone in its text: the time of a wall clock, held as if
// in UTC.
var floating = time.FixedZone("floating", 0)

// unnamed is a zone that no text can name, so that a time without a zone is told from
// one that names "+00:00".
var unnamed = time.FixedZone("", 1)

// abbreviations are zones that Go knows by name only where the machine stands in them,
// in hours from UTC.
var abbreviations = map[string]int{"EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "BST": 1, "CET": 1, "CEST": 2, "EET": 2, "EEST": 3, "MSK": 3}

// isFloating reports whether t was read from a text without a zone.
func isFloating(t time.Time) bool {
	switch t.Location() {
	case floating, slashed, dashed, slavic:
		return true
	}
	return false
}

// maxDate is the longest text that is tried as a date, in bytes of Latin letters.
const maxDate = 60

// tooLongForDate reports whether a text is too long for a date and some further bytes.
func tooLongForDate(text string, besides int) bool {
	return len(text) > 2*(maxDate+besides) || len(text) > maxDate+besides && utf8.RuneCountInString(text) > maxDate+besides
}

// parseDate reads a date as pages write it; the zero time if text is not a date. A date
// without a zone is floating, one without a time is midnight. One in numbers that may
// be read in two ways is left to [dateHints.settle].
func parseDate(text string) time.Time {
	if len(text) > 4*maxDate {
		return time.Time{}
	}
	text = digits(oneLine(text))
	if tooLongForDate(text, 0) || len(text) < 6 || !hasDigit(text) {
		return relativeDate(stripDateWords(text))
	}
	if t, ok := tryLayouts(text); ok {
		return t
	}
	text = stripDateWords(text)
	text = strings.Trim(weekday.ReplaceAllString(text, ""), " ,|·•-–—.")
	text = ordinal.ReplaceAllString(text, "$1")
	text = dotMonth.ReplaceAllString(text, "$1")
	text = meridiem.ReplaceAllStringFunc(text, func(s string) string {
		return strings.ToUpper(meridiem.ReplaceAllString(s, "$1 ${2}m"))
	})
	text = strings.NewReplacer("Sept ", "Sep ", "sept ", "Sep ", " at ", " ", " @ ", " ", " - ", " ", " | ", " ", " · ", " ", " г.", "", " года", "").Replace(text + " ")
	text = strings.TrimSpace(spaces.ReplaceAllString(text, " "))
	if t, ok := tryLayouts(text); ok {
		return t
	}
	if t := numericDate(text); !t.IsZero() {
		return t
	}
	if t := wholeDate(text); !t.IsZero() {
		return t
	}
	return relativeDate(text)
}

// stripDateWords takes off the words before a date that say which one it is.
func stripDateWords(text string) string {
	if rest := dateWords.ReplaceAllString(text, ""); rest != text {
		return rest
	}
	return editWords.ReplaceAllString(text, "")
}

// wholeDate reads a text that is one date with its weekday and its time of day: "Freitag,
// 27. November 2026, 14:30 Uhr", "1er novembre 2026", "2026 жылғы 27 қараша". It is the
// zero time where a word stands that belongs to no date.
func wholeDate(text string) time.Time {
	s := newDateScan(foldDate(text))
	for i := range s.tokens {
		f, ok := s.dateAt(i)
		if !ok {
			continue
		}
		s.addClock(&f)
		if !s.onlyFillers(0, f.first) || !s.onlyFillers(f.next, len(s.tokens)) {
			return time.Time{}
		}
		return f.at
	}
	return time.Time{}
}

func hasDigit(text string) bool {
	return strings.ContainsAny(text, "0123456789") || strings.IndexFunc(text, func(r rune) bool { return r > 0x600 && unicode.IsDigit(r) }) >= 0
}

func tryLayouts(text string) (time.Time, bool) {
	for _, layout := range dateLayouts {
		t, err := time.ParseInLocation(layout, text, unnamed)
		if err != nil || t.Year() < 1900 || t.Year() > 2200 {
			continue
		}
		if t.Location() == unnamed {
			return inZone(t, floating), true
		}
		name, offset := t.Zone()
		if hours, ok := abbreviations[name]; ok && offset == 0 {
			return inZone(t, time.FixedZone(name, hours*3600)), true
		}
		return t, true
	}
	return time.Time{}, false
}

// inZone is the wall clock time of t, in another zone.
func inZone(t time.Time, zone *time.Location) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), zone)
}

// placeForm are the names of places that stand before the date of a press release.
var placeForm = regexp.MustCompile(`^(?:\p{Lu}[\p{L}.'’-]*[,/ ]*){1,5}$`)

// dateline reads "Washington, DC, October 21, 2026"; the zero time if text is another.
func dateline(text string) time.Time {
	place := strings.TrimRight(strings.NewReplacer(" (", ", ", ")", "").Replace(strings.TrimSpace(text)), ", ")
	at := dateTail(&place)
	if at.IsZero() || tooLongForDate(text, 20) || !placeForm.MatchString(strings.Trim(place, " ,–—-")) {
		return time.Time{}
	}
	return at
}

// openingDate is the date that a text opens with, behind a place and before a dash, as
// press releases do; the zero time if it opens otherwise.
func openingDate(text string) time.Time {
	for _, dash := range []string{"–", "—", " - ", "--", ":"} {
		if i := strings.Index(text, dash); i > 0 && !tooLongForDate(text[:i], 20) {
			if at := dateline(text[:i]); !at.IsZero() {
				return at
			}
		}
	}
	return time.Time{}
}

// ParseDate reads a date in any form in which pages write it; the zero time if text is no
// date. The language (BCP 47) decides the order of day and month in numbers. local says that
// the text names no zone: the time is then a wall clock's, held as UTC.
func ParseDate(text, language string) (t time.Time, local bool) {
	t = dateHints{language: language}.settle(parseDate(text))
	if t.IsZero() {
		return t, false
	}
	if isFloating(t) {
		return inZone(t, time.UTC), true
	}
	return t.UTC(), false
}
