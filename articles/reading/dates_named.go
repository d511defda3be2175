package reading

import (
	"strings"
	"time"
)

// namedMonth is a month that a word names, in one of the calendars.
type namedMonth struct {
	gregorian, persian, islamic int
	croatian                    bool // in Croatian the month before
	next                        int  // the token behind the name
}

// monthAt reads the name of a month at a token: a word, perhaps with a dot, two words, or
// "tháng 11".
func (s *dateScan) monthAt(i int) (namedMonth, bool) {
	t := s.tok(i)
	if t.kind != wordToken {
		return namedMonth{}, false
	}
	if t.text == "thang" || t.text == "thg" {
		n, ok := s.numberAt(i+1, 1, 2)
		return namedMonth{gregorian: n, next: i + 2}, ok && n <= 12
	}
	m := namedMonth{}
	for name := t.text; m.next == 0; {
		m.gregorian, m.persian, m.islamic = int(s.words.monthOf(name)), s.words.persian[name], s.words.islamic[name]
		m.croatian = s.words.croatian[name]
		count := strings.Count(name, " ") + 1
		second := s.tok(i + count)
		switch {
		case m.gregorian+m.persian+m.islamic > 0 && !s.words.begins[name]:
			m.next = i + count
		case second.kind == wordToken && second.gap && s.words.begins[name]:
			longer := name + " " + second.text
			if s.words.monthOf(longer) == 0 && s.words.islamic[longer] == 0 && !s.words.begins[longer] {
				m.next = i + count
			}
			name = longer
		default:
			m.next = i + count
		}
	}
	if (s.is(m.next, ".") || s.is(m.next, "'")) && !s.tok(m.next).gap {
		m.next++
	}
	return m, m.gregorian+m.persian+m.islamic > 0
}

// on is the day of a month and a year in the calendar that the year belongs to.
func (m namedMonth) on(year, dayOfMonth int) time.Time {
	switch {
	case year >= 1250 && year < 1500 && m.persian != 0:
		return fromPersian(year, m.persian, dayOfMonth)
	case year >= 1250 && year < 1500 && m.islamic != 0:
		return fromIslamic(year, m.islamic, dayOfMonth)
	}
	at := dayOf(year, m.gregorian, dayOfMonth)
	if m.croatian && !at.IsZero() {
		return inZone(at, slavic)
	}
	return at
}

// dayNumber reads the number of a day and an ending of it: "27", "27.", "1er", "5-го".
func (s *dateScan) dayNumber(i int) (n, next int, ok bool) {
	n, ok = s.numberAt(i, 1, 2)
	if !ok || n < 1 || n > 31 {
		return 0, 0, false
	}
	next = i + 1
	if s.is(next, "-") && !s.tok(next).gap {
		next++
	}
	if t := s.tok(next); !t.gap && (daySuffix[t.text] || t.kind == wordToken && englishOrdinal[t.text]) {
		next++
	}
	return n, next, true
}

var englishOrdinal = map[string]bool{"st": true, "nd": true, "rd": true, "th": true}

// skip passes over words and marks that may stand between the parts of a date.
func (s *dateScan) skip(i, most int) int {
	for ; most > 0; most-- {
		t := s.tok(i)
		if !dateFillers[t.text] && !s.isWeekday(t.text) && t.text != "," && t.text != "." && t.text != "-" && t.text != "/" && t.text != "'" {
			break
		}
		i++
	}
	return i
}

// isWeekday reports whether a word is the name of a day, and not of a month as well: "mar."
// is March in Romanian and Tuesday in French.
func (s *dateScan) isWeekday(word string) bool {
	return s.words.weekdays[word] && s.words.monthOf(word) == 0
}

// yearAt reads a year: four digits, or two behind an apostrophe or a dash.
func (s *dateScan) yearAt(i int) (year, next int, ok bool) {
	if n, ok := s.numberAt(i, 4, 4); ok {
		next = i + 1
		if s.is(next, "-") && dateFillers[s.tok(next+1).text] && !s.tok(next).gap { // 2026-yil
			next += 2
		}
		return n, next, true
	}
	n, ok := s.numberAt(i, 2, 2)
	if mark := s.tok(i - 1).text; ok && (mark == "'" || mark == "-" || mark == "/") && !s.is(i+1, ":") {
		return fullYear(n), i + 1, true
	}
	return 0, 0, false
}

// dayMonth reads "27. November 2026", "1er novembre 2026", "5 de noviembre de 2026",
// "27-Nov-26".
func (s *dateScan) dayMonth(i int) (foundDate, bool) {
	dayOfMonth, at, ok := s.dayNumber(i)
	if !ok {
		return foundDate{}, false
	}
	month, ok := s.monthAt(s.skip(at, 2))
	if !ok {
		return foundDate{}, false
	}
	year, next, ok := s.yearAt(s.skip(month.next, 3))
	if !ok {
		return s.withoutYear(i, month, dayOfMonth)
	}
	day := month.on(year, dayOfMonth)
	return foundDate{at: day, first: i, next: next}, !day.IsZero()
}

// withoutYear reads a day that a time of day follows: "27 ноября, 14:30".
func (s *dateScan) withoutYear(first int, month namedMonth, dayOfMonth int) (foundDate, bool) {
	_, _, ok := s.clockAt(s.skip(month.next, 3))
	at := dayOf(relativeBase.Year(), month.gregorian, dayOfMonth)
	if !ok || at.IsZero() {
		return foundDate{}, false
	}
	return foundDate{at: inZone(at, yearless), first: first, next: month.next}, true
}

// monthDay reads "November 27th, 2026" and "Nov. 27 2026".
func (s *dateScan) monthDay(i int) (foundDate, bool) {
	month, ok := s.monthAt(i)
	if !ok {
		return foundDate{}, false
	}
	dayOfMonth, at, ok := s.dayNumber(s.skip(month.next, 2))
	if !ok {
		return foundDate{}, false
	}
	at = s.skip(at, 3)
	year, next, ok := s.yearAt(at)
	if !ok || s.is(at-1, "-") && s.tok(at).digits < 4 { // "May 4-12"
		return foundDate{}, false
	}
	day := month.on(year, dayOfMonth)
	return foundDate{at: day, first: i, next: next}, !day.IsZero()
}

// yearThenNamed reads "2026 жылғы 27 қараша", "2026. november 27." and "2026 m. lapkričio 27 d.".
func (s *dateScan) yearThenNamed(i int) (foundDate, bool) {
	year, at, ok := s.yearAt(i)
	if !ok || s.tok(i).digits != 4 {
		return foundDate{}, false
	}
	at = s.skip(at, 3)
	dayOfMonth, behind, isDay := s.dayNumber(at)
	if isDay {
		at = s.skip(behind, 2)
	}
	month, ok := s.monthAt(at)
	if !ok {
		return foundDate{}, false
	}
	next := month.next
	if !isDay {
		if dayOfMonth, next, ok = s.dayNumber(s.skip(next, 2)); !ok {
			return foundDate{}, false
		}
	}
	day := month.on(year, dayOfMonth)
	return foundDate{at: day, first: i, next: next}, !day.IsZero()
}
