package reading

import (
	"regexp"
	"strings"
	"time"
)

// A relative date is held as the time before relativeBase, in the zone ago if it is an hour
// and in the zone daysAgo if it is a day; [dateHints.settle] makes it a date by the time of
// reading. A day without a year is in the zone yearless.
var (
	relativeBase = time.Date(2000, time.January, 1, 0, 0, 0, 0, time.UTC)
	ago          = time.FixedZone("ago", 0)
	daysAgo      = time.FixedZone("days ago", 0)
	yearless     = time.FixedZone("yearless", 0) // a day and a month in the year of relativeBase
)

// maxRelative is the longest text that is tried as a relative date, in bytes.
const maxRelative = 80

var (
	firstNumber  = regexp.MustCompile(`\d{1,3}`)
	clockInWords = regexp.MustCompile(`(?:^|[\s,])(\d{1,2})[:.h](\d{2})(?::\d{2})?(?: ?([ap])\.?m\.?)?(?: uhr| h)?$`)
	oneOf        = regexp.MustCompile(`^(?:about )?(?:an?|one) `) // "an hour ago"
)

// relativeDate reads "3 hours ago", "вчера" and "Сегодня, 14:30", in all languages of the
// data; the zero time if text is another. See [relativeBase].
func relativeDate(text string) time.Time {
	if len(text) > maxRelative {
		return time.Time{}
	}
	text = strings.Trim(oneLine(foldDate(text)), " .,;|·•-–—()")
	words := allCalendarWords()
	if at := firstNumber.FindStringIndex(text); at != nil {
		n := number(text[at[0]:at[1]])
		if unit := words.past[text[:at[0]]+"{0}"+text[at[1]:]]; unit > 0 {
			return beforeNow(n, unit)
		}
	}
	if rest := oneOf.ReplaceAllString(text, "{0} "); rest != text && words.past[rest] > 0 {
		return beforeNow(1, words.past[rest])
	}
	return words.dayBefore(text)
}

// beforeNow is a relative date, of days in whole days.
func beforeNow(n int, unit time.Duration) time.Time {
	zone := ago
	if unit >= day {
		zone = daysAgo
	}
	return inZone(relativeBase.Add(-time.Duration(n)*unit), zone)
}

// dayBefore reads the name of a day such as yesterday, alone or with a time of day.
func (w *calendarWords) dayBefore(text string) time.Time {
	clock := time.Duration(0)
	if m := clockInWords.FindStringSubmatchIndex(text); m != nil {
		at, ok := clockOf(clockText(text, m))
		if !ok {
			return time.Time{}
		}
		clock, text = at, text[:m[0]]
	} else if before, rest, found := strings.Cut(text, " "); found && strings.Contains(before, ":") {
		at, ok := clockOf(strings.TrimRight(before, ","))
		if !ok {
			return time.Time{}
		}
		clock, text = at, rest
	}
	text = strings.Trim(text, " ,·|-")
	days, is := w.days[text]
	if !is {
		name, filler, found := cutLast(text)
		if days, is = w.days[strings.Trim(name, " ,")]; !found || !is || !dateFillers[filler] {
			return time.Time{}
		}
	}
	return inZone(relativeBase.Add(clock-time.Duration(days)*day), daysAgo)
}

// clockText is the time of day of a match of clockInWords.
func clockText(text string, m []int) string {
	clock := text[m[2]:m[3]] + ":" + text[m[4]:m[5]]
	if m[6] >= 0 {
		clock += " " + text[m[6]:m[7]] + "m"
	}
	return clock
}

// cutLast cuts a text at its last blank.
func cutLast(text string) (before, last string, found bool) {
	i := strings.LastIndexByte(text, ' ')
	if i < 0 {
		return text, "", false
	}
	return text[:i], text[i+1:], true
}

// isRelative reports whether a date depends on the time of reading.
func isRelative(t time.Time) bool {
	return t.Location() == ago || t.Location() == daysAgo || t.Location() == yearless
}

// since makes a relative date one by the time of reading; the zero time where that is unknown.
func since(t, seen time.Time) time.Time {
	if seen.IsZero() {
		return time.Time{}
	}
	if t.Location() == yearless {
		for year := seen.Year(); year > seen.Year()-5; year-- {
			at := time.Date(year, t.Month(), t.Day(), t.Hour(), t.Minute(), 0, 0, floating)
			if at.Day() == t.Day() && at.Before(seen.Add(day)) {
				return at
			}
		}
		return time.Time{}
	}
	before := relativeBase.Sub(t)
	if t.Location() == ago {
		return seen.Add(-before).Truncate(time.Minute).UTC()
	}
	at := seen.UTC().Truncate(day).Add(-before)
	return inZone(at, floating)
}
