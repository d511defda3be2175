package deliveries

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func TestQuotas(t *testing.T) {
	baku := zone(t, "Asia/Baku")
	at := func(day, hour, minute int) time.Time { return time.Date(2026, 11, day, hour, minute, 0, 0, baku) }
	counted := func(hour, day int) Used {
		return Used{First: at(20, 9, 0), Hour: at(25, 9, 0), Day: at(25, 0, 0), InHour: hour, InDay: day}
	}
	window, err := ParseWindow("Mon-Fri 07:00-22:00") // 25 November 2026 is a Wednesday
	if err != nil {
		t.Fatal(err)
	}
	warm := Warmup{Start: 200, Factor: 1.5}
	for _, test := range []struct {
		name   string
		q      Quota
		u      Used
		now    time.Time
		single bool
		want   int // of 1000
		until  time.Time
		reason string
	}{
		{"no limit", Quota{}, counted(0, 0), at(25, 9, 30), false, 1000, time.Time{}, ""},
		{"an hour", Quota{PerHour: 100}, counted(0, 0), at(25, 9, 30), false, 95, time.Time{}, ""},
		{"an hour, used up", Quota{PerHour: 100}, counted(95, 95), at(25, 9, 30), false, 0, at(25, 10, 0), "95 of 100 emails of this hour's limit are sent and 5 are kept for confirmations and alerts"},
		{"an hour, a single message", Quota{PerHour: 100}, counted(95, 95), at(25, 9, 30), true, 5, time.Time{}, ""},
		{"an hour, used up by single messages", Quota{PerHour: 100}, counted(100, 100), at(25, 9, 30), true, 0, at(25, 10, 0), "100 of 100 emails of this hour's limit are sent"},
		{"the next hour", Quota{PerHour: 100}, counted(100, 100), at(25, 10, 0), false, 95, time.Time{}, ""},
		{"a day", Quota{PerDay: 500}, counted(0, 400), at(25, 9, 30), false, 75, time.Time{}, ""},
		{"a day, used up", Quota{PerDay: 500}, counted(0, 500), at(25, 9, 30), false, 0, at(26, 0, 0), "500 of 500 emails of today's limit are sent"},
		{"the next day", Quota{PerDay: 500}, counted(0, 500), at(26, 0, 0), false, 475, time.Time{}, ""},
		{"a limit of one", Quota{PerDay: 1}, counted(0, 0), at(25, 9, 30), false, 1, time.Time{}, ""},
		{"both, the later counts", Quota{PerHour: 10, PerDay: 20}, counted(10, 20), at(25, 9, 30), false, 0, at(26, 0, 0), "20 of 20 emails of today's limit are sent"},
		{"in the window", Quota{Window: window}, counted(0, 0), at(25, 7, 0), false, 1000, time.Time{}, ""},
		{"before the window", Quota{Window: window}, counted(0, 0), at(25, 6, 59), false, 0, at(25, 7, 0), "the sending window is Mon-Fri 07:00-22:00"},
		{"after the window, on Friday", Quota{Window: window}, counted(0, 0), at(27, 22, 0), false, 0, at(30, 7, 0), "the sending window is Mon-Fri 07:00-22:00"},
		{"a single message at night", Quota{Window: window}, counted(0, 0), at(27, 23, 0), true, 1000, time.Time{}, ""},
		{"the first day of a warm-up", Quota{Warmup: warm}, Used{}, at(25, 9, 30), false, 190, time.Time{}, ""},
		{"its third day", Quota{Warmup: Warmup{200, 1.5, at(23, 0, 0)}}, counted(0, 0), at(25, 9, 30), false, 427, time.Time{}, ""}, // 450 less 23
		{"its first day since the first email", Quota{Warmup: warm}, Used{First: at(24, 23, 59)}, at(25, 0, 0), false, 285, time.Time{}, ""},
		{"it begins later", Quota{Warmup: Warmup{200, 1.5, at(30, 0, 0)}}, counted(0, 0), at(25, 9, 30), false, 190, time.Time{}, ""},
		{"it is used up", Quota{Warmup: warm}, Used{First: at(25, 0, 0), Day: at(25, 0, 0), InDay: 190}, at(25, 9, 30), false, 0, at(26, 0, 0), "190 of 200 emails of day 1 of the warm-up are sent and 10 are kept for confirmations and alerts"},
		{"after years it limits nothing", Quota{Warmup: Warmup{200, 1.5, at(25, 0, 0).AddDate(-30, 0, 0)}}, counted(0, 0), at(25, 9, 30), false, 1000, time.Time{}, ""},
		{"the end of a warm-up", Quota{PerDay: 500, Warmup: Warmup{200, 1.5, at(1, 0, 0)}}, counted(0, 0), at(25, 9, 30), false, 475, time.Time{}, ""},
	} {
		test.q.Zone = baku
		got := test.q.Allow(test.u, test.now.UTC(), 1000, test.single)
		if few := test.q.Allow(test.u, test.now.UTC(), 1, test.single); test.want > 0 && test.want < 1000 && (few.Emails != 1 || few.Left != test.want-1 || got.Left != 0) {
			t.Errorf("%s: %d emails are left after one, and %d after all", test.name, few.Left, got.Left)
		}
		if got.Emails != test.want || !got.Until.Equal(test.until) || got.Reason != test.reason {
			t.Errorf("%s: %d emails, until %v, %q", test.name, got.Emails, got.Until, got.Reason)
		}
	}
}

// Over any sequence of requests no hour and no day has more than its limits, and emails that
// wait have a time in the future at which some may be sent.
func TestQuotasHoldOverTime(t *testing.T) {
	zones := []*time.Location{zone(t, "Asia/Kathmandu"), zone(t, "Europe/Berlin"), zone(t, "America/Havana"), time.UTC}
	rapid.Check(t, func(t *rapid.T) {
		q := Quota{PerHour: rapid.IntRange(0, 30).Draw(t, "hour"), PerDay: rapid.IntRange(0, 100).Draw(t, "day"), Zone: rapid.SampledFrom(zones).Draw(t, "zone")}
		q.Window, _ = ParseWindow(rapid.SampledFrom([]string{"", "07:00-22:00", "Mon,Wed 23:30-01:15", "Sat-Mon 00:00-24:00"}).Draw(t, "window"))
		q.Warmup = Warmup{Start: rapid.SampledFrom([]int{0, 7}).Draw(t, "start"), Factor: 2}
		now := time.Date(2026, 3, 7, 0, 0, 0, 0, time.UTC).Add(time.Duration(rapid.IntRange(0, 400*24*60).Draw(t, "minute")) * time.Minute)
		var u Used
		hours, days := map[string]int{}, map[string]int{}
		for range rapid.IntRange(1, 40).Draw(t, "requests") {
			single := rapid.Bool().Draw(t, "single")
			a := q.Allow(u, now, rapid.IntRange(1, 50).Draw(t, "n"), single)
			u = a.used
			local := now.In(q.Zone)
			hour, day := fmt.Sprint(local.Format("2006-01-02 15"), local.Add(-time.Duration(local.Minute())*time.Minute).Unix()/60), local.Format(time.DateOnly)
			if hours[hour], days[day] = hours[hour]+a.Emails, days[day]+a.Emails; q.PerHour > 0 && hours[hour] > q.PerHour || q.PerDay > 0 && days[day] > q.PerDay {
				t.Fatalf("%v: %d in the hour, %d in the day", now, hours[hour], days[day])
			}
			if a.Emails > 0 && !single && !q.Window.open(local) {
				t.Fatalf("an edition at %v, outside %s", local, q.Window)
			}
			if a.Emails == 0 {
				if !a.Until.After(now) || a.Reason == "" || a.Until.After(now.Add(8*24*time.Hour)) {
					t.Fatalf("at %v it waits until %v: %q", now, a.Until, a.Reason)
				}
				now = a.Until
				continue
			}
			now = now.Add(time.Duration(rapid.IntRange(0, 100).Draw(t, "minutes")) * time.Minute)
		}
	})
}

func TestWindows(t *testing.T) {
	havana := zone(t, "America/Havana") // midnight does not exist on 8 March 2026
	at := func(month time.Month, day, hour, minute int) time.Time {
		return time.Date(2026, month, day, hour, minute, 0, 0, havana)
	}
	for _, test := range []struct {
		text string
		now  time.Time
		open bool
		next time.Time
	}{
		{"Mon,Wed 22:00-06:00", at(11, 26, 5, 59), true, time.Time{}}, // Thursday, the window of Wednesday
		{"Mon,Wed 22:00-06:00", at(11, 26, 6, 0), false, at(11, 30, 22, 0)},
		{"Fri-Mon 09:00-12:00", at(11, 29, 12, 0), false, at(11, 30, 9, 0)},
		{"tue 00:00-24:00", at(11, 25, 0, 0), false, at(12, 1, 0, 0)},
		{"Sun 00:00-05:00", at(3, 7, 23, 0), false, at(3, 8, 1, 0)},
	} {
		w, err := ParseWindow(test.text)
		if err != nil || w.open(test.now) != test.open || !test.open && !w.next(test.now).Equal(test.next) {
			t.Errorf("%s at %v: open %v, next %v, %v", test.text, test.now, w.open(test.now), w.next(test.now), err)
		}
	}
	for _, text := range []string{"7-22", "07:00", "22:00-22:00", "25:00-26:00", "24:00-06:00", "07:60-08:00", "7:0-8:00", "Mon-Fri", "Foo 07:00-08:00", "Mon- 07:00-08:00", "a b c", strings.Repeat("Mon,", 50) + "Mon 07:00-08:00"} {
		if w, err := ParseWindow(text); err == nil {
			t.Errorf("%q is the window %+v", text, w)
		}
	}
}

func FuzzParseWindow(f *testing.F) {
	f.Add("Mon-Fri 07:00-22:00", int64(1e9))
	f.Add("Sun,Mon 23:00-01:00", int64(1.8e9))
	f.Fuzz(func(t *testing.T, text string, unix int64) {
		w, err := ParseWindow(text)
		if err != nil || w == (Window{}) || unix < 0 || unix > 1<<33 {
			return
		}
		now := time.Unix(unix, 0).UTC()
		if again, err := ParseWindow(w.String()); err != nil || again != w {
			t.Fatalf("%q is read as %q, which reads as %+v, %v", text, w, again, err)
		}
		if next := w.next(now); !next.After(now) || !w.open(now) && !w.open(next) {
			t.Fatalf("%q at %v opens at %v", text, now, next)
		}
	})
}
