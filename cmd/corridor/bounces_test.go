package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// pipe makes a text the standard input of the test.
func (term terminal) pipe(text string) terminal {
	term.t.Helper()
	file := filepath.Join(term.t.TempDir(), "stdin")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		term.t.Fatal(err)
	}
	f, err := os.Open(file)
	if err != nil {
		term.t.Fatal(err)
	}
	before := os.Stdin
	os.Stdin = f
	term.t.Cleanup(func() { os.Stdin = before; f.Close() })
	return term
}

// Bounces of an edition that was sent are read from files and from standard input.
func TestBouncesOnTheCommandLine(t *testing.T) {
	term := newMailing(t, 2, func(string, string) string { return "" })
	term.run(0, "special", "send", "1", "--wait")
	s := term.open()
	s.Config.Bounces.Domain = "bounces.example.org"
	ids, err := s.MessageIDs(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	id := func(email string) string {
		reader, err := s.Readers().Find(t.Context(), email)
		if err != nil {
			t.Fatal(err)
		}
		return ids.ID(1, reader.ID)
	}
	report := func(email string) string {
		return "From: MAILER-DAEMON@mx.example.net\nSubject: Undelivered\nContent-Type: multipart/report; boundary=x\n\n" +
			"--x\nContent-Type: message/delivery-status\n\nFinal-Recipient: rfc822; " + email + "\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 User unknown\n\n" +
			"--x\nContent-Type: text/rfc822-headers\n\nMessage-ID: " + id(email) + "\n\n--x--\n"
	}
	const from = "From MAILER-DAEMON Sat Nov 28 02:07:24 2026\n"
	mbox := filepath.Join(t.TempDir(), "mbox")
	if err := os.WriteFile(mbox, []byte(from+report("r0@example.net")+"\n"+from+"Subject: hello\n\nA question.\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	out, _ := term.run(0, "bounces", "read", mbox, "--json")
	var rows []returnedDocument
	if err := json.Unmarshal([]byte(out), &rows); err != nil {
		t.Fatal(err, out)
	}
	want := []returnedDocument{
		{File: mbox, Message: 1, Kind: "failed", Email: "r0@example.net", Edition: 1, Code: 550, Enhanced: "5.1.1", Reply: "User unknown", Change: "bounced"},
		{File: mbox, Message: 2, Kind: "personal", Change: "kept", Reason: "written by a person"},
	}
	if fmt.Sprint(rows) != fmt.Sprint(want) {
		t.Errorf("%+v\nwant %+v", rows, want)
	}
	if out, _ := term.pipe(report("r1@example.net")).run(0, "bounces", "read", "-"); !strings.Contains(out, "r1@example.net  bounced  5.1.1 User unknown") {
		t.Error(out)
	}
	if e := term.edition("1"); e["bounced"] != 2.0 || e["sent"] != 0.0 {
		t.Errorf("%v", e)
	}
	if out, _ := term.run(0, "bounces", "unread"); !strings.Contains(out, "personal") || !strings.Contains(out, "written by a person") {
		t.Error(out)
	}
	if out, _ := term.run(0, "bounces", "unread", "1"); out != "" {
		t.Errorf("a person's message was stored: %s", out)
	}
	if _, errs := term.run(1, "bounces", "read", "/nowhere", mbox); !strings.Contains(errs, "/nowhere: no such file") {
		t.Error(errs)
	}
	term.run(2, "bounces", "read")
	if got := strings.Map(shown, "a\x1b[2J\tб\n\x00\u202e"); got != "a [2J\tб\n  " {
		t.Errorf("%q", got)
	}
	if _, errs := term.run(1, "bounces", "unread", "99"); !strings.Contains(errs, "no message 99") {
		t.Error(errs)
	}

	s.DB.MustExec(`ALTER TABLE unread_returns RENAME TO away`) // a message that cannot be recorded
	reader, err := s.Readers().Find(t.Context(), "r1@example.net")
	if err != nil {
		t.Fatal(err)
	}
	leave := "To: " + ids.Marks(1, reader.ID).Leave + "\nSubject: unsubscribe\n\n"
	if err := os.WriteFile(mbox, []byte(from+"Subject: hello\n\nA question.\n\n"+from+leave), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, errs := term.run(1, "bounces", "read", mbox); !strings.Contains(out, "r1@example.net  left") || !strings.Contains(errs, mbox+": message 1: ") {
		t.Error(out, errs)
	}
}

// A mail server that hands messages over waits while the database is away.
func TestBouncesWithoutADatabase(t *testing.T) {
	term := newTerminal(t, minimal)
	if _, errs := term.pipe("Subject: x\n\ny\n").run(75, "bounces", "read", "-", "--database-url", "postgres://127.0.0.1:1/nowhere"); !strings.HasPrefix(errs, "corridor: ") {
		t.Error(errs)
	}
	if _, errs := term.run(2, "serve", "--roles", "bounces"); !strings.Contains(errs, "set bounces.listen or bounces.mailbox in ") {
		t.Error(errs)
	}
	term.run(1, "bounces", "read", os.DevNull, "--database-url", "postgres://127.0.0.1:1/nowhere")
}
