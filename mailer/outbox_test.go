package mailer

import (
	"corridor/mailer/sink"
	"testing"
	"time"
)

// Mails of the outbox were not made by us alone: a line of theirs may be a dot.
func TestDotsInMailsOfTheOutbox(t *testing.T) {
	w := newWorld(t)
	server := w.sink(sink.Options{Keep: true})
	w.run(w.options(server.Addr()))
	message := []byte("From: <news@example.org>\r\nSubject: dots\r\n\r\n.\r\n..\r\n.hidden\r\nRSET\r\n.\r\nno end")
	if err := PostTx(w.ctx, w.db, "test", "a@example.net", message, time.Now()); err != nil {
		t.Fatal(err)
	}
	w.until("the mail", func() bool { return len(server.Messages()) == 1 })
	if got := server.Messages()[0].Data; string(got) != string(message)+"\r\n" {
		t.Errorf("%q arrived", got)
	}
}
