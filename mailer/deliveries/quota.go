package deliveries

import (
	"fmt"
	"math"
	"time"
)

// Quota limits the emails of all processes by calendar hour and day, and the hours at which
// editions are sent. The zero value limits nothing.
type Quota struct {
	PerHour, PerDay int // 0: no limit
	Window          Window
	Warmup          Warmup
	Zone            *time.Location   // of hours, days and the window
	Clock           func() time.Time // nil: the clock of the database
}

// Warmup is a limit by day that grows from day to day, because receivers distrust a new
// address that sends much. The zero value is no limit.
type Warmup struct {
	Start  int       // emails of the first day; 0: no warm-up
	Factor float64   // of each day to the day before
	Since  time.Time // the first day; zero: the day of the first email
}

// Used is the emails that were counted.
type Used struct {
	First     time.Time // when counting began
	Hour, Day time.Time // begin of the hour and of the day that the counts belong to
	InHour    int
	InDay     int
}

// Allowance is the answer to a request for emails.
type Allowance struct {
	Emails int
	Left   int       // emails that the limits allow after these
	Until  time.Time // when Emails is 0: the next time at which emails may be allowed
	Reason string    // when Emails is 0: the limit
	used   Used      // with the emails
}

// Limits reports whether the quota limits anything.
func (q Quota) Limits() bool {
	return q.PerHour > 0 || q.PerDay > 0 || q.Warmup.Start > 0 || q.Window != Window{}
}

// Allow decides how many of n emails may be sent now. Single messages may use the whole
// limits at any hour; editions leave a share for them.
func (q Quota) Allow(u Used, now time.Time, n int, single bool) Allowance {
	now = now.In(q.Zone)
	u = u.at(now)
	a := Allowance{Emails: n}
	left := math.MaxInt
	block := func(until time.Time, reason string) {
		if a.Emails = 0; until.After(a.Until) {
			a.Until, a.Reason = until, reason
		}
	}
	for _, limit := range []struct {
		emails, used int
		name         string
		end          time.Time
	}{
		{q.PerHour, u.InHour, "this hour's limit", u.Hour.Add(time.Hour)},
		{q.PerDay, u.InDay, "today's limit", nextDay(u.Day)},
		{q.Warmup.limit(u, now), u.InDay, q.Warmup.name(u, now), nextDay(u.Day)},
	} {
		if limit.emails == 0 {
			continue
		}
		kept := 0
		if !single {
			kept = keptForSingles(limit.emails)
		}
		free := max(0, limit.emails-kept-limit.used)
		if left = min(left, free); free == 0 {
			block(limit.end, fullReason(limit.used, limit.emails, kept, limit.name))
		}
	}
	if !single && !q.Window.open(now) {
		block(q.Window.next(now), fmt.Sprintf("the sending window is %s", q.Window))
	}
	a.Emails = min(a.Emails, left)
	a.Left = left - a.Emails
	u.InHour, u.InDay = u.InHour+a.Emails, u.InDay+a.Emails
	a.used = u
	return a
}

func fullReason(used, limit, kept int, name string) string {
	reason := fmt.Sprintf("%d of %d emails of %s are sent", used, limit, name)
	if kept = min(kept, limit-used); kept > 0 {
		reason += fmt.Sprintf(" and %d are kept for confirmations and alerts", kept)
	}
	return reason
}

// keptForSingles is the part of a limit that editions leave: a twentieth, rounded up, when
// the limit is 2 or more.
func keptForSingles(limit int) int {
	if limit < 2 {
		return 0
	}
	return (limit + 19) / 20
}

// at returns the counts of the hour and the day of now, which are 0 when they are new.
func (u Used) at(now time.Time) Used {
	hour := now.Add(-time.Duration(now.Minute())*time.Minute - time.Duration(now.Second())*time.Second - time.Duration(now.Nanosecond()))
	if day := dayOf(now); !u.Day.Equal(day) {
		u.Day, u.InDay = day, 0
	}
	if !u.Hour.Equal(hour) {
		u.Hour, u.InHour = hour, 0
	}
	u.Hour, u.Day = u.Hour.In(now.Location()), u.Day.In(now.Location())
	if u.First.IsZero() {
		u.First = now
	}
	return u
}

func dayOf(t time.Time) time.Time { return clockTime(t, 0, 0) }

func nextDay(day time.Time) time.Time { return clockTime(day, 1, 0) }

// day is the number of the day of now, from 1. A warm-up that begins later is at its first
// day.
func (w Warmup) day(u Used, now time.Time) int {
	first := w.Since
	if first.IsZero() {
		first = u.First.In(now.Location())
	}
	utc := func(t time.Time) time.Time { return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC) } // days of 24 hours
	return max(1, 1+int(utc(now).Sub(utc(first))/(24*time.Hour)))
}

// limit is the number of emails of the day, or 0 without a warm-up.
func (w Warmup) limit(u Used, now time.Time) int {
	if w.Start == 0 {
		return 0
	}
	return int(min(float64(w.Start)*math.Pow(w.Factor, float64(w.day(u, now)-1)), math.MaxInt32))
}

func (w Warmup) name(u Used, now time.Time) string {
	return fmt.Sprintf("day %d of the warm-up", w.day(u, now))
}

// chunk is the number of emails that a sender requests at once: a fiftieth of the lowest
// limit, from 10 to 1000. A killed sender leaves that many counted and not sent.
func (q Quota) chunk() int {
	lowest := math.MaxInt32
	for _, limit := range []int{q.PerHour, q.PerDay, q.Warmup.Start} {
		if limit > 0 {
			lowest = min(lowest, limit)
		}
	}
	return max(10, min(lowest/50, 1000))
}
