package editions

import (
	"testing"
	"time"

	"corridor/mailer/deliveries"
	"corridor/subscribers"

	"github.com/jmoiron/sqlx"
)

// inTx runs fn in a transaction.
func (w *world) inTx(fn func(tx *sqlx.Tx) error) {
	w.t.Helper()
	if err := w.db.InTx(w.ctx, fn); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) editionState(id int64) (state string) {
	w.t.Helper()
	if err := w.db.Get(&state, `SELECT state FROM editions WHERE id = $1`, id); err != nil {
		w.t.Fatal(err)
	}
	return state
}

// Told twice, an event is written once.
func TestEventsOfASender(t *testing.T) {
	w := newWorld(t)
	a, b := w.reader("a@example.com", Daily, "UTC", nil, nil), w.reader("b@example.com", Daily, "UTC", nil, nil)
	id := w.number(`INSERT INTO editions (kind, subject, state, created_at) VALUES ('special', 'x', 'sending', now()) RETURNING id`)
	events := Events()
	for _, want := range []int64{2, 0} {
		w.inTx(func(tx *sqlx.Tx) error {
			n, err := events.Bounced(w.ctx, tx, []deliveries.Bounce{{Edition: 1, SubscriberID: b, Reply: "no", Event: "1:example.com", Source: "smtp"}, {Edition: 1, SubscriberID: a, Event: "1:example.com"}, {Edition: 1, SubscriberID: 99, Event: "1:example.com"}})
			if n != want {
				t.Errorf("%d readers are suppressed now, want %d", n, want)
			}
			return err
		})
		w.inTx(func(tx *sqlx.Tx) error {
			return events.Undelivered(w.ctx, tx, []deliveries.Missed{{SubscriberID: a, VariantID: 1}, {SubscriberID: b, VariantID: 1}})
		})
	}
	if n := w.number(`SELECT count(*) FROM missed_deliveries`); n != 2 {
		t.Errorf("%d missed deliveries, want 2", n)
	}
	if n := w.number(`SELECT count(*) FROM suppressions WHERE email = 'b@example.com' AND subscriber_id = $1 AND reason = 'hard_bounce' AND detail = 'no' AND source = 'smtp' AND event = '1:example.com'`, b); n != 1 {
		t.Error("a reader that bounced is not suppressed with the reply of the mail server")
	}
	w.exec(`UPDATE suppressions SET email = NULL WHERE email = 'a@example.com'`) // erased meanwhile
	w.inTx(func(tx *sqlx.Tx) error {
		return events.Doubted(w.ctx, tx, deliveries.Doubt{Edition: 11, Event: "11:*"})
	})
	if n := w.number(`SELECT count(*) FROM suppressions`); n != 2 {
		t.Errorf("%d suppressions after another edition was doubted, want 2", n)
	}
	w.inTx(func(tx *sqlx.Tx) error { return events.Doubted(w.ctx, tx, deliveries.Doubt{Edition: 1, Event: "1:*"}) })
	if n := w.number(`SELECT count(*) FROM suppressions WHERE email IS NULL`); n != 1 || w.number(`SELECT count(*) FROM suppressions`) != 1 {
		t.Error("the erased reader alone stays suppressed when the bounces are doubted")
	}

	for _, want := range []bool{true, false} {
		w.inTx(func(tx *sqlx.Tx) error {
			held, err := events.Held(w.ctx, tx, id, "too many bounces")
			if held != want {
				t.Errorf("held: %v, want %v", held, want)
			}
			return err
		})
	}
	w.exec(`UPDATE editions SET state = 'sending' WHERE id = $1`, id)
	w.inTx(func(tx *sqlx.Tx) error { return events.Finished(w.ctx, tx, id) })
	if state := w.editionState(id); state != "finished" {
		t.Errorf("the edition is %s, want finished", state)
	}
	for before, after := range map[string]string{"finished": "sending", "cancelled": "cancelled", "held": "held"} {
		w.exec(`UPDATE editions SET state = $2 WHERE id = $1`, id, before)
		w.inTx(func(tx *sqlx.Tx) error { return events.Reopened(w.ctx, tx, id) })
		if state := w.editionState(id); state != after {
			t.Errorf("%s was reopened as %s, want %s", before, state, after)
		}
	}
}

// Deliveries of old editions go, their counts stay.
func TestRetire(t *testing.T) {
	w := newWorld(t)
	old := w.number(`INSERT INTO editions (kind, subject, state, created_at, finished_at, kept_counts) VALUES ('special', 'x', 'finished', now(), now() - interval '3 days', '{"sent": 5, "bytes": 10}') RETURNING id`)
	fresh := w.number(`INSERT INTO editions (kind, subject, state, created_at, finished_at) VALUES ('special', 'y', 'finished', now(), now()) RETURNING id`)
	for _, id := range []int64{old, fresh} {
		batch := w.number(`INSERT INTO batches (edition_id) VALUES ($1) RETURNING id`, id)
		w.exec(`INSERT INTO deliveries (edition_id, subscriber_id, batch_id, variant_id, state, bytes) SELECT $1, i, $2, 1, CASE i WHEN 1 THEN 'failed' ELSE 'sent' END, 7 FROM generate_series(1, 3) i`, id, batch)
	}
	w.exec(`UPDATE deliveries SET complained_at = now() WHERE edition_id = $1 AND subscriber_id > 1`, old)
	if err := w.store.Retire(w.ctx, 0); err != nil || w.number(`SELECT count(*) FROM deliveries`) != 6 {
		t.Errorf("without a limit deliveries are dropped; %v", err)
	}
	for range 2 {
		if err := w.store.Retire(w.ctx, 24*time.Hour); err != nil {
			t.Fatal(err)
		}
	}
	if n := w.number(`SELECT count(*) FROM deliveries WHERE edition_id = $1`, fresh); n != 3 || w.number(`SELECT count(*) FROM deliveries`) != 3 || w.number(`SELECT count(*) FROM batches`) != 1 {
		t.Errorf("%d deliveries of the new edition are left, want 3 and no others", n)
	}
	if e, err := w.store.Find(w.ctx, old); err != nil || e.Counts != (Counts{Planned: 8, Sent: 7, Failed: 1, Complained: 2, Bytes: 31}) {
		t.Errorf("%+v, %v", e.Counts, err)
	}
}

// Erasing a reader while a bounce of it is posted waits, and no transaction is aborted.
func TestErasingWaitsForAPosting(t *testing.T) {
	w := newWorld(t)
	a := w.reader("a@example.com", Daily, "UTC", nil, nil)
	id := w.number(`INSERT INTO editions (kind, subject, state, created_at) VALUES ('special', 'x', 'sending', now()) RETURNING id`)
	w.exec(`INSERT INTO deliveries (edition_id, subscriber_id, batch_id, variant_id, reply) VALUES ($1, $2, 1, 1, 'old')`, id, a)
	readers := subscribers.NewStore(w.db, subscribers.NewRules(nil, nil, "UTC"), ReaderEvents())
	erased := make(chan error, 1)
	w.inTx(func(tx *sqlx.Tx) error { // as a sender does
		if _, err := tx.Exec(`UPDATE deliveries SET state = 'bounced', reply = 'no a@example.com'`); err != nil {
			return err
		}
		go func() { erased <- readers.Erase(w.ctx, a, time.Now()) }()
		for w.number(`SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`) == 0 {
			time.Sleep(time.Millisecond)
		}
		if _, err := Events().Bounced(w.ctx, tx, []deliveries.Bounce{{Edition: 1, SubscriberID: a, Event: "1:example.com"}}); err != nil {
			return err
		}
		return Events().Undelivered(w.ctx, tx, []deliveries.Missed{{SubscriberID: a, VariantID: 1}})
	})
	if err := <-erased; err != nil {
		t.Fatal(err)
	}
	for what, n := range map[string]int64{
		"replies":           w.number(`SELECT count(*) FROM deliveries WHERE reply IS NOT NULL`),
		"missed deliveries": w.number(`SELECT count(*) FROM missed_deliveries`),
		"addresses":         w.number(`SELECT count(*) FROM suppressions WHERE email IS NOT NULL`),
	} {
		if n != 0 {
			t.Errorf("%d %s of the reader are left", n, what)
		}
	}
	if n := w.number(`SELECT count(*) FROM suppressions`); n != 1 {
		t.Error("the address is not suppressed")
	}
}
