package deliveries

import (
	"context"
	"errors"
	"testing"

	"corridor/postgres"
)

// A result and its events are written together: if one fails, the result stays in the
// journal, and the next attempt writes both.
func TestAResultIsNotWrittenWithoutItsEvents(t *testing.T) {
	for _, state := range []State{Failed, Bounced} {
		w := newWorld(t)
		w.readers(2, 1)
		edition := w.edition("<p>x</p>")
		h := w.holder(1, false)
		ready := h.mark()
		results := append(h.note(ready[0], "sent"), h.note(ready[1], state)...)
		whole := h.events
		h.events.Undelivered = func(context.Context, postgres.Tx, []Missed) error { return errors.New("the disk is full") }
		if err := h.Apply(w.ctx, results); err == nil {
			t.Error("the error of the event is lost")
		}
		if got, n := w.states(edition), w.number(`SELECT count(*) FROM journal`); got["queued"] != 2 || n != 2 || w.beingSent() != 2 {
			t.Errorf("after the error: %v, %d rows in the journal, %d in flight", got, n, w.beingSent())
		}
		if n := w.number(`SELECT (SELECT count(*) FROM bounce_events) + (SELECT count(*) FROM suppressions)`); n != 0 {
			t.Errorf("%d events or suppressions are left of what was undone", n)
		}
		h.events = whole
		if err := h.Apply(w.ctx, results); err != nil {
			t.Fatal(err)
		}
		if got, n := w.states(edition), w.number(`SELECT count(*) FROM journal`); got["sent"] != 1 || got[string(state)] != 1 || n != 0 {
			t.Errorf("repeated: %v, %d rows in the journal", got, n)
		}
		if n := w.number(`SELECT count(*) FROM missed_deliveries`); n != 1 {
			t.Errorf("%d missed deliveries, want 1", n)
		}
	}
}

// The same holds for a reader who paused and is skipped: the sender knows all deliveries in
// flight.
func TestNothingIsMarkedWithoutItsEvents(t *testing.T) {
	w := newWorld(t)
	w.readers(3, 1)
	edition := w.edition("<p>x</p>")
	h := w.holder(1, false)
	w.exec(`UPDATE subscribers SET paused_until = now() + interval '1 day' WHERE email LIKE 'reader2@%'`)
	whole := h.events
	h.events.Undelivered = func(context.Context, postgres.Tx, []Missed) error { return errors.New("the disk is full") }
	if answers, err := h.Record(w.ctx, h.id, nil, []Ask{{Flight: h.flight, Want: h.lease.Deliveries}}); err == nil {
		t.Errorf("the error of the event is lost; %v may go", answers)
	}
	// Quick marks may stay: they include the deliveries in flight, and possibly more.
	if got := w.states(edition); got["queued"] != 3 {
		t.Errorf("after the error: %v", got)
	}
	h.events = whole
	if ready := h.mark(); len(ready) != 2 || w.beingSent() != 2 {
		t.Errorf("repeated: %d may go, %d are in flight, want 2", len(ready), w.beingSent())
	}
	if got := w.states(edition); got["skipped"] != 1 || w.number(`SELECT count(*) FROM missed_deliveries`) != 1 {
		t.Errorf("repeated: %v", got)
	}
}
