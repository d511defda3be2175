package deliveries

import (
	"testing"
	"time"
)

// The count of unclear refusals includes all processes, and the same delivery counts once.
func TestUnclearRefusalsAreCountedOverProcesses(t *testing.T) {
	w := newWorld(t)
	first, second := New(w.db, Resend{}, testEvents(), nil), New(w.db, Resend{}, testEvents(), nil)
	w.readers(1, 1)
	w.exec(`UPDATE deliveries SET state = 'sent' WHERE edition_id = $1`, w.edition("<p>x</p>"))
	for i, step := range []struct {
		store       *Store
		edition     int64
		subscriber  int64
		interrupted bool
		want        int
	}{
		{first, 1, 1, false, 1},
		{first, 1, 1, false, 1},
		{second, 1, 2, false, 2},
		{first, 1, 3, false, 3},
		{second, 1, 4, true, 1},
		{second, 1, 5, false, 2},
		{first, 2, 5, false, 3},
	} {
		if got, err := step.store.CountUnclear(w.ctx, "relay:25", step.edition, step.subscriber, step.interrupted); err != nil || got != step.want {
			t.Errorf("step %d: %d, %v; want %d", i, got, err, step.want)
		}
	}
}

// The time in which no relay was available does not count toward the time of retries. Where
// another relay was available, it counts.
func TestAnOutageOfEveryRelayCountsNotTowardGivingUp(t *testing.T) {
	w := newWorld(t)
	w.readers(1, 1)
	w.edition("<p>x</p>")
	store := New(w.db, Resend{}, testEvents(), nil)
	age := func() time.Duration {
		return time.Duration(w.number(`SELECT extract(epoch FROM now() - first_at)::bigint FROM deliveries`)) * time.Second
	}
	w.exec(`UPDATE deliveries SET state = 'deferred', first_at = now() - interval '5 hours'`)
	away := func(address string, since time.Duration) {
		t.Helper()
		if err := store.NoteAway(w.ctx, AwayRelay{Address: address, Since: time.Now().Add(-since), Reason: "dead"}); err != nil {
			t.Fatal(err)
		}
	}
	back := func(address string, list ...string) {
		t.Helper()
		if err := store.NoteBack(w.ctx, address, list); err != nil {
			t.Fatal(err)
		}
	}
	away("a:25", 4*time.Hour)
	back("a:25", "a:25", "b:25")
	if got := age().Round(time.Hour); got != 5*time.Hour {
		t.Errorf("with another relay the delivery is %v old", got)
	}
	away("a:25", 4*time.Hour)
	away("b:25", 3*time.Hour)
	back("a:25", "a:25", "b:25")
	if got := age().Round(time.Hour); got != 2*time.Hour {
		t.Errorf("without a relay for three hours the delivery is %v old", got)
	}
	back("a:25", "a:25", "b:25") // noted by another process
	back("b:25", "a:25", "b:25")
	if got := age().Round(time.Hour); got != 2*time.Hour {
		t.Errorf("after all notes the delivery is %v old", got)
	}
}

// The beginning of an outage is that of the first sender that sees it. What a sender left
// behind when it ended is no part of the next outage.
func TestTheBeginningOfAnOutage(t *testing.T) {
	w := newWorld(t)
	store := New(w.db, Resend{}, testEvents(), nil)
	for i, step := range []struct {
		since, unseen, want time.Duration
	}{
		{3 * time.Hour, 0, 3 * time.Hour},
		{time.Hour, 0, 3 * time.Hour},
		{4 * time.Hour, 0, 4 * time.Hour},
		{2 * time.Hour, 2 * awayFresh, 2 * time.Hour},
	} {
		w.exec(`UPDATE relays SET away_seen_at = away_seen_at - $1::interval`, step.unseen.String())
		if err := store.NoteAway(w.ctx, AwayRelay{Address: "a:25", Since: time.Now().Add(-step.since), Reason: "dead"}); err != nil {
			t.Fatal(err)
		}
		list, err := store.Away(w.ctx)
		if err != nil || len(list) != 1 || time.Since(list[0].Since).Round(time.Hour) != step.want {
			t.Errorf("step %d: %+v, %v; want %v", i, list, err, step.want)
		}
	}
}
