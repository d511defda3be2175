package mailer

import (
	"strings"
	"testing"
	"time"

	"corridor/postgres/postgrestest"
)

func TestAMessageIsComposedForTheOutbox(t *testing.T) {
	db := postgrestest.New(t)
	o := Outbox{From: "Тест <news@example.org>", ReplyTo: "desk@example.org", Domain: "example.org"}
	now := time.Date(2026, 5, 4, 9, 0, 0, 0, time.UTC)
	m := Message{Kind: "alert", To: "anna@example.org", Subject: "Corridor needs a decision", Text: "Edition 7 is held."}
	if err := o.PostTx(t.Context(), db, m, now); err != nil {
		t.Fatal(err)
	}
	m.HTML, m.Kind = "<p>Edition 7 is held.</p>", "notice"
	if err := o.PostTx(t.Context(), db, m, now); err != nil {
		t.Fatal(err)
	}
	var stored []struct {
		Kind, Recipient, State string
		Message                string
	}
	if err := db.Select(&stored, `SELECT kind, recipient, state, convert_from(message, 'UTF8') AS message FROM outbox ORDER BY id`); err != nil {
		t.Fatal(err)
	}
	if len(stored) != 2 || stored[0].Kind != "alert" || stored[0].Recipient != m.To || stored[0].State != "queued" {
		t.Fatalf("the outbox has %+v", stored)
	}
	for _, want := range []string{
		"\r\nSubject: Corridor needs a decision\r\n", "<news@example.org>", "Reply-To: <desk@example.org>\r\n", "Date: Mon, 04 May 2026 09:00:00 +0000\r\n",
		"Message-ID: <alert.", "@example.org>\r\n", "Auto-Submitted: auto-generated\r\n", "Edition 7 is held.",
	} {
		if !strings.Contains(stored[0].Message, want) {
			t.Errorf("the message lacks %q:\n%s", want, stored[0].Message)
		}
	}
	if strings.Contains(stored[0].Message, "multipart/") || !strings.Contains(stored[1].Message, "multipart/alternative") {
		t.Errorf("only a message with HTML has two parts:\n%s\n%s", stored[0].Message, stored[1].Message)
	}
	m.To = "not an address"
	if err := o.PostTx(t.Context(), db, m, now); err == nil {
		t.Error("a message to no address is accepted")
	}
}
