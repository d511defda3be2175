package reading

import (
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// persianMonths are those of the solar Hijri calendar, of 31 days up to the sixth.
var persianMonths = strings.Fields("فروردین اردیبهشت خرداد تیر مرداد شهریور مهر آبان آذر دی بهمن اسفند")

// monthsOf makes a table of the names of months, twelve a rule, in small letters, and of
// their beginnings. A beginning that two months share, in one language or in two, is
// ambiguous and not used.
func monthsOf(rules []rule) map[string]time.Month {
	months := map[string]time.Month{}
	addTable(rules, func(rules []rule) {
		clear(months)
		for _, r := range rules {
			for i, name := range strings.Fields(r.text) {
				months[name] = time.Month(i + 1)
			}
		}
		for begin, month := range beginningsOf(months) {
			if _, whole := months[begin]; !whole && month != 0 {
				months[begin] = month
			}
		}
		for i, name := range []string{"янв", "фев", "мар", "апр"} { // shared with other languages
			months[name] = time.Month(i + 1)
		}
		months["sept"], months["сент"] = time.September, time.September
	})
	return months
}

// beginningsOf are the beginnings of names, from three letters on; 0 stands for a
// beginning that several months share.
func beginningsOf(full map[string]time.Month) map[string]time.Month {
	short := map[string]time.Month{}
	for name, month := range full {
		letters := []rune(name)
		for n := 3; n < len(letters); n++ {
			begin := string(letters[:n])
			if known, taken := short[begin]; taken && known != month {
				short[begin] = 0
				continue
			}
			short[begin] = month
		}
	}
	return short
}

// digits writes the digits of other scripts in Arabic numerals.
func digits(text string) string {
	if strings.IndexFunc(text, func(r rune) bool { return r > '9' && unicode.IsDigit(r) }) < 0 {
		return text
	}
	return strings.Map(func(r rune) rune {
		for _, zero := range []rune{'٠', '۰', '०', '০', '０'} {
			if r >= zero && r <= zero+9 {
				return '0' + r - zero
			}
		}
		return r
	}, text)
}

var (
	eastern = regexp.MustCompile(`(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일]`)
	joined  = regexp.MustCompile(`(\d)-(\p{L})`) // "27-noyabr", "2026-cı il"
)

// namedDate reads a date that names its month in any language that is known here, in any
// order, with a weekday and a time or without: "Freitag, 27. November 2026, 14:30 Uhr",
// "1er novembre 2026", "2026 жылғы 27 қараша", "2026年11月5日". It is the zero time
// where a word stands that belongs to no date.
func namedDate(text string) time.Time {
	text = strings.NewReplacer("،", " ", "\u200c", "", "\u200f", "", "\u200e", "").Replace(text)
	text = eastern.ReplaceAllString(text, "$1-$2-$3 ")
	text = joined.ReplaceAllString(text, "$1 $2")
	var d dateParts
	for word := range strings.FieldsFuncSeq(strings.ToLower(text), func(r rune) bool { return unicode.IsSpace(r) || r == ',' || r == '(' || r == ')' || r == '|' }) {
		if !d.take(word) {
			return time.Time{}
		}
	}
	return d.time()
}

type dateParts struct {
	year, day    int
	month        time.Month
	persian      int // month of the solar Hijri calendar
	hour, minute int
	timed        bool
}

// take reads one word of a date; it reports whether it was one.
func (d *dateParts) take(word string) bool {
	if dateFillers[word] || dateWeekdays[strings.Trim(word, ".")] || word == "-" || word == "–" || word == "." {
		return true
	}
	if first, _ := utf8.DecodeRuneInString(word); first >= '0' && first <= '9' {
		return d.takeNumber(word)
	}
	name := strings.Trim(word, ".")
	for i, month := range persianMonths {
		if name == month && d.month == 0 {
			d.persian = i + 1
			return true
		}
	}
	month := months[name]
	if month == 0 || d.month != 0 {
		return false
	}
	d.month = month
	return true
}

// takeNumber reads "27", "27.", "1er", "2026", "14:30", "14h30" or "2026-11-27".
func (d *dateParts) takeNumber(word string) bool {
	end := strings.IndexFunc(word, func(r rune) bool { return r < '0' || r > '9' })
	if end < 0 {
		end = len(word)
	}
	n, err := strconv.Atoi(word[:end])
	if err != nil {
		return false
	}
	if hour, minute, ok := clockIn(word); ok && d.day != 0 && !d.timed {
		d.hour, d.minute, d.timed = hour, minute, true
		return true
	}
	if parts := strings.Split(strings.TrimSuffix(word, "-"), "-"); len(parts) == 3 && d.year == 0 && d.month == 0 && d.day == 0 {
		return d.takeDashed(parts)
	}
	return d.takeYear(n, end, word[end:]) || d.takeDay(n, end, word[end:])
}

// takeYear takes a number of four digits, with an ending of years.
func (d *dateParts) takeYear(n, digits int, rest string) bool {
	if digits != 4 || d.year != 0 || !yearSuffix[rest] {
		return false
	}
	d.year = n
	return true
}

// takeDay takes a number up to 31, with an ending of days.
func (d *dateParts) takeDay(n, digits int, rest string) bool {
	if digits > 2 || d.day != 0 || n < 1 || n > 31 || rest != "" && !daySuffix[rest] {
		return false
	}
	d.day = n
	return true
}

// takeDashed reads "2026-11-27".
func (d *dateParts) takeDashed(parts []string) bool {
	year, errYear := strconv.Atoi(parts[0])
	month, errMonth := strconv.Atoi(parts[1])
	day, errDay := strconv.Atoi(parts[2])
	d.year, d.month, d.day = year, time.Month(month), day
	return errYear == nil && errMonth == nil && errDay == nil && year > 1900
}

// yearSuffix are endings of a year.
var yearSuffix = map[string]bool{"": true, ".": true, "г.": true, "г": true, "ж.": true, "р.": true}

// clockIn reads "14:30", "14h30" and "14.30".
func clockIn(word string) (hour, minute int, ok bool) {
	for _, sep := range []string{":", "h", "."} {
		h, m, found := strings.Cut(word, sep)
		if !found {
			continue
		}
		if sep == ":" {
			m, _, _ = strings.Cut(m, ":") // seconds
		}
		if m == "" && sep == "h" {
			m = "00"
		}
		hour, err := strconv.Atoi(h)
		minute, err2 := strconv.Atoi(m)
		if err == nil && err2 == nil && len(m) == 2 && hour < 24 && minute < 60 {
			return hour, minute, true
		}
	}
	return 0, 0, false
}

// time is the date, once a day, a month and a year were taken.
func (d *dateParts) time() time.Time {
	if d.persian != 0 && d.day != 0 && d.year > 1300 && d.year < 1500 {
		return fromPersian(d.year, d.persian, d.day).Add(time.Duration(d.hour)*time.Hour + time.Duration(d.minute)*time.Minute)
	}
	if d.month < 1 || d.month > 12 || d.day == 0 || d.year < 1900 || d.year > 2200 {
		return time.Time{}
	}
	t := time.Date(d.year, d.month, d.day, d.hour, d.minute, 0, 0, floating)
	if t.Day() != d.day {
		return time.Time{}
	}
	return t
}

// fromPersian is a day of the solar Hijri calendar, with eight leap years in 33 (right
// from 1309 to 1500).
func fromPersian(year, month, day int) time.Time {
	const epoch = 1404 // 1 Farvardin 1404 is 21 March 2025
	days := day - 1 + 31*min(month-1, 6) + 30*max(month-7, 0)
	for y := epoch; y < year; y++ {
		days += 365 + persianLeap(y)
	}
	for y := year; y < epoch; y++ {
		days -= 365 + persianLeap(y)
	}
	return time.Date(2025, time.March, 21+days, 0, 0, 0, 0, floating)
}

func persianLeap(year int) int {
	switch year % 33 {
	case 1, 5, 9, 13, 17, 22, 26, 30:
		return 1
	}
	return 0
}
