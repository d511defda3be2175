package mailer

import (
	"bytes"
	"net/mail"
	"testing"
	"time"

	"corridor/mailer/message"
	"corridor/mailer/sink"
	"corridor/postgres/postgrestest"

	"github.com/emersion/go-msgauth/dkim"
)

// Messages of the outbox may contain lines with a single dot.
func TestDotsInMailsOfTheOutbox(t *testing.T) {
	w := newWorld(t)
	server := w.sink(sink.Options{Keep: true})
	w.run(w.options(server.Addr()))
	text := []byte("From: <news@example.org>\r\nSubject: dots\r\n\r\n.\r\n..\r\n.hidden\r\nRSET\r\n.\r\nno end")
	if err := PostTx(w.ctx, w.db, "test", "a@example.net", text, time.Now()); err != nil {
		t.Fatal(err)
	}
	w.until("the mail", func() bool { return len(server.Messages()) == 1 })
	if got := server.Messages()[0].Data; string(got) != string(text)+"\r\n" {
		t.Errorf("%q arrived", got)
	}
}

// Messages of the outbox are signed like those of editions, and have the further headers.
func TestMessagesOfTheOutboxAreSigned(t *testing.T) {
	w := newWorld(t)
	server := w.sink(sink.Options{Keep: true})
	o := w.options(server.Addr())
	o.Signer, o.SingleHeaders = testSigner(t), message.NewHeaders(message.Header{Name: "X-Stream", Value: "single"})
	w.run(o)
	if err := PostTx(w.ctx, w.db, "confirmation", "a@example.net", []byte("From: <news@example.org>\r\nSubject: x\r\n\r\nhello\r\n"), time.Now()); err != nil {
		t.Fatal(err)
	}
	w.until("the confirmation", func() bool { return len(server.Messages()) == 1 })
	read, err := mail.ReadMessage(bytes.NewReader(server.Messages()[0].Data))
	if err != nil {
		t.Fatal(err)
	}
	id := w.ids.SingleID(w.number(`SELECT id FROM outbox`))
	if got := read.Header.Get(message.IDHeader); "<"+got+"@example.org>" != id || read.Header.Get("X-Stream") != "single" {
		t.Errorf("the headers are %v, want the id %s", read.Header, id)
	}
	all, err := dkim.VerifyWithOptions(bytes.NewReader(server.Messages()[0].Data), &dkim.VerifyOptions{LookupTXT: func(string) ([]string, error) {
		return []string{o.Signer.Records()[0].Value}, nil
	}})
	if err != nil || len(all) != 1 || all[0].Err != nil {
		t.Errorf("signatures %v, %v", all, err)
	}
}

// Renderings that an older version stored and queued keep every placeholder.
func TestOlderRenderingsAreSent(t *testing.T) {
	db, _ := postgrestest.NewOld(t)
	if err := db.MigrateUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	var ids []int64
	if err := db.Select(&ids, `SELECT id FROM renderings ORDER BY id`); err != nil || len(ids) == 0 {
		t.Fatalf("the old database has %d renderings, %v", len(ids), err)
	}
	for _, id := range ids {
		r, err := readRendering(t.Context(), db, id)
		if err != nil {
			t.Fatal(err)
		}
		text, err := message.Segments(r.Text, r.TextPlaces)
		if err != nil {
			t.Fatal(err)
		}
		html, err := message.Segments(r.HTML, r.HTMLPlaces)
		if err != nil {
			t.Fatal(err)
		}
		if len(text)-1 != 5 || len(html)-1 != 5 {
			t.Errorf("rendering %d has %d placeholders in its text and %d in its HTML", id, len(text)-1, len(html)-1)
		}
	}
	if _, err := readRendering(t.Context(), db, 0); err == nil {
		t.Error("a rendering that does not exist is read")
	}
}
