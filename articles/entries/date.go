package entries

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"corridor/articles/reading"
)

// zones are the names of zones that feeds write, in minutes from UTC. RFC 822 names those of
// North America; the others are the ones that programs print.
var zones = map[string]int{
	"UT": 0, "UTC": 0, "GMT": 0, "Z": 0, "WET": 0,
	"EST": -300, "EDT": -240, "CST": -360, "CDT": -300, "MST": -420, "MDT": -360, "PST": -480, "PDT": -420, "AKST": -540, "HST": -600,
	"BST": 60, "WEST": 60, "CET": 60, "MET": 60, "CEST": 120, "MEST": 120, "EET": 120, "EEST": 180, "SAST": 120, "TRT": 180, "MSK": 180, "MSD": 240,
	"AZT": 240, "GET": 240, "AMT": 240, "SAMT": 240, "YEKT": 300, "UZT": 300, "TMT": 300, "TJT": 300, "PKT": 300, "ALMT": 360, "KGT": 360,
	"IRST": 210, "IRDT": 270, "IST": 330, "SGT": 480, "HKT": 480, "JST": 540, "KST": 540, "AEST": 600, "AEDT": 660,
}

var (
	zoneTail = regexp.MustCompile(`\s*(?:(?i:GMT|UTC|UT)?\s*([+-])(\d{1,2}):?(\d{2})?|(\b[A-Z]{1,4}|Z))(?:\s*\([^)]*\))?$`)
	isoForm  = regexp.MustCompile(`^([+-]?\d{4})-?(\d{2})?-?(\d{2})?(?:[T\s]+(\d{1,2})[:h]?(\d{2})?(?::?(\d{2}))?(?:[.,]\d+)?)?$`)
	mailForm = regexp.MustCompile(`^(?:\p{L}+\.?,?\s+)?(\d{1,2})[\s-]+(\p{L}+)\.?[\s-]+(\d{4}|\d{2})(?:\s+(?:at\s+)?(\d{1,2}):(\d{1,2})(?::(\d{1,2}))?(?:[.,]\d+)?)?$`)
	logForm  = regexp.MustCompile(`^(?:\p{L}+\.?,?\s+)?(\p{L}+)\.?\s+(\d{1,2})\s+(\d{1,2}):(\d{2})(?::(\d{2}))?\s+(\d{4})$`) // of the C library
	seconds  = regexp.MustCompile(`^1\d{9}(?:\d{3})?$`)
)

// maxDateText is the longest text that is read as a date, in bytes.
const maxDateText = 100

// parseDate reads a date as feeds write it: RFC 822 with its many variations, ISO 8601,
// seconds since 1970; other forms as pages write them. It returns the zero Date for other
// texts. The language decides the order of numbers. 24:00 is the midnight after; a day without a time is midnight.
func parseDate(text, language string) Date {
	text = oneLine(text)
	if text == "" || len(text) > maxDateText {
		return Date{}
	}
	if seconds.MatchString(text) {
		n, _ := strconv.ParseInt(text[:10], 10, 64)
		return Date{Time: time.Unix(n, 0).UTC()}
	}
	rest, offset, zoned := cutZone(text)
	if t, ok := clockTime(rest); ok {
		t = t.Add(-time.Duration(offset) * time.Minute)
		return Date{t, !zoned}
	}
	t, local := namedDay(rest, language)
	if t.IsZero() {
		t, local = reading.ParseDate(text, language)
		return Date{t, local}
	}
	if local && zoned {
		return Date{Time: t.Add(-time.Duration(offset) * time.Minute)}
	}
	return Date{t, local}
}

// clock is a time of day at the end of a date.
var clock = regexp.MustCompile(`[\s,–-]+(\d{1,2}):(\d{2})(?::(\d{2}))?$`)

// namedDay reads a date that clockTime does not: with a month in another language, or in
// numbers.
func namedDay(text, language string) (t time.Time, local bool) {
	m := clock.FindStringSubmatchIndex(text)
	if m == nil {
		return reading.ParseDate(text, language)
	}
	day, local := reading.ParseDate(text[:m[0]], language)
	if day.IsZero() || !local {
		return reading.ParseDate(text, language)
	}
	at, ok := timeOf(strconv.Itoa(day.Year()), int(day.Month()), strconv.Itoa(day.Day()), clock.FindStringSubmatch(text)[1:])
	if !ok {
		return reading.ParseDate(text, language)
	}
	return at, true
}

// cutZone takes the zone off a date: its distance from UTC in minutes.
func cutZone(text string) (rest string, offset int, zoned bool) {
	m := zoneTail.FindStringSubmatch(text)
	switch {
	case m == nil:
		return text, 0, false
	case m[4] != "":
		minutes, known := zones[m[4]]
		if !known {
			return text, 0, false
		}
		return strings.TrimSpace(strings.TrimSuffix(text, m[0])), minutes, true
	}
	rest = strings.TrimSpace(strings.TrimSuffix(text, m[0]))
	if !strings.Contains(rest, ":") && !strings.ContainsAny(rest, "T ") { // 2026-11-27 has no zone
		return text, 0, false
	}
	hours, _ := strconv.Atoi(m[2])
	minutes, _ := strconv.Atoi(m[3])
	if offset = hours*60 + minutes; m[1] == "-" {
		offset = -offset
	}
	return rest, offset, offset >= -14*60 && offset <= 14*60
}

// clockTime reads a date without a zone, as UTC.
func clockTime(text string) (time.Time, bool) {
	if m := isoForm.FindStringSubmatch(text); m != nil {
		return timeOf(m[1], monthNumber(m[2], 1), orOne(m[3]), m[4:])
	}
	if m := mailForm.FindStringSubmatch(text); m != nil {
		return timeOf(m[3], months[monthKey(m[2])], m[1], m[4:])
	}
	if m := logForm.FindStringSubmatch(text); m != nil {
		return timeOf(m[6], months[monthKey(m[1])], m[2], m[3:6])
	}
	return time.Time{}, false
}

// months are those of RFC 822 by their first three letters; other languages are read by
// package reading.
var months = map[string]int{"jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11, "dec": 12}

// english are the full names, so that no other word passes for a month.
var english = regexp.MustCompile(`(?i)^(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)$`)

func monthKey(word string) string {
	if !english.MatchString(word) {
		return ""
	}
	return strings.ToLower(word[:3])
}

func monthNumber(digits string, otherwise int) int {
	if n, err := strconv.Atoi(digits); err == nil {
		return n
	}
	return otherwise
}

func orOne(digits string) string {
	if digits == "" {
		return "1"
	}
	return digits
}

// timeOf puts a date together; ok is false where there is no such day or hour.
func timeOf(year string, month int, day string, clock []string) (t time.Time, ok bool) {
	y, _ := strconv.Atoi(year)
	if len(year) == 2 { // RFC 2822, section 4.3
		if y += 1900; y < 1950 {
			y += 100
		}
	}
	d, _ := strconv.Atoi(day)
	var parts [3]int
	for i, digits := range clock {
		parts[i], _ = strconv.Atoi(digits)
	}
	t = time.Date(y, time.Month(month), d, parts[0], parts[1], min(parts[2], 59), 0, time.UTC)
	midnight := parts[0] == 24 && parts[1] == 0
	if month < 1 || month > 12 || y < 1900 || y > 2200 || parts[0] > 23 && !midnight || parts[1] > 59 || parts[2] > 60 {
		return time.Time{}, false
	}
	if last := time.Date(y, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day(); d < 1 || d > last {
		return time.Time{}, false
	}
	return t, true
}

// firstDate is the date of the first element that has one, tried in the order of names.
func firstDate(n *node, language string, names ...string) Date {
	for _, name := range names {
		for _, c := range n.all(name) {
			if d := parseDate(c.plain(), language); !d.Time.IsZero() {
				return d
			}
		}
	}
	return Date{}
}
