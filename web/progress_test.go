package web

import (
	"testing"
	"time"

	"corridor/editions"

	"github.com/google/go-cmp/cmp"
)

func TestProgressMeter(t *testing.T) {
	now := time.Date(2026, 3, 1, 7, 0, 0, 0, time.UTC)
	var m progressMeter
	edition := editions.Edition{ID: 7, State: "sending", Counts: editions.Counts{Planned: 100, Queued: 90, Sending: 5, Sent: 5}}
	m.read([]editions.Edition{edition}, now)
	edition.Counts = editions.Counts{Planned: 100, Queued: 40, Sending: 5, Sent: 50, Deferred: 3, Failed: 2}
	got := m.read([]editions.Edition{edition}, now.Add(2*time.Second))
	want := []editionProgress{{ID: 7, State: "sending", Planned: 100, Sent: 50, Queue: 45, Failed: 2, Deferred: 3, Rate: 23.5, Left: 48 / 23.5}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
