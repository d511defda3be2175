package mailer

import (
	"testing"
	"time"

	"corridor/mailer/smtp"
)

// A sender that was taken for dead may still bring the answer. Until the mail goes out
// again that is what counts, whatever was decided meanwhile.
func TestALateAnswerIsTheTruth(t *testing.T) {
	for _, resend := range []bool{false, true} {
		w := newWorld(t)
		w.readers(1, 1)
		edition := w.edition("<p>x</p>")
		slow, other := NewStore(w.db, Resend{Once: resend}, testEvents()), NewStore(w.db, Resend{Once: resend}, testEvents())
		defer slow.Close()
		defer other.Close()
		l, err := slow.lease(w.ctx, 1, 0, nil)
		if err != nil || l == nil {
			t.Fatal(l, err)
		}
		answers, err := slow.record(w.ctx, 1, nil, []*ask{{lease: l, want: l.jobs}})
		if err != nil || len(answers[0]) != 1 {
			t.Fatal(answers, err)
		}
		m := answers[0][0]
		w.exec(`UPDATE batches SET lease_until = now()`)
		if taken, err := other.lease(w.ctx, 2, 0, nil); err != nil || taken == nil {
			t.Fatal(taken, err)
		}
		between := map[bool]string{false: "uncertain", true: "queued"}[resend]
		if got := w.states(edition); got[between] != 1 {
			t.Errorf("resend %v: taken over as %v", resend, got)
		}
		late := result{lease: l, edition: edition, subscriber: m.SubscriberID, attempt: m.attempt, state: "sent", outcome: smtp.Outcome{Code: 250, At: time.Now()}}
		if _, err := slow.record(w.ctx, 1, []result{late}, nil); err != nil {
			t.Fatal(err)
		}
		if err := slow.post(w.ctx, []*entries{{lease: l, results: []result{late}}}); err != nil {
			t.Fatal(err)
		}
		if got := w.states(edition); got["sent"] != 1 {
			t.Errorf("resend %v: the late answer left %v", resend, got)
		}
	}
}

// Staff have a delivery of unknown fate resent, and then cancel the edition. The answer to
// the first attempt comes after that.
func TestALateAnswerAfterTheResendWasCancelled(t *testing.T) {
	for end, want := range map[string]string{"sent": "sent", "deferred": "skipped", "bounced": "skipped"} {
		w := newWorld(t)
		w.readers(1, 1)
		edition := w.edition("<p>x</p>")
		slow := w.holder(1, false)
		m := slow.mark()[0]
		w.expireLeases()
		w.holder(2, false)
		w.exec(`UPDATE deliveries SET state = 'queued', resent = true WHERE state = 'uncertain'`)
		w.exec(`UPDATE deliveries SET state = 'skipped', reason = 'cancelled' WHERE state = 'queued'`)
		slow.end(m, end)
		if got := w.states(edition); got[want] != 1 {
			t.Errorf("%s left %v, want %s", end, got, want)
		}
	}
}
