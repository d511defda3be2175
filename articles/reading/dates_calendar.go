package reading

import (
	"time"
)

// Names of the parts of dates in numbers that name year, month and day.
var (
	easternYear  = map[string]bool{"年": true, "년": true, "оны": true}
	easternMonth = map[string]bool{"月": true, "월": true, "сарын": true}
	easternDay   = map[string]bool{"日": true, "일": true, "号": true, "號": true, "нд": true, "ны": true}
)

// eras are those of Japan and of the Republic of China, with the year before their first.
var eras = map[string]int{"令和": 2018, "平成": 1988, "昭和": 1925, "民国": 1911, "民國": 1911}

// dayOf is a day at midnight, floating: of the Gregorian calendar, of the Persian one in
// years from 1300 to 1499, and of the Buddhist one in years from 2400 on. It is the zero time
// where there is no such day.
func dayOf(year, month, dayOfMonth int) time.Time {
	if month < 1 || month > 12 || dayOfMonth < 1 || dayOfMonth > 31 {
		return time.Time{}
	}
	switch {
	case year >= 1300 && year < 1500:
		return fromPersian(year, month, dayOfMonth)
	case year >= 2400 && year < 2700:
		year -= 543
	}
	if year < 1900 || year > 2200 {
		return time.Time{}
	}
	t := time.Date(year, time.Month(month), dayOfMonth, 0, 0, 0, 0, floating)
	if t.Day() != dayOfMonth {
		return time.Time{}
	}
	return t
}

// fromPersian is a day of the solar Hijri calendar, with eight leap years in 33 (right
// from 1309 to 1500).
func fromPersian(year, month, dayOfMonth int) time.Time {
	const epoch = 1404 // 1 Farvardin 1404 is 21 March 2025
	if month > 6 && dayOfMonth > 30 {
		return time.Time{}
	}
	days := dayOfMonth - 1 + 31*min(month-1, 6) + 30*max(month-7, 0)
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

// fromIslamic is a day of the Islamic calendar by its tables, in which eleven of thirty
// years have a day more. The calendar of a country may differ from it by a day.
func fromIslamic(year, month, dayOfMonth int) time.Time {
	if dayOfMonth > 30 {
		return time.Time{}
	}
	const epoch = 1948438 // Julian day before 1 Muharram 1, a Thursday, as in Mecca
	days := dayOfMonth + (59*(month-1)+1)/2 + (year-1)*354 + (3+11*year)/30 + epoch
	return time.Date(1970, time.January, 1+days-2440588, 0, 0, 0, 0, floating)
}
