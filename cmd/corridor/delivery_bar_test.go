package main

import (
	"strings"
	"testing"
	"time"

	"corridor/editions"
)

func TestTheBarSaysHowFastAndHowLong(t *testing.T) {
	var out strings.Builder
	b := deliveryBar{to: &out}
	now := time.Now()
	e := editions.Edition{ID: 7, Counts: editions.Counts{Planned: 1000, Queued: 500, Sent: 500}}
	b.show(e, now) // half was done before and gives no rate
	if strings.Contains(out.String(), "emails/s") {
		t.Errorf("it knows a rate at the first look: %q", out.String())
	}
	e.Counts = editions.Counts{Planned: 1000, Queued: 290, Deferred: 10, Sent: 695, Failed: 3, Bounced: 2}
	b.show(e, now.Add(2*time.Second))
	for _, want := range []string{"edition 7: 100 emails/s, 3s left, 10 deferred, 5 failed", "700/1000"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is not shown: %q", want, out.String())
		}
	}
	b.finish()
}
