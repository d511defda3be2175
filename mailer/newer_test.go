package mailer

import (
	"testing"
	"time"

	"corridor/mailer/sink"
)

// newer makes the schema that of a later version.
func (w *world) newer() {
	w.t.Helper()
	w.exec(`INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, true)`)
}

func (w *world) ours() {
	w.t.Helper()
	w.exec(`DELETE FROM goose_db_version WHERE version_id = 99999`)
}

func TestMessagesStayOnANewerSchema(t *testing.T) {
	w := newWorld(t)
	if err := PostTx(w.ctx, w.db, "notice", "a@example.net", []byte("Subject: x\r\n\r\nx\r\n"), time.Now()); err != nil {
		t.Fatal(err)
	}
	s := outboxTable{w.db}
	w.newer()
	if m, err := s.claim(w.ctx, false); m != nil || err != nil {
		t.Errorf("claimed on a newer schema: %v, %v", m, err)
	}
	w.ours()
	if m, err := s.claim(w.ctx, false); m == nil || err != nil {
		t.Errorf("not claimed: %v, %v", m, err)
	}
}

// A sender whose schema becomes newer during an edition stops without deliveries in flight.
// Another sender continues, and no reader gets two emails.
func TestASenderLeavesANewerSchemaClean(t *testing.T) {
	w := newWorld(t)
	w.readers(2000, 7)
	edition := w.edition("<p>x</p>")
	server := w.sink(sink.Options{Delay: 2 * time.Millisecond})
	stop := w.run(w.options(server.Addr()))
	w.until("a few hundred mails", func() bool { n, _ := server.Count(); return n > 300 })
	w.newer()
	w.until("nothing to be on the wire", func() bool { return w.beingSent() == 0 })
	sent, _ := server.Count()
	stop()
	if n, _ := server.Count(); n != sent {
		t.Errorf("%d mails went out after nothing was marked", n-sent)
	}
	if n := w.number(`SELECT count(*) FROM batches WHERE leased_by IS NOT NULL AND lease_until > now()`); n != 0 {
		t.Errorf("%d batches are still leased", n)
	}
	if got := w.states(edition); got["sent"] != int(sent) || got["queued"] != 2000-int(sent) {
		t.Errorf("%d were sent, states %v", sent, got)
	}
	w.ours()
	stop = w.run(w.options(server.Addr()))
	w.until("the edition's end", func() bool { return w.finished(edition) })
	stop()
	twice(t, server.Accepted())
}
