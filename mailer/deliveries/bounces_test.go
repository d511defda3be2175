package deliveries

import (
	"fmt"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
)

// The next sweep decides about bounces that were applied before a crash. An address that
// was erased meanwhile stays suppressed.
func TestBouncesOfADeadSenderAreDecided(t *testing.T) {
	w := newWorld(t)
	w.readers(40, 1)
	edition := w.edition("<p>x</p>")
	w.exec(`UPDATE deliveries SET state = 'bounced' WHERE subscriber_id <= 30`)
	w.exec(`INSERT INTO bounce_events (edition_id, domain, bounced) VALUES ($1, 'example.net', 30)`, edition)
	w.exec(`INSERT INTO suppressions (address_hash, email, reason, event, created_at) SELECT sha256(convert_to(folded, 'UTF8')), CASE WHEN id > 1 THEN email END, 'hard_bounce', '1:example.net', now() FROM subscribers WHERE id <= 10`)
	store := New(w.db, Resend{}, testEvents(), nil)
	for range 2 {
		if err := store.brakeBounces(w.ctx); err != nil {
			t.Fatal(err)
		}
	}
	if n := w.number(`SELECT count(*) FROM editions WHERE id = $1 AND state = 'sending' AND domain_held AND reason LIKE '30 of 40 readers at example.net bounced%'`, edition); n != 1 {
		t.Error("the edition is not held for the domain")
	}
	if n := w.number(`SELECT count(*) FROM suppressions WHERE email IS NULL`); n != 1 || w.number(`SELECT count(*) FROM suppressions`) != 1 {
		t.Errorf("of the erased %d are suppressed, want 1 and nobody else", n)
	}
}

// The time in which a domain waits, and then its whole edition, does not count toward giving
// up, and is taken off once.
func TestTheTimeOfAHeldDomainCountsOnce(t *testing.T) {
	for name, decide := range map[string]func(w *world, s *Store, edition int64) error{
		"doubt": func(w *world, s *Store, edition int64) error {
			_, err := s.DoubtBounces(w.ctx, fmt.Sprint(edition, ":example.net"))
			return err
		},
		"resume": func(w *world, s *Store, edition int64) error {
			return w.db.InTx(w.ctx, func(tx *sqlx.Tx) error {
				return ResumeTx(w.ctx, tx, edition, time.Now().Add(-2*time.Hour), time.Now())
			})
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.readers(4, 1)
			edition := w.edition("<p>x</p>")
			store := New(w.db, Resend{}, testEvents(), nil)
			t.Cleanup(store.Close)
			w.exec(`UPDATE deliveries SET state = 'deferred', attempt = 1, code = 451, first_at = now() - interval '6 hours'`)
			w.exec(`INSERT INTO bounce_events (edition_id, domain, bounced, held_at) VALUES ($1, 'example.net', 30, now() - interval '5 hours')`, edition)
			w.exec(`UPDATE editions SET state = 'held', domain_held = true, stopped_at = now() - interval '2 hours'`)
			if err := decide(w, store, edition); err != nil {
				t.Fatal(err)
			}
			if n := w.number(`SELECT count(*) FROM bounce_events WHERE decided_at IS NOT NULL`); n != 1 {
				t.Error("the event is not decided")
			}
			if n := w.number(`SELECT count(*) FROM deliveries WHERE round(extract(epoch FROM now() - first_at) / 3600) = 1`); n != 4 {
				t.Errorf("%d of 4 deliveries count as tried for an hour", n)
			}
		})
	}
}
