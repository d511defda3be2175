package deliveries

import "testing"

// newer makes the schema that of a later version.
func (w *world) newer() {
	w.t.Helper()
	w.exec(`INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, true)`)
}

func (w *world) ours() {
	w.t.Helper()
	w.exec(`DELETE FROM goose_db_version WHERE version_id = 99999`)
}

// On a newer schema no batch is leased and no delivery put in flight, and results are still
// written.
func TestANewerSchemaIsNotSentOn(t *testing.T) {
	for name, look := range map[string]bool{"quick marks": false, "full marks": true} {
		w := newWorld(t)
		w.readers(60, 1) // three batches
		w.edition("<p>x</p>")
		h := w.holder(1, false)
		jobs := h.lease.Deliveries
		for i := range jobs {
			jobs[i].doubtful = look
		}
		h.lease.Deliveries = jobs[:1]
		m := h.mark()[0]
		w.newer()
		h.lease.Deliveries = jobs[1:]
		if ready := h.mark(); len(ready) != 0 {
			t.Errorf("%s: %d are marked on a newer schema", name, len(ready))
		}
		if n := w.beingSent(); n != 1 {
			t.Errorf("%s: %d are being sent, want the one that was", name, n)
		}
		h.end(m, "sent")
		if n := w.states(0)["sent"]; n != 1 {
			t.Errorf("%s: %d results are written, want 1", name, n)
		}
		if l, err := h.Lease(w.ctx, 1, 0, nil); l != nil || err != nil {
			t.Errorf("%s: leased on a newer schema: %v, %v", name, l, err)
		}
		if l, err := h.Lease(w.ctx, 1, 9, nil); l != nil || err != nil { // counted
			t.Errorf("%s: leased on a newer schema: %v, %v", name, l, err)
		}
		w.ours()
		if ready := h.mark(); len(ready) != len(jobs)-1 {
			t.Errorf("%s: %d may go on our schema, want %d", name, len(ready), len(jobs)-1)
		}
	}
}

// The statements of version 02bbfca, which does not check for newer schemas.
const (
	earlierLeaseSQL = `
	WITH next AS (
		SELECT b.id
		FROM batches b
		JOIN editions e ON e.id = b.edition_id AND e.state = 'sending'
		LEFT JOIN receiving_domains r ON r.domain = b.domain
		WHERE b.due_at <= now() AND (b.lease_until IS NULL OR b.lease_until <= now())
			AND (r.domain IS NULL OR r.next_at <= now() AND (r.quiet_until IS NULL OR r.quiet_until <= now()))
		ORDER BY b.due_at, b.id
		LIMIT 1
		FOR UPDATE OF b SKIP LOCKED
	), leased AS (
		UPDATE batches b SET leased_by = 1, fence = b.fence + 1, lease_until = now() + interval '30 seconds'
		FROM next WHERE b.id = next.id
		RETURNING b.id
	)
	SELECT count(*) FROM leased`
	earlierMarkSQL = `
	WITH held AS (
		UPDATE batches b SET marks = ARRAY[ARRAY[d.subscriber_id, 1]], marked_at = now()
		FROM (SELECT batch_id, min(subscriber_id) AS subscriber_id FROM deliveries GROUP BY batch_id) d
		WHERE b.id = d.batch_id AND b.leased_by = 1 AND b.lease_until > now()
		RETURNING b.id
	), kept AS (
		INSERT INTO journal (batch_id, fence, n, results) VALUES (1, 1, 1, '[]')
	)
	SELECT count(*) FROM held`
	earlierRenewSQL = `
	WITH ours AS (
		UPDATE batches b SET lease_until = now() + interval '30 seconds' WHERE leased_by = 1 AND lease_until > now() RETURNING b.id
	)
	SELECT count(*) FROM ours`
	earlierGiveBackSQL = `
	WITH given AS (
		UPDATE batches b SET leased_by = NULL, lease_until = NULL, worked_at = now(), marks = '{}', due_at = now() WHERE leased_by = 1 RETURNING b.id
	)
	SELECT count(*) FROM given`
)

// A running sender of an earlier version writes its results and returns its batches; it
// puts nothing in flight and leases nothing.
func TestAnEarlierSenderOnlyEndsItsWork(t *testing.T) {
	w := newWorld(t)
	w.readers(60, 1)
	w.edition("<p>x</p>")
	w.downTo("00013_")
	step := func(when, what, statement string, want int64) {
		t.Helper()
		if got := w.number(statement); got != want {
			t.Errorf("%s: %d batches %s, want %d", when, got, what, want)
		}
	}
	step("before", "leased", earlierLeaseSQL, 1)
	step("before", "marked", earlierMarkSQL, 1)
	if err := w.db.MigrateUp(w.ctx); err != nil {
		t.Fatal(err)
	}
	if n := w.beingSent(); n != 1 {
		t.Errorf("%d marks survived the upgrade, want 1", n)
	}
	step("after", "renewed", earlierRenewSQL, 1)
	step("after", "leased", earlierLeaseSQL, 0)
	step("after", "marked", earlierMarkSQL, 0)
	if n := w.number(`SELECT count(*) FROM journal`); n != 2 {
		t.Errorf("%d of 2 results are in the journal", n)
	}
	step("after", "handed back", earlierGiveBackSQL, 1)
	step("after", "leased again", earlierLeaseSQL, 0)
	h := w.holder(2, false)
	if ready := h.mark(); len(ready) != len(h.lease.Deliveries) {
		t.Errorf("this version marks %d of %d", len(ready), len(h.lease.Deliveries))
	}
	w.expireLeases()
	step("after this version's", "leased", earlierLeaseSQL, 0)
	w.downTo("00013_")
	step("back again", "leased", earlierLeaseSQL, 1)
}
