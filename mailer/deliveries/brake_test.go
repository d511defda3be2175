package deliveries

import (
	"context"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
)

func TestTheRuleOfTheBrake(t *testing.T) {
	rule := BrakeRule{Share: 0.2, Answers: 50}
	any := Refusal{}
	for _, tt := range []struct {
		name  string
		steps []Refusal
		want  bool
	}{
		{"nothing", nil, false},
		{"four of four", []Refusal{any, any, any, any}, false},
		{"five of five", []Refusal{any, any, any, any, any}, true},
		{"five of 25", []Refusal{{Others: 20}, any, any, any, any}, true},
		{"five of 26", []Refusal{{Others: 21}, any, any, any, any}, false},
		{"nine of 50", []Refusal{{Others: 1000}, any, any, any, any, any, any, any, any}, false},
		{"ten of 50", []Refusal{{Others: 1000}, any, any, any, any, any, any, any, any, any}, true},
		{"one delivery, ten times", []Refusal{
			{Edition: 1, Subscriber: 7},
			{Edition: 1, Subscriber: 7},
			{Edition: 1, Subscriber: 7},
			{Edition: 1, Subscriber: 7},
			{Edition: 1, Subscriber: 7},
			{Edition: 1, Subscriber: 7},
			{Edition: 1, Subscriber: 7},
			{Edition: 1, Subscriber: 7},
			{Edition: 1, Subscriber: 7},
			{Edition: 1, Subscriber: 7},
		}, false},
		{"five deliveries", []Refusal{
			{Edition: 1, Subscriber: 7}, {Edition: 1, Subscriber: 8}, {Edition: 1, Subscriber: 9}, {Edition: 2, Subscriber: 7}, {Subscriber: 7},
		}, true},
	} {
		var last answers
		for _, r := range tt.steps {
			last = last.with(r, false, rule.Answers)
		}
		if got := last.demand(rule); got != tt.want || len(last) > rule.Answers {
			t.Errorf("%s: %v with %d answers", tt.name, got, len(last))
		}
	}
}

// The answers of all processes count, and one call closes the brake. Probes come at growing
// intervals, one process at a time.
func TestABrake(t *testing.T) {
	w := newWorld(t)
	first, second := New(w.db, Resend{}, testEvents(), nil), New(w.db, Resend{}, testEvents(), nil)
	rule := BrakeRule{Share: 0.2, Answers: 10}
	every := func(probes int) time.Duration { return time.Duration(probes) * time.Hour }
	closed := 0
	count := func(s *Store) {
		t.Helper()
		done, err := s.CountRefusal(w.ctx, Refusal{Relay: "relay:25", Stage: "MAIL", Words: "MAIL: 550 5.4.5 enough"}, rule, every)
		if err != nil {
			t.Fatal(err)
		}
		if done {
			closed++
		}
	}
	count(first)
	count(first)
	if err := second.NoteAnswers(w.ctx, "relay:25", 1000, true, rule); err != nil {
		t.Fatal(err)
	}
	for range 4 {
		count(first)
	}
	if n := w.number(`SELECT cardinality(answers) FROM relays`); n != 10 || closed != 0 {
		t.Errorf("%d answers, closed %d times after 4 refusals of 10", n, closed)
	}
	if accepts, err := first.AcceptsOthers(w.ctx, time.Now().Add(-time.Minute)); err != nil || !accepts {
		t.Errorf("accepts others: %v, %v", accepts, err)
	}
	count(second)
	count(second)
	list, err := second.Brakes(w.ctx)
	if err != nil || closed != 1 || len(list) != 1 || list[0].Describe() != "the mail server relay:25 refuses our emails: MAIL: 550 5.4.5 enough" {
		t.Fatalf("closed %d times: %+v, %v", closed, list, err)
	}
	probe := func(s *Store) bool {
		t.Helper()
		mine, err := s.ClaimProbe(w.ctx, "relay:25", every)
		if err != nil {
			t.Fatal(err)
		}
		return mine
	}
	if !probe(first) || probe(second) {
		t.Error("a probe that is due belongs to one process")
	}
	if n := w.number(`SELECT round(extract(epoch FROM probe_at - now()) / 3600)::bigint FROM relays`); n != 1 {
		t.Errorf("the second probe comes after %d hours", n)
	}
	if err := second.ProbeSoon(w.ctx); err != nil || !probe(second) {
		t.Error("a sender that starts probes at once", err)
	}
	for _, want := range []bool{true, false} {
		if _, opened, err := first.OpenBrake(w.ctx, "relay:25"); err != nil || opened != want {
			t.Errorf("opened: %v, %v", opened, err)
		}
	}
	if list, err := first.Brakes(w.ctx); err != nil || len(list) != 0 || probe(first) {
		t.Errorf("after opening: %v, %v", list, err)
	}
}

// An edition that the brake holds is leased for a probe only, one delivery at a time, and
// goes on when the brake opens. The time in between does not count toward giving up.
func TestABrakeHoldsEditions(t *testing.T) {
	w := newWorld(t)
	w.readers(4, 1)
	edition := w.edition("<p>x</p>")
	store := New(w.db, Resend{}, testEvents(), nil)
	t.Cleanup(store.Close)
	now := func(int) time.Duration { return 0 }
	if _, err := store.CountRefusal(w.ctx, Refusal{Relay: "relay:25", Stage: "MAIL", Words: "no"}, BrakeRule{Share: 0.2, Answers: 5}, now); err != nil {
		t.Fatal(err)
	}
	w.exec(`UPDATE relays SET braked_at = now(), probe_at = now()`)
	w.exec(`UPDATE deliveries SET state = 'deferred', attempt = 1, first_at = now() - interval '5 hours', code = CASE subscriber_id WHEN 1 THEN 550 ELSE 451 END, due_at = now() + CASE subscriber_id WHEN 1 THEN interval '1 day' ELSE '0' END WHERE subscriber_id <= 2`)
	if err := store.HoldBraked(w.ctx, "no relay"); err != nil || !w.held(edition) {
		t.Fatal("not held", err)
	}
	w.exec(`UPDATE editions SET stopped_at = now() - interval '3 hours'`)
	if l, err := store.Lease(w.ctx, 1, 0, nil); err != nil || l != nil {
		t.Fatalf("a held edition is leased: %v, %v", l, err)
	}
	l, err := store.LeaseProbe(w.ctx, 1, "relay:25", now)
	if err != nil || l == nil || len(l.Deliveries) != 1 || l.Deliveries[0].Attempt != 0 {
		t.Fatalf("the probe: %+v, %v", l, err)
	}
	if held, err := store.IsHeld(w.ctx, l, 1); err != nil || !held {
		t.Errorf("the lease of a probe is renewed: %v, %v", held, err)
	}
	l.Deliveries[0].doubtful = true // read again
	started, err := store.Record(w.ctx, 1, nil, []Ask{{Flight: NewFlight(l), Want: l.Deliveries}})
	if err != nil || len(started[0]) != 1 {
		t.Errorf("the probe is not put in flight: %v, %v", started, err)
	}
	w.expireLeases()
	if err := store.ReleaseBraked(w.ctx); err != nil || w.held(edition) {
		t.Error("not released", err)
	}
	if n := w.number(`SELECT count(*) FROM deliveries WHERE subscriber_id = 1 AND first_at IS NULL AND due_at <= now()`); n != 1 {
		t.Error("the refused delivery is not tried at once")
	}
	if n := w.number(`SELECT round(extract(epoch FROM now() - first_at) / 3600)::bigint FROM deliveries WHERE subscriber_id = 2`); n != 2 {
		t.Errorf("after 5 hours, 3 of them held, the other counts as tried for %d", n)
	}
}

// A probe of an edition that staff cancel is not put in flight.
func TestAProbeOfACancelledEdition(t *testing.T) {
	w := newWorld(t)
	w.readers(2, 1)
	edition := w.edition("<p>x</p>")
	store := New(w.db, Resend{}, testEvents(), nil)
	t.Cleanup(store.Close)
	w.exec(`INSERT INTO relays (address, braked_at, probe_at) VALUES ('relay:25', now(), now())`)
	if err := store.HoldBraked(w.ctx, "no relay"); err != nil {
		t.Fatal(err)
	}
	l, err := store.LeaseProbe(w.ctx, 1, "relay:25", func(int) time.Duration { return time.Hour })
	if err != nil || l == nil {
		t.Fatalf("the probe: %+v, %v", l, err)
	}
	cancel := func(ctx context.Context, tx *sqlx.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE editions SET state = 'cancelled', braked = false WHERE id = $1`, edition)
		return err
	}
	if err := w.db.InTx(w.ctx, func(tx *sqlx.Tx) error { return cancel(w.ctx, tx) }); err != nil {
		t.Fatal(err)
	}
	started, err := store.Record(w.ctx, 1, nil, []Ask{{Flight: NewFlight(l), Want: l.Deliveries}})
	if err != nil || len(started[0]) != 0 {
		t.Errorf("in flight: %v, %v", started, err)
	}
}
