package reading

import (
	"sync"
	"time"
)

// foundDate is a date in a text.
type foundDate struct {
	at          time.Time
	first, next int  // tokens: the first of the date, and the one behind it
	timed       bool // the text gives the time of day
}

// dateScan looks for dates in the tokens of a folded text.
type dateScan struct {
	text   string
	tokens []dateToken
	words  *calendarWords
}

func newDateScan(folded string) *dateScan {
	return &dateScan{folded, dateTokens(folded), allCalendarWords()}
}

// tokenBuffers keep the memory for the tokens of a text: a page has thousands of texts.
var tokenBuffers = sync.Pool{New: func() any { return new([]dateToken) }}

// scanDates are the dates in a text of people, in their order, in any language and form
// that is known here: "Posted by Ann on 15 October 2019 at 09:11". Times without a zone are
// floating; a date in numbers that may be read in two ways is left to [dateHints.settle].
func scanDates(text string) []foundDate {
	if !hasDigit(text) {
		return nil
	}
	buffer := tokenBuffers.Get().(*[]dateToken) //nolint:forcetypeassert // the pool holds this type
	defer tokenBuffers.Put(buffer)
	folded := foldDate(text)
	*buffer = appendTokens((*buffer)[:0], folded)
	s := &dateScan{folded, *buffer, allCalendarWords()}
	var found []foundDate
	for i := 0; i < len(s.tokens); {
		f, ok := s.dateAt(i)
		if !ok {
			i++
			continue
		}
		s.addClock(&f)
		found = append(found, f)
		i = f.next
	}
	return found
}

// tok is the i-th token, or noSuchToken. It is only read.
func (s *dateScan) tok(i int) *dateToken {
	if i < 0 || i >= len(s.tokens) {
		return &noSuchToken
	}
	return &s.tokens[i]
}

// noSuchToken stands before and behind a text.
var noSuchToken dateToken

// is reports whether the i-th token is that mark or word.
func (s *dateScan) is(i int, text string) bool { return s.tok(i).text == text }

// numberAt is the number of the i-th token, if it has so many digits.
func (s *dateScan) numberAt(i, least, most int) (int, bool) {
	t := s.tok(i)
	return t.n, t.kind == numberToken && t.digits >= least && t.digits <= most
}

// dateAt reads a date that begins at a token.
func (s *dateScan) dateAt(i int) (foundDate, bool) {
	switch s.tok(i).kind {
	case numberToken:
		if s.isInNumber(i) {
			return foundDate{}, false
		}
		for _, read := range []func(int) (foundDate, bool){s.eastern, s.yearFirst, s.numeric, s.dayMonth, s.yearThenNamed} {
			if f, ok := read(i); ok {
				return f, true
			}
		}
	case wordToken:
		if f, ok := s.era(i); ok {
			return f, true
		}
		return s.monthDay(i)
	default:
	}
	return foundDate{}, false
}

// isInNumber reports whether the number at i goes on from one before it, as in an address,
// a version or a telephone number.
func (s *dateScan) isInNumber(i int) bool {
	if s.tok(i).gap || i == 0 {
		return false
	}
	switch s.tok(i - 1).text {
	case ".", "/", "-", ":", ",", "_", "+", "$", "€", "£":
		return s.tok(i-2).kind == numberToken && !s.tok(i-1).gap
	}
	return false
}

// date makes a found date; false when there is no such day.
func (s *dateScan) date(first, next, year, month, dayOfMonth int) (foundDate, bool) {
	at := dayOf(year, month, dayOfMonth)
	return foundDate{at: at, first: first, next: next}, !at.IsZero()
}

// yearFirst reads "2026-11-27", "2026/11/27", "2026.11.27" and "2026. 11. 27.".
func (s *dateScan) yearFirst(i int) (foundDate, bool) {
	year, ok := s.numberAt(i, 4, 4)
	month, ok2 := s.numberAt(i+2, 1, 2)
	dayOfMonth, ok3 := s.numberAt(i+4, 1, 2)
	mark := s.tok(i + 1).text
	if !ok || !ok2 || !ok3 || mark != s.tok(i+3).text || mark != "-" && mark != "/" && mark != "." || s.tok(i+1).gap || s.tok(i+3).gap {
		return foundDate{}, false
	}
	if mark != "." && (s.tok(i+2).gap || s.tok(i+4).gap) {
		return foundDate{}, false
	}
	if year >= 1900 && year < 2200 && month > 12 && mark == "/" { // 2026/27/11
		month, dayOfMonth = dayOfMonth, month
	}
	return s.date(i, i+5, year, month, dayOfMonth)
}

// numeric reads "27/11/2026", "11/27/2026", "27. 11. 2026" and "27.11.26".
func (s *dateScan) numeric(i int) (foundDate, bool) {
	a, ok := s.numberAt(i, 1, 2)
	b, ok2 := s.numberAt(i+2, 1, 2)
	year, ok3 := s.numberAt(i+4, 2, 4)
	mark := s.tok(i + 1).text
	if !ok || !ok2 || !ok3 || mark != s.tok(i+3).text || mark != "-" && mark != "/" && mark != "." && mark != "·" || s.tok(i+4).digits == 3 {
		return foundDate{}, false
	}
	gapped := s.tok(i+1).gap || s.tok(i+2).gap || s.tok(i+3).gap || s.tok(i+4).gap
	if gapped && mark != "." && mark != "/" || gapped && s.tok(i+4).digits == 2 {
		return foundDate{}, false
	}
	if next := s.tok(i + 5); !next.gap && s.tok(i+6).kind == numberToken && !s.tok(i+6).gap && (next.text == mark || next.text == "-") {
		return foundDate{}, false // a version, an address, a number of a telephone
	}
	if s.tok(i+4).digits == 2 {
		year = fullYear(year)
	}
	if year > 2400 || year < 1900 { // another calendar, whose users write the day first
		return s.date(i, i+5, year, b, a)
	}
	month, dayOfMonth, zone := orderOf(a, b, mark)
	f, ok := s.date(i, i+5, year, month, dayOfMonth)
	f.at = inZone(f.at, zone)
	return f, ok
}

// fullYear is a year of two digits.
func fullYear(year int) int {
	if year >= 70 {
		return 1900 + year
	}
	return 2000 + year
}

// eastern reads "2026年11月5日", "2026년 11월 5일" and "2026 оны 11 сарын 5".
func (s *dateScan) eastern(i int) (foundDate, bool) {
	year, ok := s.numberAt(i, 2, 4)
	if !ok || !easternYear[s.tok(i+1).text] {
		return foundDate{}, false
	}
	return s.easternMonth(i, i+2, year)
}

// easternMonth reads the month and the day from token at on.
func (s *dateScan) easternMonth(first, at, year int) (foundDate, bool) {
	month, ok := s.numberAt(at, 1, 2)
	if s.is(at+1, "-") && s.is(at+2, "р") { // 8-р сарын
		at += 2
	}
	dayOfMonth, ok2 := s.numberAt(at+2, 1, 2)
	if !ok || !ok2 || !easternMonth[s.tok(at+1).text] {
		return foundDate{}, false
	}
	if year < 100 {
		year += 2000
	}
	f, ok := s.date(first, at+3, year, month, dayOfMonth)
	if easternDay[s.tok(at+3).text] {
		f.next++
	}
	return f, ok
}

// era reads "令和8年11月5日" and "民國115年11月5日".
func (s *dateScan) era(i int) (foundDate, bool) {
	if s.tok(i).text < "\u2e80" { // no ideograph, as nearly all words
		return foundDate{}, false
	}
	before, is := eras[s.tok(i).text+s.tok(i+1).text]
	if !is {
		return foundDate{}, false
	}
	year, ok := s.numberAt(i+2, 1, 3)
	if s.is(i+2, "元") {
		year, ok = 1, true
	}
	if !ok || !easternYear[s.tok(i+3).text] {
		return foundDate{}, false
	}
	return s.easternMonth(i, i+4, year+before)
}
