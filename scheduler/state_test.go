package scheduler

import (
	"testing"
	"time"
)

func TestOverdue(t *testing.T) {
	now := time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)
	at := func(ago time.Duration) *time.Time { then := now.Add(-ago); return &then }
	for _, test := range []struct {
		name    string
		success *time.Time
		run     time.Duration // ago
		every   time.Duration
		want    time.Duration
	}{
		{"just now", at(0), 0, 10 * time.Second, 0},
		{"at the limit", at(90 * time.Second), 0, 10 * time.Second, 0},
		{"failing", at(91 * time.Second), 0, 10 * time.Second, 91 * time.Second},
		{"monthly", at(90 * 24 * time.Hour), 0, 30 * 24 * time.Hour, 0},
		{"never succeeded, ran just now", nil, 0, time.Minute, 0},
		{"never succeeded, not run for long", nil, time.Hour, time.Minute, time.Hour},
	} {
		s := State{Job: "plan", LastRun: now.Add(-test.run), LastSuccess: test.success}
		if got := s.Overdue(test.every, now); got != test.want {
			t.Errorf("%s: overdue for %v, want %v", test.name, got, test.want)
		}
	}
}
