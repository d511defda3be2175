package deliveries

import (
	"testing"
	"time"
)

// A sender that was taken for dead may still report a result. Until the email is sent
// again, that result counts over decisions made meanwhile.
func TestALateAnswerIsTheTruth(t *testing.T) {
	for _, resend := range []bool{false, true} {
		w := newWorld(t)
		w.readers(1, 1)
		edition := w.edition("<p>x</p>")
		slow, other := New(w.db, Resend{Once: resend}, testEvents(), nil), New(w.db, Resend{Once: resend}, testEvents(), nil)
		defer slow.Close()
		defer other.Close()
		l, err := slow.Lease(w.ctx, 1, 0, nil)
		if err != nil || l == nil {
			t.Fatal(l, err)
		}
		flight := NewFlight(l)
		answers, err := slow.Record(w.ctx, 1, nil, []Ask{{Flight: flight, Want: l.Deliveries}})
		if err != nil || len(answers[0]) != 1 {
			t.Fatal(answers, err)
		}
		m := answers[0][0]
		w.exec(`UPDATE batches SET lease_until = now()`)
		if taken, err := other.Lease(w.ctx, 2, 0, nil); err != nil || taken == nil {
			t.Fatal(taken, err)
		}
		between := map[bool]string{false: "uncertain", true: "queued"}[resend]
		if got := w.states(edition); got[between] != 1 {
			t.Errorf("resend %v: taken over as %v", resend, got)
		}
		late := flight.Result(m, Sent)
		late.Code, late.At = 250, time.Now()
		results := []Result{late}
		Number(results)
		if _, err := slow.Record(w.ctx, 1, results, nil); err != nil {
			t.Fatal(err)
		}
		if err := slow.Apply(w.ctx, results); err != nil {
			t.Fatal(err)
		}
		if got := w.states(edition); got["sent"] != 1 {
			t.Errorf("resend %v: the late answer left %v", resend, got)
		}
	}
}

// Staff resend a delivery with an unknown result, and then cancel the edition, or the reader
// leaves or pauses. The result of the first attempt arrives after that.
func TestALateAnswerAfterTheResendWasSkipped(t *testing.T) {
	for _, tt := range []struct {
		skipped string
		end     State
		want    string
	}{
		{"cancelled", Sent, "sent"},
		{"cancelled", Deferred, "skipped"},
		{"cancelled", Bounced, "skipped"},
		{"left", Sent, "sent"},
		{"paused", Sent, "sent"},
		{"erased", Failed, "skipped"},
	} {
		w := newWorld(t)
		w.readers(1, 1)
		edition := w.edition("<p>x</p>")
		slow := w.holder(1, false)
		m := slow.mark()[0]
		w.expireLeases()
		w.holder(2, false)
		w.exec(`UPDATE deliveries SET state = 'queued', resent = true WHERE state = 'uncertain'`)
		w.exec(`UPDATE deliveries SET state = 'skipped', reason = $1 WHERE state = 'queued'`, tt.skipped)
		slow.end(m, tt.end)
		if got := w.states(edition); got[tt.want] != 1 {
			t.Errorf("%s after the reader was %s left %v, want %s", tt.end, tt.skipped, got, tt.want)
		}
	}
}
