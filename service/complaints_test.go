package service

import (
	"strings"
	"testing"
	"time"

	"corridor/subscribers"
)

// Complaints are counted by recipient domain, whichever process records them.
func TestComplaintsAreMonitored(t *testing.T) {
	s := open(t, readersConfig)
	for _, email := range []string{"a@example.org", "b@example.org", "c@example.com"} {
		r, err := s.Readers().Add(t.Context(), email, "", subscribers.Preferences{Frequency: "daily"}, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Deliveries().Complain(t.Context(), 1, r.ID, "abuse", "lmtp", time.Now()); err != nil {
			t.Fatal(err)
		}
	}
	text := monitored(newMetrics(s))
	for _, want := range []string{`corridor_complaints_total{domain="example.org"} 2`, `corridor_complaints_total{domain="example.com"} 1`, `corridor_complaints_total{domain="other"} 0`} {
		if !strings.Contains(text, want+"\n") {
			t.Errorf("no %s in %s", want, text)
		}
	}
}
