package reading

import (
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// slashed and dashed mark a floating time that was read from numbers of which either may
// be the month, as if the month came first; [dateHints.settle] decides.
var (
	slashed = time.FixedZone("slashed", 0)
	dashed  = time.FixedZone("dashed", 0)
)

// slavic marks a floating time whose month Croatian has under the name of the month before:
// "listopada" is November in Polish, and October in Croatian.
var slavic = time.FixedZone("slavic", 0)

// numeric is a date in numbers alone, perhaps with a time.
var numeric = regexp.MustCompile(`^(\d{1,2})([/.-])(\d{1,2})[/.-](\d{4}|\d{2})\.?(?:,? (?:à |um |в |at |- )?(\d{1,2}[:h]\d{2}(?::\d{2})?(?: ?[AP]m)?)(?: uhr| Uhr)?)?$`)

// numericDate reads "17/04/2023", "04/17/2023" and "17.04.23". Dots stand behind a day.
func numericDate(text string) time.Time {
	m := numeric.FindStringSubmatch(text)
	if m == nil || strings.Count(text, m[2]) < 2 {
		return time.Time{}
	}
	first, second, year := number(m[1]), number(m[3]), number(m[4])
	if len(m[4]) == 2 {
		year += 2000
	}
	at, timed := clockOf(m[5])
	if m[5] != "" && !timed {
		return time.Time{}
	}
	month, day, zone := orderOf(first, second, m[2])
	t := time.Date(year, time.Month(month), day, 0, 0, 0, 0, zone).Add(at)
	if month < 1 || month > 12 || t.Day() != day || year < 1900 || year > 2200 {
		return time.Time{}
	}
	return t
}

// orderOf tells month and day among two numbers by the character between them; the zone
// says where either may be the month.
func orderOf(first, second int, separator string) (month, day int, zone *time.Location) {
	switch {
	case separator == "." || first > 12:
		return second, first, floating
	case first == second || second > 12:
		return first, second, floating
	case separator == "-":
		return first, second, dashed
	}
	return first, second, slashed
}

func number(digits string) int {
	n, _ := strconv.Atoi(digits)
	return n
}

// clockOf is the time of day that a text says, in 24 hours or in 12.
func clockOf(text string) (time.Duration, bool) {
	text = strings.ToUpper(strings.Replace(text, "h", ":", 1))
	for _, layout := range []string{"15:04", "15:04:05", "3:04 PM", "3:04PM"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t.Sub(t.Truncate(24 * time.Hour)), true
		}
	}
	return 0, false
}

// dateHints tell whether the day or the month stands first in a date in
// numbers: the page's language, and days that it should be near to.
type dateHints struct {
	language string // BCP 47, with the region if the page says it
	host     string
	seen     time.Time // no article is dated later
	address  time.Time // the day in the page's address
	weight   int       // of that day
	month    time.Time // the month in it, its first day
	near     []time.Time
}

// settle decides the order in which a date in numbers is read: that of the address; that
// of the language, unless the day is in the future; and, where the language leaves it
// open, the day near to other evidence. Relative dates become dates by the time of reading. Other dates stay as they are.
func (d dateHints) settle(t time.Time) time.Time {
	switch t.Location() {
	case slashed, dashed:
	case slavic:
		if strings.HasPrefix(strings.ToLower(d.language), "hr") {
			t = t.AddDate(0, -1, 0)
		}
		return inZone(t, floating)
	case ago, daysAgo, yearless:
		return since(t, d.seen)
	default:
		return t
	}
	dayFirst, sure := d.order()
	if t.Location() == dashed && !sure {
		dayFirst = true
	}
	first := inZone(t, floating)
	other := time.Date(t.Year(), time.Month(t.Day()), int(t.Month()), t.Hour(), t.Minute(), t.Second(), 0, floating)
	if dayFirst {
		first, other = other, first
	}
	switch {
	case isNear(other, d.address, 24*time.Hour) && !isNear(first, d.address, 24*time.Hour):
		return other
	case !d.isPast(first) && d.isPast(other):
		return other
	case !sure && d.isPast(other) && d.isEvident(other) && !d.isEvident(first):
		return other
	}
	return first
}

// isPast reports whether a day has begun somewhere on earth.
func (d dateHints) isPast(t time.Time) bool {
	return d.seen.IsZero() || t.Before(d.seen.Add(24*time.Hour))
}

func (d dateHints) isEvident(t time.Time) bool {
	for _, other := range d.near {
		if isNear(t, other, 4*24*time.Hour) {
			return true
		}
	}
	return false
}

func isNear(a, b time.Time, most time.Duration) bool {
	return !b.IsZero() && a.Sub(b).Abs() <= most
}

// order reports whether readers of the language write the day first, and whether all do.
func (d dateHints) order() (dayFirst, sure bool) {
	parts := strings.FieldsFunc(strings.ToLower(d.language), func(r rune) bool { return r == '-' || r == '_' })
	language, region := "", ""
	for i, part := range parts {
		switch {
		case i == 0:
			language = part
		case len(part) == 2 || len(part) == 3 && part[0] >= '0' && part[0] <= '9':
			region = part
		}
	}
	if region == "us" || region == "ph" {
		return false, true
	}
	if language != "en" && language != "" {
		return true, true
	}
	if region == "ca" {
		return false, false // both are common
	}
	if region != "" {
		return true, true
	}
	return writesDayFirst[d.host[strings.LastIndexByte(d.host, '.')+1:]], false
}

// HostOf is the host of an address in small letters, without port; empty when it cannot be read.
func HostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Hostname())
}
