package reading

import (
	"regexp"
	"time"
)

// Days and months in addresses: /2026/10/29/the-headline, /the-headline-20261029,
// /2026/oct/29/, /2026/10/the-headline.
var (
	addressDay   = regexp.MustCompile(`(?:\D|^)((?:19|20)\d\d)[/_-](\d{1,2})[/_-](\d{1,2})(?:\D|$)`)
	addressShort = regexp.MustCompile(`[/_.-](20[0-4]\d)/?(0[1-9]|1[0-2])/?([0-3]\d)(?:[^\d%]|$)`)
	addressNamed = regexp.MustCompile(`/((?:19|20)\d\d)/([a-z]{3,9})/(\d{1,2})(?:/|$)`)
	addressLast  = regexp.MustCompile(`(?:\D|^)([0-3]\d)[_-]([01]\d)[_-]((?:19|20)\d\d)(?:\D|$)`)
	addressEnd   = regexp.MustCompile(`/(?:19|20)\d\d/\d{1,2}/[1-9]\d?(?:\.[a-z]{3,5})?(?:/(?:amp|print|index\.html?))?/?(?:[?#]|$)`)
	addressMonth = regexp.MustCompile(`/((?:19|20)\d\d)[/-]?(0[1-9]|1[0-2])(?:/|$)`)
)

// dateInAddress is the day that an address names; the zero time if there is no day in it.
func dateInAddress(address string) time.Time {
	if len(address) > 2000 {
		return time.Time{}
	}
	for _, form := range []*regexp.Regexp{addressDay, addressShort} {
		if m := form.FindStringSubmatch(address); m != nil {
			if at := dayOf(number(m[1]), number(m[2]), number(m[3])); !at.IsZero() {
				return at
			}
		}
	}
	if m := addressNamed.FindStringSubmatch(address); m != nil {
		return dayOf(number(m[1]), int(allCalendarWords().months[m[2]]), number(m[3]))
	}
	if m := addressLast.FindStringSubmatch(address); m != nil {
		return dayOf(number(m[3]), number(m[2]), number(m[1]))
	}
	return time.Time{}
}

// endsInNumber reports whether an address ends in a year, a month and a number without a leading
// zero: /2026/10/29.html may be the page of a day, or the 29th page of the month. Its copies
// (/2026/10/29.html/print) have more behind it.
func endsInNumber(address string) bool {
	return len(address) <= 2000 && addressEnd.MatchString(address)
}

// monthInAddress is the month that an address names; the zero time if there is none in it.
func monthInAddress(address string) time.Time {
	if m := addressMonth.FindStringSubmatch(address); m != nil && len(address) <= 2000 {
		return dayOf(number(m[1]), number(m[2]), 1)
	}
	return time.Time{}
}
