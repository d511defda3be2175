package deliveries

import "testing"

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
