package reading

import (
	"regexp"
	"strings"
	"time"
)

// isoClock is the time of day behind a day in numbers, with the zone if it has one.
var isoClock = regexp.MustCompile(`^(?:t| )(\d{2}):(\d{2})(?::(\d{2}))?(?:[.,]\d+)? ?(z\b|utc\b|gmt\b|[+-]\d{2}:?\d{2})?`)

// addClock adds the time of day to a found day: behind it, with a zone or without, or
// before it.
func (s *dateScan) addClock(f *foundDate) {
	end := s.tok(f.next - 1).end
	if m := isoClock.FindStringSubmatch(s.text[end:min(end+40, len(s.text))]); m != nil && number(m[1]) < 24 && number(m[2]) < 60 {
		f.at = f.at.Add(time.Duration(number(m[1]))*time.Hour + time.Duration(number(m[2]))*time.Minute + time.Duration(number(m[3]))*time.Second)
		f.timed = true
		if zone := zoneOf(m[4]); zone != nil {
			f.at = inZone(f.at, zone)
		}
		for f.next < len(s.tokens) && s.tokens[f.next].start < end+len(m[0]) {
			f.next++
		}
		return
	}
	for i := f.next; i < f.next+5; i++ {
		t := s.tok(i)
		if clock, next, ok := s.clockAt(i); ok {
			f.at, f.timed, f.next = f.at.Add(clock), true, next
			return
		}
		if t.kind == numberToken || t.kind == noToken || t.kind == wordToken && !dateFillers[t.text] && !dateWeekdays[t.text] && !s.words.weekdays[t.text] {
			break
		}
	}
	for i := f.first - 7; i < f.first; i++ {
		if clock, next, ok := s.clockAt(max(i, 0)); ok && i >= 0 && next <= f.first && s.onlyFillers(next, f.first) && !s.is(i-1, ":") {
			f.at, f.timed, f.first = f.at.Add(clock), true, i
			return
		}
	}
}

// onlyFillers reports whether the tokens from a to b say nothing that counts.
func (s *dateScan) onlyFillers(a, b int) bool {
	for ; a < b; a++ {
		t := s.tok(a)
		if t.kind == numberToken || t.kind == wordToken && !dateFillers[t.text] && !dateWeekdays[t.text] && !s.words.weekdays[t.text] {
			return false
		}
	}
	return true
}

// clockAt reads "14:30", "14:30:05", "14h30", "2:30 p.m." and "2 pm" at a token.
func (s *dateScan) clockAt(i int) (clock time.Duration, next int, ok bool) {
	hour, ok := s.numberAt(i, 1, 2)
	if !ok || hour > 24 {
		return 0, 0, false
	}
	minute, second, next := 0, 0, i+1
	switch mark := s.tok(next).text; {
	case mark == ":" || mark == "h" || mark == ".":
		if minute, ok = s.numberAt(next+1, 2, 2); !ok || minute > 59 || s.tok(next+1).gap {
			if mark != "h" {
				return 0, 0, false
			}
			minute, next = 0, next+1
			break
		}
		if next += 2; s.is(next, ":") {
			if second, ok = s.numberAt(next+1, 2, 2); ok {
				next += 2
			}
		}
		if mark == "." && halfOfDay(s, next) == 0 && !s.is(next, "uhr") && !s.is(next, "h") {
			return 0, 0, false
		}
	case halfOfDay(s, next) == 0:
		return 0, 0, false
	}
	if half := halfOfDay(s, next); half != 0 && hour <= 12 {
		hour %= 12
		if half == 'p' {
			hour += 12
		}
		if next++; s.is(next, ".") && s.is(next+1, "m") {
			next += 2
		}
		if s.is(next, ".") {
			next++
		}
	}
	if hour > 23 {
		return 0, 0, false
	}
	return time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute + time.Duration(second)*time.Second, next, true
}

// halfOfDay is 'a' or 'p' where the token at i says so: "am", "p.m.".
func halfOfDay(s *dateScan, i int) byte {
	switch t := s.tok(i); {
	case t.text == "am", t.text == "a" && s.is(i+1, ".") && s.is(i+2, "m"):
		return 'a'
	case t.text == "pm", t.text == "p" && s.is(i+1, ".") && s.is(i+2, "m"):
		return 'p'
	}
	return 0
}

// zoneOf is the zone of "z", "+04:00" or "-0500"; nil for another text.
func zoneOf(text string) *time.Location {
	switch {
	case text == "z", text == "utc", text == "gmt":
		return time.UTC
	case len(text) < 5:
		return nil
	}
	digits := strings.ReplaceAll(text[1:], ":", "")
	offset := number(digits[:2])*3600 + number(digits[2:])*60
	if offset > 15*3600 {
		return nil
	}
	if text[0] == '-' {
		offset = -offset
	}
	return time.FixedZone("", offset)
}
