package service

import (
	"strings"
	"testing"
	"time"

	"corridor/bounces"
	"corridor/mailer"
)

// One email reports everything that waits, and each item once.
func TestAlertsTellOnce(t *testing.T) {
	s := open(t, strings.Replace(readersConfig, "[publication]", "[publication]\nalerts = \"desk@example.org\"", 1)+
		"[[sources]]\nname = \"site\"\nkind = \"feed\"\nurl = \"https://www.example.org/feed\"\n")
	now := time.Now()
	told := func(now time.Time) (messages []string) {
		t.Helper()
		if err := s.Alert(t.Context(), now); err != nil {
			t.Fatal(err)
		}
		var raw [][]byte
		if err := s.DB.Select(&raw, `DELETE FROM outbox WHERE kind = 'alert' AND recipient = 'desk@example.org' RETURNING message`); err != nil {
			t.Fatal(err)
		}
		for _, message := range raw {
			m, err := mailer.ReadMail(message)
			if err != nil {
				t.Fatal(err)
			}
			messages = append(messages, m.Subject+"\n"+m.Text)
		}
		return messages
	}
	if messages := told(now); len(messages) != 0 {
		t.Fatalf("told of nothing: %q", messages)
	}
	s.DB.MustExec(`
		INSERT INTO editions (kind, subject, state, reason, created_at, finished_at) VALUES
			('special', 'A late one', 'held', 'overdue by more than 24h', $1, NULL), ('special', 'A good one', 'finished', '', $1, $1)`, now)
	s.DB.MustExec(`
		INSERT INTO sources (name, failing_since, last_error) VALUES ('site', $1::timestamptz - interval '23 hours', 'answers 500'), ('gone', $1::timestamptz - interval '9 days', 'x')`, now)

	messages := told(now)
	if len(messages) != 1 || !strings.Contains(messages[0], "A late one") || !strings.Contains(messages[0], "corridor editions resume 1") || strings.Contains(messages[0], "A good one") {
		t.Fatalf("told of a held edition: %q", messages)
	}
	messages = told(now.Add(2 * time.Hour))
	if len(messages) != 1 || !strings.Contains(messages[0], "answers 500") || strings.Contains(messages[0], "gone") {
		t.Fatalf("told of a source that has failed for a day: %q", messages)
	}
	if messages = told(now.Add(3 * time.Hour)); len(messages) != 0 {
		t.Fatalf("told twice: %q", messages)
	}
	desk, err := s.Desk(t.Context(), nil)
	if err == nil {
		_, err = desk.Receive(t.Context(), bounces.Returned{Message: []byte("?"), Source: "test", At: now})
	}
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"A message came back that Corridor could not understand", ""} {
		messages = told(now.Add(time.Duration(3+i) * time.Hour))
		if len(messages) != min(len(want), 1) || !strings.Contains(strings.Join(messages, ""), want) {
			t.Fatalf("told of a message that came back: %q", messages)
		}
	}
	store, err := s.Editions()
	if err != nil {
		t.Fatal(err)
	}
	if err := store.Resume(t.Context(), 1, now); err != nil {
		t.Fatal(err)
	}
	s.DB.MustExec(`UPDATE editions SET state = 'held', reason = 'again' WHERE id = 1`)
	if messages = told(now.Add(4 * time.Hour)); len(messages) != 1 || !strings.Contains(messages[0], "again") {
		t.Fatalf("told of an edition that is held again: %q", messages)
	}
	// Doubted bounces have no end: they are told once, and never as over.
	s.DB.MustExec(`UPDATE editions SET doubted = '20 of 60 readers bounced', alerted_at = NULL WHERE id = 2`)
	if messages = told(now.Add(5 * time.Hour)); len(messages) != 1 || !strings.Contains(messages[0], "20 of 60 readers bounced") {
		t.Fatalf("told of what came back: %q", messages)
	}
	if messages = told(now.Add(6 * time.Hour)); len(messages) != 0 {
		t.Fatalf("told again: %q", messages)
	}
	var open []string
	if err := s.DB.Select(&open, `SELECT kind FROM alerts WHERE kind = 'doubted'`); err != nil || len(open) != 0 {
		t.Errorf("waiting for an end: %v, %v", open, err)
	}
}
