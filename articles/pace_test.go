package articles

import (
	"testing"
	"time"

	"corridor/fetch"
)

func TestPace(t *testing.T) {
	const day = 24 * time.Hour
	for _, c := range []struct {
		what string
		pace pace
		want time.Duration
	}{
		{"a source without articles", pace{Every: 15 * time.Minute, Silence: 90 * day}, 15 * time.Minute},
		{"a wire with an article every ten minutes", pace{Every: 5 * time.Minute, Gap: 10 * time.Minute, Silence: time.Minute}, 5 * time.Minute},
		{"an article every eight hours", pace{Every: 15 * time.Minute, Gap: 8 * time.Hour, Silence: time.Hour}, 15 * time.Minute},
		{"the same after eight hours", pace{Every: 15 * time.Minute, Gap: 8 * time.Hour, Silence: 8 * time.Hour}, time.Hour},
		{"the same after a weekend", pace{Every: 15 * time.Minute, Gap: 8 * time.Hour, Silence: 3 * day}, 3 * time.Hour},
		{"an article a week, a day after one", pace{Every: 15 * time.Minute, Gap: 7 * day, Silence: day}, 3 * time.Hour},
		{"an article a year, half a year after one", pace{Every: 15 * time.Minute, Gap: 365 * day, Silence: 180 * day}, day},
		{"just after the first gather", pace{Every: 2 * time.Second, Gap: 365 * day, Silence: 30 * time.Second}, 3750 * time.Millisecond},
		{"every is longer than a day", pace{Every: 2 * day, Gap: time.Hour}, 2 * day},
		{"one failure", pace{Every: 15 * time.Minute, Gap: 7 * day, Failures: 1}, 30 * time.Minute},
		{"many failures", pace{Every: 15 * time.Minute, Failures: 1000}, 4 * time.Hour},
		{"failures of a slow source", pace{Every: 12 * time.Hour, Failures: 9}, 12 * time.Hour},
		{"a hub pushes", pace{Every: 15 * time.Minute, Gap: 8 * time.Hour, Silence: 8 * time.Hour, Pushed: true}, 4 * time.Hour},
		{"a hub pushes a wire", pace{Every: 5 * time.Minute, Gap: 10 * time.Minute, Silence: day, Pushed: true}, time.Hour},
		{"a hub of a source that fails", pace{Every: 15 * time.Minute, Gap: 8 * time.Hour, Pushed: true, Failures: 1}, 30 * time.Minute},
		{"Retry-After", pace{Every: 15 * time.Minute, Failures: 1, Wait: 6 * time.Hour}, 6 * time.Hour},
	} {
		if got := c.pace.next(); got != c.want {
			t.Errorf("%s: next reading in %v, want %v", c.what, got, c.want)
		}
	}
}

func TestSpreadIsAtMostATenth(t *testing.T) {
	seen := map[time.Duration]bool{}
	for range 100 {
		d := spread(time.Hour)
		if d > time.Hour || d <= 54*time.Minute-time.Second {
			t.Fatalf("an hour became %v", d)
		}
		seen[d] = true
	}
	if len(seen) < 50 {
		t.Errorf("100 times fell on %d values", len(seen))
	}
	if d := spread(time.Second); d != time.Second {
		t.Errorf("a second became %v", d)
	}
}

func TestAskedToWait(t *testing.T) {
	if got := askedToWait(&fetch.StatusError{Status: 503, RetryAfter: time.Hour}); got != time.Hour {
		t.Errorf("got %v", got)
	}
	if got := askedToWait(errBudget); got != 0 {
		t.Errorf("got %v of an error without Retry-After", got)
	}
}
