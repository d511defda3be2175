package deliveries

import (
	"slices"
	"testing"
	"time"

	"corridor/testkit"
)

// accounts is the stored data of all deliveries, without times.
func (w *world) accounts() (list []string) {
	w.t.Helper()
	if err := w.db.Select(&list, `
		SELECT concat_ws(' ', subscriber_id, state, attempt, due_at > now(), first_at IS NOT NULL, last_at = first_at, code, enhanced, reply, relay, bytes, rendering_id)
		FROM deliveries ORDER BY subscriber_id`); err != nil {
		w.t.Fatal(err)
	}
	return list
}

// Results of a dead sender in the journal are applied by the next holder of the batch, with
// the same outcome.
func TestTheJournalOfTheDeadIsPosted(t *testing.T) {
	testkit.Heavy(t)
	states := []State{"sent", "deferred", "bounced", "failed", "uncertain", "queued"}
	var accounts [2][]string
	for i, dies := range []bool{false, true} {
		w := newWorld(t)
		w.readers(len(states), 1)
		edition := w.edition("<p>x</p>")
		h := w.holder(1, false)
		var results []Result
		for n, m := range h.mark() {
			results = append(results, h.note(m, states[n])...)
		}
		if got := w.states(edition); got["queued"] != 6 || w.beingSent() != 6 {
			t.Fatalf("in the journal: %v, %d marked", got, w.beingSent())
		}
		if dies {
			w.expireLeases()
			if next := w.holder(2, false); len(next.lease.Deliveries) != 1 || next.lease.Deliveries[0].Attempt != 1 {
				t.Errorf("the next holder has %+v to do, want the one that was taken back", next.lease.Deliveries)
			}
		} else if err := h.Apply(w.ctx, results); err != nil {
			t.Fatal(err)
		}
		if n := w.number(`SELECT count(*) FROM journal`); n != 0 || w.beingSent() != 0 {
			t.Errorf("%d rows are left in the journal, %d are marked", n, w.beingSent())
		}
		if n := w.number(`SELECT count(*) FROM suppressions`); n != 1 {
			t.Errorf("%d are suppressed, want the one that bounced", n)
		}
		if n := w.number(`SELECT count(*) FROM missed_deliveries`); n != 2 {
			t.Errorf("%d are owed what they missed, want 2", n)
		}
		accounts[i] = w.accounts()
	}
	if !slices.Equal(accounts[0], accounts[1]) {
		t.Errorf("posted by its sender:\n%q\nby the next:\n%q", accounts[0], accounts[1])
	}
}

// Applying deletes exactly the applied rows of the journal: others may have been written
// meanwhile, or an earlier application may be lost.
func TestPostingLeavesOtherEntries(t *testing.T) {
	w := newWorld(t)
	w.readers(3, 1)
	edition := w.edition("<p>x</p>")
	h := w.holder(1, false)
	ready := h.mark()
	h.note(ready[0], "sent")
	second := h.note(ready[1], "sent")
	h.note(ready[2], "sent")
	if err := h.Apply(w.ctx, second); err != nil {
		t.Fatal(err)
	}
	if got, n := w.states(edition), w.number(`SELECT count(*) FROM journal`); got["sent"] != 1 || n != 2 {
		t.Errorf("%v, %d rows in the journal; want one sent and two rows", got, n)
	}
	if err := h.Return(w.ctx, h.lease, 1, time.Time{}); err != nil {
		t.Fatal(err)
	}
	if next := w.holder(2, false); len(next.lease.Deliveries) != 0 || w.states(edition)["sent"] != 3 {
		t.Errorf("%d are tried again; %v", len(next.lease.Deliveries), w.states(edition))
	}
}

// If the outcome of an application is unknown, it is repeated.
func TestPostingTwice(t *testing.T) {
	w := newWorld(t)
	w.readers(2, 1)
	w.edition("<p>x</p>")
	h := w.holder(1, false)
	ready := h.mark()
	results := append(h.note(ready[0], "sent"), h.note(ready[1], "uncertain")...)
	var accounts [2][]string
	for i := range accounts {
		if err := h.Apply(w.ctx, results); err != nil {
			t.Fatal(err)
		}
		accounts[i] = w.accounts()
	}
	if !slices.Equal(accounts[0], accounts[1]) {
		t.Errorf("once:\n%q\ntwice:\n%q", accounts[0], accounts[1])
	}
}

// A delivery that staff make due while its batch is returned is found.
func TestWhatIsMadeDueMeanwhileIsFound(t *testing.T) {
	w := newWorld(t)
	w.readers(2, 1)
	edition := w.edition("<p>x</p>")
	h := w.holder(1, false)
	for _, m := range h.mark() {
		h.end(m, "uncertain")
	}
	tx := w.db.MustBegin() // staff resend it
	for _, q := range []string{
		`SELECT FROM batches FOR NO KEY UPDATE`, `UPDATE deliveries SET state = 'queued' WHERE state = 'uncertain'`, `UPDATE batches SET due_at = now()`,
	} {
		tx.MustExec(q)
	}
	done := make(chan error, 1)
	go func() { done <- h.Return(w.ctx, h.lease, 1, time.Time{}) }()
	w.until("waiting for the batch", func() bool {
		return w.number(`SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`) == 1
	})
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if next := w.holder(2, false); len(next.lease.Deliveries) != 2 {
		t.Errorf("%d are due again, want 2; %v", len(next.lease.Deliveries), w.states(edition))
	}
}

// Deliveries that are no longer eligible lose their in-flight mark, and renewing a lease at
// the same moment does not deadlock.
func TestMarksAreTakenBackAndRowsLockedTwice(t *testing.T) {
	w := newWorld(t)
	w.readers(3, 1)
	edition := w.edition("<p>x</p>")
	h := w.holder(1, false)
	w.exec(`UPDATE deliveries SET state = 'skipped', reason = 'cancelled' WHERE subscriber_id = (SELECT min(id) FROM subscribers)`)
	w.exec(`INSERT INTO changes (of, id) SELECT 'variant', id FROM variants`)
	if ready := h.mark(); len(ready) != 2 || w.number(`SELECT array_length(marks, 1) FROM batches`) != 2 {
		t.Errorf("%d may go, want 2; or more are marked", len(ready))
	}
	w.exec(`UPDATE editions SET state = 'paused' WHERE id = $1`, edition)
	if ready := h.mark(); len(ready) != 0 || w.number(`SELECT cardinality(marks) FROM batches`) != 0 {
		t.Errorf("paused: %d may go, or are marked", len(ready))
	}
	w.exec(`UPDATE editions SET state = 'sending' WHERE id = $1`, edition)

	tx := w.db.MustBegin() // a heartbeat
	tx.MustExec(`UPDATE batches SET lease_until = lease_until + interval '1 second'`)
	marked := make(chan int, 1)
	go func() { marked <- len(h.mark()) }()
	w.until("waiting for the batch", func() bool {
		return w.number(`SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`) == 1
	})
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	if n := <-marked; n != 2 {
		t.Errorf("%d may go after the lease was renewed, want 2", n)
	}
}

// A sender may write into the journal after it has lost its batch, and die before it
// applies the results.
func TestForgottenEntriesArePosted(t *testing.T) {
	for _, held := range []bool{false, true} {
		w := newWorld(t)
		w.readers(2, 1)
		edition := w.edition("<p>x</p>")
		dead := w.holder(1, false)
		ready := dead.mark()
		w.expireLeases()
		next := w.holder(2, false)
		if got := w.states(edition); got["uncertain"] != 2 {
			t.Fatalf("taken over: %v", got)
		}
		dead.note(ready[0], "sent")
		dead.note(ready[1], "deferred")
		if !held {
			if err := next.Return(w.ctx, next.lease, 2, time.Time{}); err != nil {
				t.Fatal(err)
			}
			if err := next.Finish(w.ctx, edition); err != nil || !w.finished(edition) {
				t.Fatalf("not finished: %v", err)
			}
		}
		if err := next.applyForgotten(w.ctx); err != nil {
			t.Fatal(err)
		}
		if got, n := w.states(edition), w.number(`SELECT count(*) FROM journal`); got["sent"] != 1 || got["deferred"] != 1 || n != 0 {
			t.Errorf("held %v: %v, %d rows in the journal", held, got, n)
		}
		if w.finished(edition) {
			t.Error("the edition is finished with one to be tried again")
		}
	}
}

// A sender reads a batch once, and later changes still count.
func TestChangesAfterTheLeaseCount(t *testing.T) {
	w := newWorld(t)
	w.readers(4, 1)
	edition := w.edition("<p>old</p>")
	old := w.number(`SELECT rendering_id FROM variants`)
	h := w.holder(1, false)
	w.exec(`UPDATE subscribers SET name = 'Renamed', format = 'text', language = 'az' WHERE email LIKE 'reader1@%'`)
	w.exec(`UPDATE subscribers SET state = 'left' WHERE email LIKE 'reader2@%'`)
	ready := h.mark()
	if len(ready) != 3 {
		t.Fatalf("%d may go, want 3: %+v", len(ready), ready)
	}
	for _, m := range ready {
		renamed := m.Address == "reader1@example.net"
		if (m.Name == "Renamed" && m.Format == "text" && m.Language == "az") != renamed || m.RenderingID != old || m.Attempt != 1 {
			t.Errorf("%+v", m)
		}
	}

	w.exec(`WITH n AS (
			INSERT INTO renderings (variant_id, subject, html, text, created_at) SELECT id, 'Corrected', '<p>new</p>', 'new', clock_timestamp() FROM variants RETURNING id
		) UPDATE variants SET rendering_id = n.id FROM n`)
	for _, m := range h.mark() {
		if m.RenderingID == old {
			t.Errorf("reader %d gets what was corrected", m.SubscriberID)
		}
	}

	w.exec(`UPDATE editions SET state = 'paused' WHERE id = $1`, edition)
	if ready := h.mark(); len(ready) != 0 {
		t.Errorf("%d may go of an edition that is paused", len(ready))
	}
	w.exec(`UPDATE editions SET state = 'sending' WHERE id = $1`, edition)
	if ready := h.mark(); len(ready) != 3 {
		t.Errorf("%d may go once it is resumed, want 3", len(ready))
	}

	for range mostChanges { // too many to compare
		w.exec(`UPDATE subscribers SET asked_at = NULL WHERE email LIKE 'reader3@%'`)
	}
	w.exec(`UPDATE subscribers SET state = 'left' WHERE email LIKE 'reader4@%'`)
	if ready := h.mark(); len(ready) != 2 {
		t.Errorf("%d may go after many changes, want 2", len(ready))
	}
	if err := h.TrimChanges(w.ctx); err != nil || w.number(`SELECT count(*) FROM changes`) < mostChanges {
		t.Errorf("changes are dropped that a lease may not have read; %v", err)
	}
	w.exec(`UPDATE changes SET at = at - interval '2 days'`)
	if err := h.TrimChanges(w.ctx); err != nil || w.number(`SELECT count(*) FROM changes`) != 0 {
		t.Errorf("old changes stay; %v", err)
	}
}

// Readers suppressed between planning and the lease get no email, even if a merged reader
// had the address.
func TestTheSuppressedAreSparedAtTheLease(t *testing.T) {
	w := newWorld(t)
	w.readers(3, 1)
	edition := w.edition("<p>x</p>")
	w.exec(`INSERT INTO suppressions (address_hash, email, subscriber_id, reason, created_at)
		SELECT sha256(convert_to(email || former, 'UTF8')), email || former, id, 'complaint', now()
		FROM subscribers, (VALUES (''), ('.old')) f (former) WHERE email LIKE 'reader1@%' OR email LIKE 'reader2@%' AND former <> ''`)
	h := w.holder(1, false)
	if len(h.lease.Deliveries) != 3 {
		t.Errorf("%d jobs, want 3", len(h.lease.Deliveries))
	}
	if ready := h.mark(); len(ready) != 2 {
		t.Errorf("%d may go, want 2: %+v", len(ready), ready)
	}
	if got := w.states(edition); got["skipped"] != 1 {
		t.Errorf("%v", got)
	}
}
