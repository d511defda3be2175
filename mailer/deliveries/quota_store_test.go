package deliveries

import (
	"testing"
	"time"
)

// Emails taken back count neither in another hour nor below zero.
func TestReservationsAreTakenBack(t *testing.T) {
	w := newWorld(t)
	s := New(w.db, Resend{}, testEvents(), nil)
	t.Cleanup(s.Close)
	now := time.Date(2026, 11, 25, 9, 20, 0, 0, time.UTC)
	q := Quota{PerHour: 100, PerDay: 1000, Zone: time.UTC, Clock: func() time.Time { return now }}
	reserve := func(n int) Reservation {
		t.Helper()
		r, err := s.Reserve(w.ctx, "mail:25", q, n)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	wantCounts := func(hour, day int64) {
		t.Helper()
		if h, d := w.number(`SELECT in_hour FROM quotas`), w.number(`SELECT in_day FROM quotas`); h != hour || d != day {
			t.Errorf("%d emails of the hour and %d of the day are counted, want %d and %d", h, d, hour, day)
		}
	}
	first := reserve(50)
	if first.Emails != 10 {
		t.Errorf("%d emails at once, want 10", first.Emails)
	}
	second := reserve(3)
	if wantCounts(13, 13); !first.SameHour(second) {
		t.Error("two reservations of one hour are of two")
	}
	if err := s.Refund(w.ctx, second, 2); err != nil {
		t.Fatal(err)
	}
	wantCounts(11, 11)
	now = now.Add(time.Hour)
	third := reserve(1)
	if wantCounts(1, 12); third.SameHour(first) {
		t.Error("reservations of two hours are of one")
	}
	if err := s.Refund(w.ctx, first, 5); err != nil {
		t.Fatal(err)
	}
	wantCounts(1, 7)
	if err := s.Refund(w.ctx, third, 50); err != nil {
		t.Fatal(err)
	}
	wantCounts(0, 0)
	if r, err := s.ReserveSingle(w.ctx, "mail:25", q); err != nil || r.Emails != 1 {
		t.Errorf("a single message: %+v, %v", r, err)
	}
}

// Batches that wait for a limit are not overdue, and count as overdue when no sender has met
// the limit for the time of grace.
func TestWaitingForALimitIsNotOverdue(t *testing.T) {
	w := newWorld(t)
	s := New(w.db, Resend{}, testEvents(), nil)
	t.Cleanup(s.Close)
	w.readers(10, 1)
	edition := w.edition("<p>A</p>")
	window, err := ParseWindow("10:00-11:00")
	if err != nil {
		t.Fatal(err)
	}
	q := Quota{Window: window, Zone: time.UTC, Clock: func() time.Time { return time.Date(2026, 11, 25, 9, 20, 0, 0, time.UTC) }}
	w.exec(`UPDATE batches SET due_at = now() - interval '3 days'`)
	a, waiting, err := s.Room(w.ctx, "mail:25", q)
	if err != nil || a.Emails != 0 || !waiting {
		t.Fatalf("%+v, waiting %v, %v", a, waiting, err)
	}
	if n, err := s.holdOverdue(w.ctx, 24*time.Hour); err != nil || n != 0 {
		t.Errorf("%d editions are held while they wait for the window, %v", n, err)
	}
	if list, err := s.Limited(w.ctx); err != nil || len(list) != 1 || list[0].Relay != "mail:25" {
		t.Errorf("the limits are %+v, %v", list, err)
	}
	q.Window = Window{}
	if a, _, err := s.Room(w.ctx, "mail:25", q); err != nil || a.Emails != 1 {
		t.Errorf("without a window: %+v, %v", a, err)
	}
	if list, err := s.Limited(w.ctx); err != nil || len(list) != 0 {
		t.Errorf("the limits are %+v, %v", list, err)
	}
	w.exec(`UPDATE quotas SET limited_at = now() - interval '2 days'`)
	if n, err := s.holdOverdue(w.ctx, 24*time.Hour); err != nil || n != 1 {
		t.Errorf("%d editions are held after days without a sender, want 1: %v", n, err)
	}
	if n := w.number(`SELECT count(*) FROM editions WHERE id = $1 AND state = 'held'`, edition); n != 1 {
		t.Error("the overdue edition is not held")
	}
	w.exec(`UPDATE editions SET state = 'paused'`)
	q.Window = window
	if _, waiting, err := s.Room(w.ctx, "mail:25", q); err != nil || waiting {
		t.Errorf("a paused edition waits for the window, %v", err)
	}
}

// A batch that was due before another is leased before it, also after it was returned with
// its place.
func TestAReturnedBatchKeepsItsPlace(t *testing.T) {
	w := newWorld(t)
	s := New(w.db, Resend{}, testEvents(), nil)
	t.Cleanup(s.Close)
	w.readers(10, 1)
	w.exec(`INSERT INTO senders (started_at) VALUES (now())`)
	first := w.edition("<p>A</p>")
	w.exec(`UPDATE batches SET due_at = now() - interval '2 minutes'`)
	w.edition("<p>B</p>")
	for range 2 {
		l, err := s.Lease(w.ctx, 1, 0, nil)
		if err != nil || l == nil || l.Edition != first {
			t.Fatalf("leased %+v, %v; want a batch of edition %d", l, err, first)
		}
		if err := s.Return(w.ctx, l, 1, l.Due()); err != nil {
			t.Fatal(err)
		}
	}
}
