package articles

import (
	"regexp"
	"strings"
	"time"
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
	dateLead = regexp.MustCompile(`(?i)^(date published|publication date|published( on| at)?|posted( on)?|date|updated|last updated|last modified|first published|released?)\s*:?\s+`)
	meridiem = regexp.MustCompile(`(?i)(\d)\s*([ap])\.?m\.?`)
	dotMonth = regexp.MustCompile(`(?i)\b(jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\.`)
	spaces   = regexp.MustCompile(`\s+`)
)

// otherMonths are names in languages that pages here are written in, in front of the
// English ones.
var otherMonths = strings.NewReplacer(
	"января", "January", "февраля", "February", "марта", "March", "апреля", "April", "мая", "May", "июня", "June",
	"июля", "July", "августа", "August", "сентября", "September", "октября", "October", "ноября", "November", "декабря", "December",
	"yanvar", "January", "fevral", "February", "aprel", "April", "iyun", "June", "iyul", "July", "avqust", "August",
	"sentyabr", "September", "oktyabr", "October", "noyabr", "November", "dekabr", "December",
	"janvier", "January", "février", "February", "avril", "April", "juillet", "July", "août", "August", "septembre", "September",
	"octobre", "October", "novembre", "November", "décembre", "December",
	"Januar", "January", "Februar", "February", "März", "March", "Mai", "May", "Juni", "June", "Juli", "July", "Oktober", "October", "Dezember", "December",
	"Ocak", "January", "Şubat", "February", "Mart", "March", "Nisan", "April", "Mayıs", "May", "Haziran", "June", "Temmuz", "July",
	"Ağustos", "August", "Eylül", "September", "Ekim", "October", "Kasım", "November", "Aralık", "December",
)

// floating marks a time whose text names no zone: a wall clock's, held as if in UTC.
var floating = time.FixedZone("floating", 0)

// unnamed is a zone that no text can name, so that a time without a zone is told from
// one that names "+00:00".
var unnamed = time.FixedZone("", 1)

// abbreviations are zones that Go knows by name only where the machine stands in them,
// in hours from UTC.
var abbreviations = map[string]int{"EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "BST": 1, "CET": 1, "CEST": 2, "EET": 2, "EEST": 3, "MSK": 3}

// isFloating tells whether t was read from a text without a zone.
func isFloating(t time.Time) bool { return t.Location() == floating }

// maxDate is the longest text that is tried as a date.
const maxDate = 60

// parseDate reads a date as pages write it; the zero time if text is none. A date
// without a zone is floating, one without a time is midnight.
func parseDate(text string) time.Time {
	text = oneLine(text)
	if len(text) < 6 || len(text) > maxDate || !hasDigit(text) {
		return time.Time{}
	}
	if t, ok := tryLayouts(text); ok {
		return t
	}
	text = dateLead.ReplaceAllString(text, "")
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
	if t, ok := tryLayouts(otherMonths.Replace(text)); ok {
		return t
	}
	t, _ := tryLayouts(strings.Replace(otherMonths.Replace(text), ", ", " ", 1))
	return t
}

func hasDigit(text string) bool { return strings.ContainsAny(text, "0123456789") }

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

// inZone is what t's clock shows, in another zone.
func inZone(t time.Time, zone *time.Location) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), zone)
}

// pathDate is a day in an address: /2026/10/29/the-headline.
var pathDate = regexp.MustCompile(`/((?:19|20)\d\d)[/-](\d\d)[/-](\d\d)(?:/|-|$)`)

// dateInAddress is the day that an address names; the zero time if it names none.
func dateInAddress(address string) time.Time {
	m := pathDate.FindStringSubmatch(address)
	if m == nil {
		return time.Time{}
	}
	return parseDate(m[1] + "-" + m[2] + "-" + m[3])
}

// placeForm are the names of places that stand before the date of a press release.
var placeForm = regexp.MustCompile(`^(?:\p{Lu}[\p{L}.'’-]*[,/ ]*){1,5}$`)

// dateline reads "Washington, DC, October 21, 2026"; the zero time if text is another.
func dateline(text string) time.Time {
	place := strings.TrimRight(strings.NewReplacer(" (", ", ", ")", "").Replace(strings.TrimSpace(text)), ", ")
	at := dateTail(&place)
	if at.IsZero() || len(text) > maxDate+20 || !placeForm.MatchString(strings.Trim(place, " ,–—-")) {
		return time.Time{}
	}
	return at
}

// openingDate is the date that a text opens with, behind a place and before a dash, as
// press releases do; the zero time if it opens otherwise.
func openingDate(text string) time.Time {
	for _, dash := range []string{"–", "—", " - ", "--", ":"} {
		if i := strings.Index(text, dash); i > 0 && i <= maxDate+20 {
			if at := dateline(text[:i]); !at.IsZero() {
				return at
			}
		}
	}
	return time.Time{}
}

// numeric is a date in numbers alone, perhaps with a time.
var numeric = regexp.MustCompile(`^(\d{1,2})[/-](\d{1,2})[/-](\d{4})(?:,? (\d{1,2}:\d{2}(?::\d{2})?(?: ?[AP]m)?))?$`)

// numericDate reads "17/04/2023" and "04/17/2023". Where both could be the month the
// first is, as in the United States; a day over twelve tells the other order.
func numericDate(text string) time.Time {
	m := numeric.FindStringSubmatch(text)
	if m == nil {
		return time.Time{}
	}
	month, day := m[1], m[2]
	if len(month) == 2 && month > "12" {
		month, day = day, month
	}
	layouts := []string{"1/2/2006 ", "1/2/2006 15:04", "1/2/2006 15:04:05", "1/2/2006 3:04 PM", "1/2/2006 3:04PM"}
	for _, layout := range layouts {
		if t, err := time.ParseInLocation(layout, month+"/"+day+"/"+m[3]+" "+strings.ToUpper(m[4]), floating); err == nil && t.Year() >= 1900 && t.Year() <= 2200 {
			return t
		}
	}
	return time.Time{}
}
