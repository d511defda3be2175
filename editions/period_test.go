package editions

import (
	"testing"
	"time"

	"corridor/testkit"

	"pgregory.net/rapid"
)

func schedule(t rapid.TB, s string) Schedule {
	sched, err := ParseSchedule(s)
	if err != nil {
		t.Fatal(err)
	}
	return sched
}

func zone(t rapid.TB, name string) *time.Location {
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func wall(t rapid.TB, s string) time.Time {
	w, err := time.Parse(wallLayout, s)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func TestParseScheduleRefuses(t *testing.T) {
	for _, s := range []string{"", "  ", "TZ=", "TZ=UTC ", "CRON_TZ=Asia/Tokyo 0 7 * * *", "0 7 31 2 *", "@every 5m", "0 7 * *", "61 7 * * *", "0 0 7 * * *", "bogus"} {
		if _, err := ParseSchedule(s); err == nil {
			t.Errorf("ParseSchedule(%q) is accepted", s)
		}
	}
}

func TestLatestTick(t *testing.T) {
	for _, tt := range []struct{ line, at, want string }{
		{"0 7 * * 1-5", "2026-11-23T07:00:00", "2026-11-23T07:00:00"},
		{"0 7 * * 1-5", "2026-11-23T06:59:59", "2026-11-20T07:00:00"},
		{"0 7 * * 1-5", "2026-11-22T12:00:00", "2026-11-20T07:00:00"},
		{"0 7 * * 1", "2026-11-29T23:00:00", "2026-11-23T07:00:00"},
		{"0 7 1 * *", "2026-11-30T23:00:00", "2026-11-01T07:00:00"},
		{"0 7 31 * *", "2026-11-30T23:00:00", "2026-10-31T07:00:00"},
		{"0 7 29 2 *", "2027-11-30T23:00:00", "2024-02-29T07:00:00"},
		{"* 7 * * 1", "2026-11-24T08:00:00", "2026-11-23T07:59:00"},
		{"* * * * *", "2026-11-24T08:00:30", "2026-11-24T08:00:00"},
		{"@weekly", "2026-11-24T08:00:30", "2026-11-22T00:00:00"},
	} {
		if got := schedule(t, tt.line).Latest(wall(t, tt.at)).Format(wallLayout); got != tt.want {
			t.Errorf("%s at %s: %s, want %s", tt.line, tt.at, got, tt.want)
		}
	}
}

func TestDueAroundClockChanges(t *testing.T) {
	for _, tt := range []struct{ zone, wall, want string }{
		{"America/New_York", "2026-03-08T02:30:00", "2026-03-08T03:00:00-04:00"}, // skipped: at the change
		{"America/New_York", "2026-03-08T02:00:00", "2026-03-08T03:00:00-04:00"},
		{"America/New_York", "2026-03-08T03:00:00", "2026-03-08T03:00:00-04:00"},
		{"America/New_York", "2026-11-01T01:30:00", "2026-11-01T01:30:00-04:00"}, // twice: the first
		{"America/New_York", "2026-11-01T02:00:00", "2026-11-01T02:00:00-05:00"},
		{"America/New_York", "2026-11-02T07:00:00", "2026-11-02T07:00:00-05:00"},
		{"Australia/Lord_Howe", "2026-10-04T02:15:00", "2026-10-04T02:30:00+11:00"}, // half an hour
		{"Pacific/Apia", "2011-12-30T07:00:00", "2011-12-31T00:00:00+14:00"},        // a whole day
		{"Asia/Kathmandu", "2026-11-23T07:00:00", "2026-11-23T07:00:00+05:45"},
		{"Pacific/Kiritimati", "2026-11-23T07:00:00", "2026-11-23T07:00:00+14:00"},
	} {
		if got := Due(wall(t, tt.wall), zone(t, tt.zone)).Format(time.RFC3339); got != tt.want {
			t.Errorf("%s in %s: %s, want %s", tt.wall, tt.zone, got, tt.want)
		}
	}
}

var someZones = []string{
	"UTC", "America/New_York", "America/Los_Angeles", "Europe/Berlin", "Asia/Almaty", "Asia/Baku", "Asia/Tokyo",
	"Australia/Lord_Howe", "Pacific/Kiritimati", "Pacific/Pago_Pago", "America/St_Johns", "Africa/Casablanca", "Asia/Tehran", "Europe/London",
}

// A caller that asks for the period every few minutes sees each period once, in order and
// not before its time, also when clocks change.
func TestEveryPeriodComesOnceInEveryZone(t *testing.T) {
	testkit.Heavy(t)
	rapid.Check(t, func(t *rapid.T) {
		sched := schedule(t, rapid.SampledFrom([]string{"0 7 * * *", "30 2 * * *", "30 1 * * *", "0 0 * * *", "15 2 * * 0", "59 23 * * 1-5"}).Draw(t, "line"))
		z := zone(t, rapid.SampledFrom(someZones).Draw(t, "zone"))
		step := time.Duration(rapid.IntRange(1, 50).Draw(t, "minutes")) * time.Minute
		now := time.Date(2026, time.Month(rapid.IntRange(1, 12).Draw(t, "month")), rapid.IntRange(1, 28).Draw(t, "day"), 0, 0, 0, 0, time.UTC)
		period := sched.Period(now, z)
		for end := now.Add(20 * 24 * time.Hour); now.Before(end); now = now.Add(step) {
			got := sched.Period(now, z)
			if Due(got, z).After(now) {
				t.Fatalf("%v: period %v before its time", now, got)
			}
			if got.Equal(period) {
				continue
			}
			if want := sched.Next(period); !got.Equal(want) {
				t.Fatalf("%v: period %v follows %v, want %v", now, got, period, want)
			}
			if late := now.Sub(Due(got, z)); late >= step {
				t.Fatalf("%v: period %v is %v late", now, got, late)
			}
			period = got
		}
	})
}

func FuzzParseSchedule(f *testing.F) {
	for _, s := range []string{"0 7 * * 1-5", "TZ=", "TZ= ", "CRON_TZ=UTC * * * * *", "@daily", "@every 1s", "0 7 31 2 *", "*/15 2 * * *", "\x00"} {
		f.Add(s)
	}
	now := time.Date(2026, 11, 23, 18, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, s string) {
		sched, err := ParseSchedule(s)
		if err != nil {
			return
		}
		if p := sched.Latest(now); p.After(now) {
			t.Fatalf("%q: period %v is in the future", s, p)
		}
	})
}
