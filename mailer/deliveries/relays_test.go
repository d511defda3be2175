package deliveries

import "testing"

// The count includes all processes, and the same delivery counts once.
func TestRefusalsAreCountedOverProcesses(t *testing.T) {
	w := newWorld(t)
	first, second := New(w.db, Resend{}, testEvents(), nil), New(w.db, Resend{}, testEvents(), nil)
	w.readers(1, 1)
	w.exec(`UPDATE deliveries SET state = 'sent' WHERE edition_id = $1`, w.edition("<p>x</p>"))
	for i, step := range []struct {
		store       *Store
		edition     int64
		subscriber  int64
		interrupted bool
		want        int
	}{
		{first, 1, 1, false, 1},
		{first, 1, 1, false, 1},
		{second, 1, 2, false, 2},
		{first, 1, 3, false, 3},
		{second, 1, 4, true, 1},
		{second, 1, 5, false, 2},
		{first, 2, 5, false, 3},
	} {
		if got, err := step.store.CountRefusal(w.ctx, "relay:25", step.edition, step.subscriber, step.interrupted); err != nil || got != step.want {
			t.Errorf("step %d: %d, %v; want %d", i, got, err, step.want)
		}
	}
}
