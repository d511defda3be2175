package deliveries

import (
	"testing"
	"time"

	"corridor/testkit"
)

// A delivery is marked in flight before it is sent, visible to others, until the result is
// written or the batch returned.
func TestAMarkStandsUntilItsResult(t *testing.T) {
	w := newWorld(t)
	w.readers(3, 1)
	edition := w.edition("<p>x</p>")
	h := w.holder(1, false)
	ready := h.mark()
	if len(ready) != 3 || w.beingSent() != 3 {
		t.Fatalf("%d may go, %d are marked, want 3", len(ready), w.beingSent())
	}
	if again := h.mark(); len(again) != 3 || w.beingSent() != 3 {
		t.Errorf("marked once more: %d may go, %d are marked", len(again), w.beingSent())
	}
	h.end(ready[0], "sent")
	h.end(ready[1], "deferred")
	if w.beingSent() != 1 {
		t.Errorf("%d are marked after two of three results", w.beingSent())
	}
	h.end(ready[2], "queued")
	if err := h.Return(w.ctx, h.lease, 1, time.Time{}); err != nil {
		t.Fatal(err)
	}
	if got := w.states(edition); got["sent"] != 1 || got["deferred"] != 1 || got["queued"] != 1 || w.beingSent() != 0 {
		t.Errorf("%v, %d marked", got, w.beingSent())
	}
	if n := w.number(`SELECT count(*) FROM deliveries WHERE attempt = 1 AND first_at IS NOT NULL AND relay = 'mx:25'`); n != 3 {
		t.Errorf("%d of 3 have an account of their attempt", n)
	}
	if n := w.number(`SELECT count(*) FROM batches WHERE marks <> '{}'`); n != 0 {
		t.Errorf("%d batches that were handed back have marks", n)
	}
}

// The next holder of a dead sender's batch makes its deliveries in flight uncertain, with
// the rendering that they may have contained, and marks no delivery of another holder.
func TestMarksOfTheDeadAreSettled(t *testing.T) {
	w := newWorld(t)
	w.readers(2, 1)
	edition := w.edition("<p>old</p>")
	old := w.number(`SELECT rendering_id FROM variants`)
	dead := w.holder(1, false)
	ready := dead.mark()
	dead.end(ready[0], "sent")
	w.exec(`WITH n AS (
			INSERT INTO renderings (variant_id, subject, html, text, created_at) SELECT id, 'Corrected', '<p>new</p>', 'new', clock_timestamp() FROM variants RETURNING id
		) UPDATE variants SET rendering_id = n.id FROM n`)
	w.expireLeases()
	next := w.holder(2, false)
	if got := w.states(edition); got["sent"] != 1 || got["uncertain"] != 1 || len(next.lease.Deliveries) != 0 || w.beingSent() != 0 {
		t.Errorf("taken over: %v, %d due, %d marked", got, len(next.lease.Deliveries), w.beingSent())
	}
	if n := w.number(`SELECT count(*) FROM deliveries WHERE state = 'uncertain' AND rendering_id = $1 AND attempt = 1 AND first_at = last_at`, old); n != 1 {
		t.Error("the uncertain one has no account of its attempt, or another rendering")
	}
	if late := dead.mark(); len(late) != 0 || w.beingSent() != 0 {
		t.Errorf("a lost lease: %d may go, %d are marked", len(late), w.beingSent())
	}
}

// A delivery that was called off while it was on the wire was sent all the same. It is not
// tried again, and its known result stays when its sender dies.
func TestWhatWasCalledOffTooLate(t *testing.T) {
	testkit.Heavy(t)
	for _, tt := range []struct {
		end       State
		rendering int64 // 0: it was not sent
		want      string
	}{
		{"sent", 1, "sent"},
		{"bounced", 1, "bounced"},
		{"uncertain", 1, "uncertain"},
		{"deferred", 1, "skipped"},
		{"queued", 0, "skipped"},
		{"queued", 1, "uncertain"}, // of an attempt with an unknown result
		{"", 1, "uncertain"},       // its sender dies
	} {
		for _, resend := range []bool{false, true} {
			w := newWorld(t)
			w.readers(1, 1)
			edition := w.edition("<p>x</p>")
			h := w.holder(1, resend)
			m := h.mark()[0]
			w.exec(`UPDATE deliveries SET state = 'skipped', reason = 'cancelled'`)
			if m.RenderingID *= tt.rendering; tt.end != "" {
				h.end(m, tt.end)
			}
			w.expireLeases()
			w.holder(2, resend)
			if got := w.states(edition); got[tt.want] != 1 {
				t.Errorf("%q of rendering %d, resend %v, left %v, want %s", tt.end, tt.rendering, resend, got, tt.want)
			}
		}
	}
}

// Readers who unsubscribed after planning are skipped, and the mark of a delivery that was
// never tried has no effect.
func TestNobodyIsMarkedWhoLeftSincePlanning(t *testing.T) {
	w := newWorld(t)
	w.readers(6, 1)
	edition := w.edition("<p>x</p>")
	h := w.holder(1, false)
	w.exec(`UPDATE subscribers SET state = 'left' WHERE email LIKE 'reader1@%'`)
	w.exec(`UPDATE subscribers SET paused_until = now() + interval '1 day' WHERE email LIKE 'reader2@%'`)
	w.exec(`UPDATE subscribers SET paused_until = now() - interval '1 day' WHERE email LIKE 'reader3@%'`)
	w.exec(`INSERT INTO suppressions (address_hash, email, subscriber_id, reason, created_at)
		SELECT sha256(convert_to(email, 'UTF8')), email, id, 'complaint', now() FROM subscribers WHERE email LIKE 'reader4@%'`)
	w.exec(`DELETE FROM subscribers WHERE email LIKE 'reader5@%'`)
	if ready := h.mark(); len(ready) != 2 {
		t.Errorf("%d of 2 may go: %+v", len(ready), ready)
	}
	if got := w.states(edition); got["skipped"] != 4 || w.beingSent() != 2 {
		t.Errorf("%v, %d marked", got, w.beingSent())
	}
	for _, reason := range []string{"left", "paused", "suppressed", "erased"} {
		if w.number(`SELECT count(*) FROM deliveries WHERE reason = $1 AND attempt = 0`, reason) != 1 {
			t.Errorf("nobody was skipped as %s", reason)
		}
	}
	if n := w.number(`SELECT count(*) FROM missed_deliveries`); n != 1 {
		t.Errorf("%d readers are owed what they missed, want the paused one", n)
	}
	w.expireLeases()
	w.holder(2, false)
	if got := w.states(edition); got["skipped"] != 4 || got["uncertain"] != 2 {
		t.Errorf("taken over: %v", got)
	}
}

// A worker whose server asked it to slow down splits a batch only while it holds it:
// another sender may have the deliveries in flight.
func TestOnlyTheHolderSplits(t *testing.T) {
	w := newWorld(t)
	w.readers(4, 2)
	w.edition("<p>x</p>")
	slow := w.holder(1, false)
	w.expireLeases()
	w.holder(2, false).mark()
	if err := slow.Split(w.ctx, slow.lease, "d1.example.net"); err != nil {
		t.Fatal(err)
	}
	if n := w.number(`SELECT count(*) FROM batches`); n != 1 {
		t.Errorf("%d batches, want 1", n)
	}
}

// The last batch of an edition is returned before the edition is finished. If the sender
// dies in between, the next sweep finishes it, unless a batch was reopened.
func TestAnEditionIsFinishedThoughItsSenderDied(t *testing.T) {
	w := newWorld(t)
	w.readers(1, 1)
	edition := w.edition("<p>x</p>")
	h := w.holder(1, false)
	m := h.mark()[0]
	h.end(m, "sent")
	w.exec(`UPDATE batches SET leased_by = NULL, lease_until = NULL, marks = '{}', due_at = NULL`)
	if err := h.finishForgotten(w.ctx); err != nil || !w.finished(edition) {
		t.Errorf("not finished: %v", err)
	}
	w.exec(`UPDATE deliveries SET state = 'queued'`) // a late result
	if err := h.Return(w.ctx, h.lease, 1, time.Time{}); err != nil || w.finished(edition) {
		t.Errorf("not reopened: %v", err)
	}
	if err := h.finishForgotten(w.ctx); err != nil || w.finished(edition) {
		t.Errorf("finished with something left to do: %v", err)
	}
}

// The previous schema stored marks in the deliveries. Deliveries in flight of a sender that
// died during the migration stay known.
func TestMarksSurviveTheMigration(t *testing.T) {
	w := newWorld(t)
	w.readers(3, 1)
	edition := w.edition("<p>x</p>")
	h := w.holder(1, false)
	ready := h.mark()
	h.end(ready[0], "sent")
	h.note(ready[1], "sent")
	h.Close()
	w.downTo("00011_marks")
	if got := w.states(edition); got["sending"] != 1 || got["sent"] != 2 {
		t.Errorf("before: %v", got)
	}
	if err := w.db.MigrateUp(w.ctx); err != nil {
		t.Fatal(err)
	}
	if got := w.states(edition); got["queued"] != 1 || got["sent"] != 2 || w.beingSent() != 1 {
		t.Errorf("after: %v, %d marked", got, w.beingSent())
	}
	w.expireLeases()
	w.holder(2, false)
	if got := w.states(edition); got["uncertain"] != 1 || got["sent"] != 2 {
		t.Errorf("taken over: %v", got)
	}
}
