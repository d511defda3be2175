package deliveries

import (
	"testing"
	"time"
)

func TestTakeTurns(t *testing.T) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		next time.Duration // from now
		rate float64
		n    int
		want int
		then time.Duration
	}{
		{-time.Hour, 10, 5, 2, 100 * time.Millisecond}, // a burst of a tenth of a second, and one
		{0, 10, 5, 1, 100 * time.Millisecond},
		{50 * time.Millisecond, 10, 5, 0, 50 * time.Millisecond},
		{-time.Hour, 1000, 5, 5, -95 * time.Millisecond},
		{-time.Hour, 0.5, 5, 1, 1900 * time.Millisecond},
	} {
		got, next := takeTurns(now.Add(c.next), now, c.rate, c.n)
		if got != c.want || next.Sub(now) != c.then {
			t.Errorf("%v at %v a second: %d turns, next in %v; want %d, %v", c.next, c.rate, got, next.Sub(now), c.want, c.then)
		}
	}
}
