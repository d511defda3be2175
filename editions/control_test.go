package editions

import (
	"testing"
	"time"
)

// The time of a pause does not count toward giving up, also when staff pause the edition a
// second time meanwhile.
func TestASecondPauseKeepsTheBeginning(t *testing.T) {
	w := newWorld(t)
	w.reader("r@example.com", Daily, "UTC", nil, nil)
	w.article("A", monday.Add(-time.Hour), nil, nil)
	edition := w.send(Daily, monday).Edition
	w.exec(`UPDATE deliveries SET state = 'deferred', first_at = now() - interval '6 hours'`)
	for range 2 {
		if err := w.store.Pause(w.ctx, edition); err != nil {
			t.Fatal(err)
		}
		w.exec(`UPDATE editions SET stopped_at = stopped_at - interval '2 hours'`) // time passes
	}
	if err := w.store.Resume(w.ctx, edition, time.Now()); err != nil {
		t.Fatal(err)
	}
	if n := w.number(`SELECT round(extract(epoch FROM now() - first_at) / 3600) FROM deliveries`); n != 2 {
		t.Errorf("after 6 hours, 4 of them paused, the delivery counts as tried for %d", n)
	}
}
