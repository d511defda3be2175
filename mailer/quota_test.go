package mailer

import (
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"corridor/mailer/deliveries"
	"corridor/mailer/sink"
)

// quotaClock is a clock that tests set.
type quotaClock struct{ unix atomic.Int64 }

func (c *quotaClock) now() time.Time      { return time.Unix(c.unix.Load(), 0).UTC() }
func (c *quotaClock) set(t time.Time)     { c.unix.Store(t.Unix()) }
func clockAt(t time.Time) (c *quotaClock) { c = &quotaClock{}; c.set(t); return c }

var quotaDay = time.Date(2026, 11, 25, 9, 20, 0, 0, time.UTC)

// Editions wait in their order for the limit of the hour, over restarts, and say so; single
// messages have a share of their own.
func TestEmailsWaitForTheLimit(t *testing.T) {
	w := newWorld(t)
	w.readers(60, 1)
	first, second := w.edition("<p>A</p>"), w.edition("<p>B</p>")
	server := w.sink(sink.Options{})
	clock := clockAt(quotaDay)
	o := w.options(server.Addr())
	o.Quota = deliveries.Quota{PerHour: 40, Zone: time.UTC, Clock: clock.now} // editions leave 2
	store := deliveries.New(w.db, deliveries.Resend{}, testEvents(), nil)
	limited := func() string {
		list, err := store.Limited(w.ctx)
		if err != nil || len(list) > 1 {
			t.Fatal(list, err)
		}
		if len(list) == 0 {
			return ""
		}
		return list[0].Describe(time.UTC)
	}
	wantSent := func(a, b int) {
		t.Helper()
		w.until("the limit", func() bool { return w.states(first)["sent"] == a && w.states(second)["sent"] == b && limited() != "" })
		if n := w.number(`SELECT count(*) FROM deliveries WHERE state <> 'sent' AND (attempt > 0 OR first_at IS NOT NULL OR state <> 'queued')`); n > 0 {
			t.Errorf("%d deliveries that wait count as tried", n)
		}
	}
	stop := w.run(o)
	wantSent(38, 0)
	if got, want := limited(), "38 of 40 emails of this hour's limit are sent and 2 are kept for confirmations and alerts; goes on at 2026-11-25T10:00:00Z"; got != want {
		t.Errorf("the limit is described as %q, want %q", got, want)
	}
	for range 3 {
		if err := PostTx(w.ctx, w.db, "confirmation", "newcomer@example.com", []byte("Subject: Hello\r\n\r\nHello\r\n"), time.Now()); err != nil {
			t.Fatal(err)
		}
	}
	waiting := `SELECT count(*) FROM outbox WHERE state = 'queued' AND attempt = 0 AND due_at > now()`
	w.until("two confirmations", func() bool { return server.Accepted()["newcomer@example.com"] == 2 && w.number(waiting) == 1 })
	stop()

	stop = w.run(o) // a restart counts on
	wantSent(38, 0)
	stop()
	clock.set(quotaDay.Add(time.Hour))
	w.exec(`UPDATE outbox SET due_at = now() WHERE due_at IS NOT NULL`)
	stop = w.run(o)
	w.until("the third confirmation", func() bool { return server.Accepted()["newcomer@example.com"] == 3 })
	w.until("the first edition", func() bool { return w.finished(first) })
	w.until("the limit", func() bool { return w.states(second)["sent"] >= 15 && limited() != "" })
	stop()
	if n, _ := server.Count(); n > 40+40 {
		t.Errorf("%d emails were sent in two hours, 80 at most are allowed", n)
	}
	clock.set(quotaDay.Add(2 * time.Hour))
	stop = w.run(o)
	w.until("38 more", func() bool { return w.states(second)["sent"] >= 53 && limited() != "" })
	stop()
	clock.set(quotaDay.Add(3 * time.Hour))
	w.run(o)
	w.until("the second edition", func() bool { return w.finished(second) && limited() == "" })
	for to, n := range server.Accepted() {
		if to != "newcomer@example.com" && n != 2 {
			t.Errorf("%s got %d emails of two editions", to, n)
		}
	}
}

// Two processes share a limit, and an email that the relay did not take is not counted.
func TestProcessesShareTheLimit(t *testing.T) {
	w := newWorld(t)
	w.readers(300, 3)
	w.edition("<p>A</p>")
	server := w.sink(sink.Options{Script: func(stage, to string) string {
		if stage == sink.RCPT && strings.Contains(to, "1@") {
			return "450 4.2.1 later"
		}
		return ""
	}})
	o := w.options(server.Addr())
	o.Retry = RetryPolicy{Min: time.Hour, Max: time.Hour, GiveUp: 100 * time.Hour}
	o.Quota = deliveries.Quota{PerDay: 100, Zone: time.UTC, Clock: clockAt(quotaDay).now}
	first, second := w.run(o), w.run(o)
	w.until("the limit", func() bool {
		n, _ := server.Count()
		return n == 95 && w.number(`SELECT count(*) FROM quotas WHERE limited_until IS NOT NULL`) == 1
	})
	first()
	second()
	if n, _ := server.Count(); n != 95 || w.number(`SELECT in_day FROM quotas`) != n {
		t.Errorf("%d emails were taken and %d counted, want 95", n, w.number(`SELECT in_day FROM quotas`))
	}
}

// Outside the sending window editions wait, and confirmations go.
func TestEditionsWaitForTheWindow(t *testing.T) {
	w := newWorld(t)
	w.readers(10, 1)
	edition := w.edition("<p>A</p>")
	server := w.sink(sink.Options{})
	clock := clockAt(quotaDay)
	o := w.options(server.Addr())
	var err error
	o.Quota = deliveries.Quota{Zone: time.UTC, Clock: clock.now}
	if o.Quota.Window, err = deliveries.ParseWindow("10:00-11:00"); err != nil {
		t.Fatal(err)
	}
	stop := w.run(o)
	if err := PostTx(w.ctx, w.db, "confirmation", "newcomer@example.com", []byte("Subject: Hello\r\n\r\nHello\r\n"), time.Now()); err != nil {
		t.Fatal(err)
	}
	w.until("the confirmation", func() bool {
		return server.Accepted()["newcomer@example.com"] == 1 && w.number(`SELECT count(*) FROM quotas WHERE reason LIKE 'the sending window is 10:00-11:00'`) == 1
	})
	stop()
	if n := w.states(edition)["queued"]; n != 10 {
		t.Errorf("%d deliveries wait, want 10", n)
	}
	clock.set(quotaDay.Add(40 * time.Minute))
	w.run(o)
	w.until("the edition", func() bool { return w.finished(edition) })
}
