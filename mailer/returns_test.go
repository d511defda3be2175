package mailer

import (
	"strings"
	"testing"
	"time"

	"corridor/mailer/message"
	"corridor/mailer/sink"
)

// The envelope sender of each email names it, and its List-Unsubscribe has an address for
// leaving.
func TestReturnAddressesOfEveryEmail(t *testing.T) {
	w := newWorld(t)
	w.readers(3, 1)
	edition := w.edition("<p>x</p>")
	if err := PostTx(w.ctx, w.db, "confirmation", "new@example.net", []byte("From: <news@example.org>\r\nSubject: x\r\n\r\nhello\r\n"), time.Now()); err != nil {
		t.Fatal(err)
	}
	ids, err := LoadMessageIDs(w.ctx, w.db, "example.org", message.ReturnAddresses{Domain: "bounces.example.org", Delimiter: "-"})
	if err != nil {
		t.Fatal(err)
	}
	server := w.sink(sink.Options{Keep: true})
	o := w.options(server.Addr())
	o.MessageIDs = ids
	w.run(o)
	w.until("four emails", func() bool { return len(server.Messages()) == 4 })
	for _, m := range server.Messages() {
		got, err := ids.ParseAddress(m.From)
		if err != nil || got.Leave || !strings.HasSuffix(m.From, "@bounces.example.org") || m.From[1] != '-' {
			t.Fatalf("%s from %s: %+v, %v", m.To, m.From, got, err)
		}
		if m.To == "new@example.net" {
			if id := w.number(`SELECT id FROM outbox`); got != (message.Target{Reader: id}) {
				t.Errorf("the message %d came from %+v", id, got)
			}
			continue
		}
		reader := w.number(`SELECT id FROM subscribers WHERE email = $1`, m.To)
		if want := (message.Target{Edition: edition, Reader: reader}); got != want {
			t.Errorf("%s: %+v, want %+v", m.To, got, want)
		}
		if want := "\r\nList-Unsubscribe: <mailto:" + ids.Marks(edition, reader).Leave + "?subject=unsubscribe>,\r\n <https://"; !strings.Contains(string(m.Data), want) {
			t.Errorf("%s: no %q in\n%.900s", m.To, want, m.Data)
		}
	}
}
