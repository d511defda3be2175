package deliveries

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
)

// gone is the report of a mailbox that does not exist.
func gone() LateBounce {
	return LateBounce{Code: 550, Enhanced: "5.1.1", Reply: "No such user", Source: "lmtp", At: time.Now(), Hard: true}
}

func (w *world) account(reader int64) (text string) {
	w.t.Helper()
	if err := w.db.Get(&text, `
		SELECT concat_ws(' ', state, stage, code, enhanced, reply, bounced_at IS NOT NULL, bounced_at > last_at) FROM deliveries WHERE subscriber_id = $1`, reader); err != nil {
		w.t.Fatal(err)
	}
	return text
}

// A report changes a delivery that was accepted or may have been, once, and no other.
func TestALateBounce(t *testing.T) {
	soft := gone()
	soft.Code, soft.Enhanced, soft.Reply, soft.Hard = 550, "5.7.1", "Looks like sp\x00am", false
	for _, tt := range []struct {
		before string
		report LateBounce
		want   string
		told   int64 // readers that missed the edition
		gone   int64 // readers that are suppressed
	}{
		{"sent", gone(), "bounced report 550 5.1.1 No such user t t", 1, 1},
		{"sent", soft, "failed report 550 5.7.1 Looks like spam t t", 1, 0},
		{"uncertain", gone(), "bounced report 550 5.1.1 No such user t t", 1, 1},
		{"failed", gone(), "failed 250 mine f", 0, 0},
		{"bounced", gone(), "bounced 250 mine f", 0, 0},
		{"skipped", gone(), "skipped 250 mine f", 0, 0},
		{"deferred", gone(), "deferred 250 mine f", 0, 0},
	} {
		w := newWorld(t)
		w.readers(1, 1)
		edition := w.edition("<p>x</p>")
		w.exec(`UPDATE deliveries SET state = $1, code = 250, reply = 'mine', attempt = 1, last_at = now() - interval '1 hour'`, tt.before)
		store := New(w.db, Resend{}, testEvents(), nil)
		for i := range 2 {
			changed, err := store.BounceLate(w.ctx, edition, 1, tt.report)
			if err != nil || changed != (i == 0 && tt.told > 0) {
				t.Errorf("%s: call %d: changed %v, %v", tt.before, i, changed, err)
			}
		}
		if got := w.account(1); got != tt.want {
			t.Errorf("%s: the delivery is %q, want %q", tt.before, got, tt.want)
		}
		if n := w.number(`SELECT count(*) FROM missed_deliveries`); n != tt.told {
			t.Errorf("%s: %d missed deliveries, want %d", tt.before, n, tt.told)
		}
		if n := w.number(`SELECT count(*) FROM suppressions WHERE source = 'lmtp' AND event = $1 || ':example.net'`, edition); n != tt.gone {
			t.Errorf("%s: %d suppressed, want %d", tt.before, n, tt.gone)
		}
		if changed, err := store.BounceLate(w.ctx, 77, 1, gone()); err != nil || changed {
			t.Errorf("an edition that there is not: %v, %v", changed, err)
		}
	}
}

// A bounce may come back before its email is accounted for.
func TestALateBounceOfARecordedResult(t *testing.T) {
	w := newWorld(t)
	w.readers(3, 1)
	edition := w.edition("<p>x</p>")
	h := w.holder(1, false)
	ready := h.mark()
	if changed, err := h.BounceLate(w.ctx, edition, ready[0].SubscriberID, gone()); !errors.Is(err, ErrInFlight) || changed {
		t.Fatalf("in flight: %v, %v", changed, err)
	}
	var results []Result
	for _, d := range ready {
		results = append(results, h.note(d, Sent)...)
	}
	if changed, err := h.BounceLate(w.ctx, edition, ready[0].SubscriberID, gone()); err != nil || !changed {
		t.Fatalf("in the journal: %v, %v", changed, err)
	}
	if err := h.Apply(w.ctx, results); err != nil {
		t.Fatal(err)
	}
	if err := h.Return(w.ctx, h.lease, 1, time.Time{}); err != nil {
		t.Fatal(err)
	}
	if err := h.Finish(w.ctx, edition); err != nil {
		t.Fatal(err)
	}
	if got := w.states(edition); got["bounced"] != 1 || got["sent"] != 2 || w.number(`SELECT count(*) FROM journal`) != 0 || !w.finished(edition) {
		t.Errorf("%v; finished: %v", got, w.finished(edition))
	}
}

// The sender reports a result after others took its email for lost and it bounced.
func TestALateBounceOutlivesALateAnswer(t *testing.T) {
	w := newWorld(t)
	w.readers(1, 1)
	edition := w.edition("<p>x</p>")
	slow := w.holder(1, false)
	d := slow.mark()[0]
	w.expireLeases()
	next := w.holder(2, false)
	if changed, err := next.BounceLate(w.ctx, edition, d.SubscriberID, gone()); err != nil || !changed {
		t.Fatal(changed, err)
	}
	slow.end(d, Sent)
	if got := w.states(edition); got["bounced"] != 1 || w.number(`SELECT count(*) FROM journal`) != 0 {
		t.Errorf("the late answer left %v", got)
	}
}

// Reports about most readers of an edition that has finished are not believed either.
func TestSuddenLateBouncesSuppressNobody(t *testing.T) {
	for domains, event := range map[int]string{1: "example.net", 30: "*"} {
		w := newWorld(t)
		w.readers(60, domains)
		edition := w.edition("<p>x</p>")
		w.exec(`UPDATE deliveries SET state = 'sent', attempt = 1, last_at = now() - interval '1 hour'`)
		w.exec(`UPDATE editions SET state = 'finished', finished_at = now()`)
		store := New(w.db, Resend{}, testEvents(), nil)
		for reader := range int64(20) {
			if changed, err := store.BounceLate(w.ctx, edition, reader+1, gone()); err != nil || !changed {
				t.Fatal(changed, err)
			}
		}
		if n := w.number(`SELECT count(*) FROM suppressions`); n != 0 {
			t.Errorf("%d domains: %d readers are suppressed", domains, n)
		}
		if n := w.number(`SELECT count(*) FROM bounce_events WHERE held_at IS NOT NULL AND domain = $1`, event); n != 1 || !w.finished(edition) {
			t.Errorf("%d domains: %d events are doubted", domains, n)
		}
	}
}

// Erasing a reader removes the words of a report, before or after it.
func TestALateBounceOfAnErasedReader(t *testing.T) {
	w := newWorld(t)
	w.readers(1, 1)
	edition := w.edition("<p>x</p>")
	w.exec(`UPDATE deliveries SET state = 'sent', last_at = now() - interval '1 hour'`)
	w.exec(`DELETE FROM subscribers`)
	store := New(w.db, Resend{}, testEvents(), nil)
	if changed, err := store.BounceLate(w.ctx, edition, 1, gone()); err != nil || !changed {
		t.Fatal(changed, err)
	}
	if got := w.account(1); got != "bounced report 550 5.1.1 t t" || w.number(`SELECT count(*) FROM suppressions`) != 0 {
		t.Errorf("%q", got)
	}
}

// A complaint is recorded beside the state of the delivery, and once.
func TestAComplaint(t *testing.T) {
	w := newWorld(t)
	w.readers(2, 1)
	edition := w.edition("<p>x</p>")
	store := New(w.db, Resend{}, testEvents(), nil)
	h := w.holder(1, false)
	ready := h.mark()
	results := h.note(ready[0], Sent)
	complain := func(edition int64, want bool) {
		t.Helper()
		changed, err := store.Complain(w.ctx, edition, ready[0].SubscriberID, strings.Repeat("é", 600)+"\x00", "arf", time.Now())
		if err != nil || changed != want {
			t.Errorf("changed %v, want %v; %v", changed, want, err)
		}
	}
	complain(edition, true) // before the result is applied
	if err := h.Apply(w.ctx, results); err != nil {
		t.Fatal(err)
	}
	complain(edition, false)
	w.exec(`DELETE FROM suppressions`) // lifted by staff
	complain(edition, false)
	complain(77, true) // of an edition whose deliveries were deleted
	complain(77, false)
	if n := w.number(`SELECT count(*) FROM deliveries WHERE state = 'sent' AND complained_at IS NOT NULL`); n != 1 {
		t.Errorf("%d deliveries sent and complained of, want 1", n)
	}
	if n := w.number(`SELECT count(*) FROM suppressions WHERE reason = 'complaint' AND source = 'arf' AND octet_length(detail) = 500`); n != 1 {
		t.Errorf("%d suppressed because of it, want 1", n)
	}
	w.exec(`INSERT INTO complaints (domain, complaints) VALUES ('example.com', 3), ('example.org', 1)`)
	domains, others, err := store.Complaints(w.ctx, 2)
	if want := []Complaints{{"example.com", 3}, {"example.net", 2}}; err != nil || !slices.Equal(domains, want) || others != 1 {
		t.Errorf("%v, %d at others, %v; want %v and 1", domains, others, err, want)
	}
}

// A sender may repeat a statement whose answer it lost: the second copy of a 250 does not
// undo a retry after a late bounce.
func TestARepeatedResultDoesNotUndoARetry(t *testing.T) {
	w := newWorld(t)
	w.readers(1, 1)
	edition := w.edition("<p>x</p>")
	h := w.holder(1, false)
	results := h.note(h.mark()[0], Sent)
	if err := h.Apply(w.ctx, results); err != nil {
		t.Fatal(err)
	}
	soft := gone()
	soft.Hard = false
	if changed, err := h.BounceLate(w.ctx, edition, 1, soft); err != nil || !changed {
		t.Fatal(changed, err)
	}
	retried := int64(0)
	err := w.db.InTx(w.ctx, func(tx *sqlx.Tx) (err error) {
		if retried, err = RetryTx(w.ctx, tx, edition, []int64{1}); err != nil {
			return err
		}
		return ReadyTx(w.ctx, tx, edition, time.Now())
	})
	if err != nil || retried != 1 {
		t.Fatal(retried, err)
	}
	if _, err := h.Record(w.ctx, h.id, results, nil); err != nil { // again
		t.Fatal(err)
	}
	w.expireLeases()
	next := w.holder(2, false)
	if len(next.lease.Deliveries) != 1 || w.number(`SELECT count(*) FROM journal`) != 0 {
		t.Fatalf("%d deliveries to send, want the retried one", len(next.lease.Deliveries))
	}
	d := next.mark()[0]
	if d.Attempt != 2 || !d.First.IsZero() || d.Resent {
		t.Errorf("%+v", d)
	}
	next.end(d, Sent)
	if changed, err := h.BounceLate(w.ctx, edition, 1, soft); err != nil || changed {
		t.Errorf("the report of the first attempt counts again: %v, %v", changed, err)
	}
	if got := w.states(edition); got["sent"] != 1 {
		t.Errorf("%v", got)
	}
}
