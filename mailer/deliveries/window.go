package deliveries

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Window is the hours of the week at which editions are sent. The zero value is all hours.
// [ParseWindow] makes others.
type Window struct {
	text     string
	days     [7]bool // by time.Weekday; the day on which the window opens
	from, to int     // minutes of the day; to is up to 24 hours. from after to: until the next day
}

// String is the text that the window was parsed from.
func (w Window) String() string { return w.text }

var weekdays = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

// ParseWindow parses hours with or without days: "07:00-22:00", "Mon-Fri 08:00-20:00",
// "Mon,Wed 22:00-06:00". An empty text is all hours.
func ParseWindow(text string) (Window, error) {
	wrong := func(what string) (Window, error) {
		return Window{}, fmt.Errorf(`%s; write it like "07:00-22:00" or "Mon-Fri 08:00-20:00"`, what)
	}
	fields := strings.Fields(text)
	if len(fields) == 0 {
		return Window{}, nil
	}
	if len(fields) > 2 || len(text) > 100 {
		return wrong("not a sending window")
	}
	w := Window{text: strings.Join(fields, " "), days: [7]bool{true, true, true, true, true, true, true}}
	if len(fields) == 2 {
		var err error
		if w.days, err = parseDays(fields[0]); err != nil {
			return wrong(err.Error())
		}
	}
	from, to, found := strings.Cut(fields[len(fields)-1], "-")
	var okFrom, okTo bool
	w.from, okFrom = parseMinute(from)
	w.to, okTo = parseMinute(to)
	if !found || !okFrom || !okTo || w.from == 24*60 {
		return wrong("no hours of the day")
	}
	if w.from == w.to {
		return wrong("the window is empty")
	}
	return w, nil
}

// parseDays parses a list of days and ranges of days, like "Mon-Fri,Sun".
func parseDays(text string) (days [7]bool, err error) {
	for part := range strings.SplitSeq(strings.ToLower(text), ",") {
		first, last, found := strings.Cut(part, "-")
		if !found {
			last = first
		}
		i, end := slices.Index(weekdays, first), slices.Index(weekdays, last)
		if i < 0 || end < 0 {
			return days, fmt.Errorf("%q is no day; the days are Mon, Tue, Wed, Thu, Fri, Sat, Sun", part)
		}
		for days[i] = true; i != end; days[i] = true {
			i = (i + 1) % len(weekdays)
		}
	}
	return days, nil
}

// parseMinute parses HH:MM, from 00:00 to 24:00.
func parseMinute(text string) (minute int, ok bool) {
	h, m, found := strings.Cut(text, ":")
	hours, errH := strconv.ParseUint(h, 10, 8)
	minutes, errM := strconv.ParseUint(m, 10, 8)
	minute = int(hours)*60 + int(minutes)
	return minute, found && errH == nil && errM == nil && len(m) == 2 && minutes < 60 && minute <= 24*60
}

// open reports whether the window is open at a local time.
func (w Window) open(now time.Time) bool {
	if w == (Window{}) {
		return true
	}
	minute, today := now.Hour()*60+now.Minute(), now.Weekday()
	if w.from < w.to {
		return w.days[today] && minute >= w.from && minute < w.to
	}
	yesterday := (today + 6) % 7
	return w.days[today] && minute >= w.from || w.days[yesterday] && minute < w.to
}

// next is the time at which the window opens after a local time at which it is closed.
func (w Window) next(now time.Time) time.Time {
	for i := range 9 {
		if at := clockTime(now, i, w.from); at.After(now) && w.days[at.Weekday()] {
			return at
		}
	}
	return now.Add(24 * time.Hour) // not reached: one of nine days is a day of the window
}

// clockTime is a minute of the day that is the given number of days after t, in its zone. For a
// minute that a change of the clock leaves out it is the time of the change.
func clockTime(t time.Time, days, minute int) time.Time {
	at := time.Date(t.Year(), t.Month(), t.Day()+days, 0, minute, 0, 0, t.Location())
	want := time.Date(t.Year(), t.Month(), t.Day()+days, 0, minute, 0, 0, time.UTC)
	for range 4 * 4 { // time.Date may return a time before the change, whose length is a multiple of a quarter of an hour
		if at.Day() == want.Day() && at.Hour()*60+at.Minute() >= want.Hour()*60+want.Minute() {
			break
		}
		at = at.Add(15 * time.Minute)
	}
	return at
}
