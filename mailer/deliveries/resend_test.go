package deliveries

import (
	"testing"

	"corridor/testkit"
)

// A crash counts as an attempt with an unknown result too, and so do two.
func TestCrashesResendOnce(t *testing.T) {
	testkit.Heavy(t)
	for name, tt := range map[string]struct{ first, second State }{ // "": the sender dies
		"two crashes":                  {"", ""},
		"no answer, then a crash":      {"queued", ""},
		"a crash, then no answer":      {"", "uncertain"},
		"no answer from an old sender": {"", "queued"}, // it has no limit
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.readers(1, 1)
			edition := w.edition("<p>x</p>")
			first := w.holder(1, true)
			m := first.mark()[0]
			if m.Resent {
				t.Error("resent before the first attempt")
			}
			if tt.first != "" {
				first.end(m, tt.first)
			}
			w.expireLeases()
			second := w.holder(2, true)
			if tt.first == "" && len(second.lease.Deliveries) != 0 {
				t.Error("due at once after a crash, want after the retry delay")
			}
			w.exec(`UPDATE deliveries SET due_at = now()`)
			w.expireLeases()
			third := w.holder(3, true)
			ready := third.mark()
			if len(ready) != 1 || !ready[0].Resent {
				t.Fatalf("to be resent: %+v", ready)
			}
			if tt.second != "" {
				third.end(ready[0], tt.second)
			}
			w.expireLeases()
			last := w.holder(4, true)
			if got := w.states(edition); got["uncertain"] != 1 || len(last.lease.Deliveries) != 0 {
				t.Errorf("after the second attempt: %v, %d due", got, len(last.lease.Deliveries))
			}
		})
	}
}
