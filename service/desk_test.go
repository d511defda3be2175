package service

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"corridor/bounces/receiver"

	"github.com/emersion/go-smtp"
)

// A process with the role bounces receives messages, counts them, and ends in order.
func TestTheRoleBounces(t *testing.T) {
	s := open(t, readersConfig+"[bounces]\ndomain = \"b.example.org\"\nlisten = \"127.0.0.1:0\"\n")
	var reader int64
	if err := s.DB.Get(&reader, `
		WITH p AS (INSERT INTO preference_sets (programs, regions) VALUES ('{}', '{}') RETURNING id)
		INSERT INTO subscribers (email, folded, state, frequency, time_zone, preference_set_id, created_at, confirmed_at)
		SELECT 'a@example.net', 'a@example.net', 'active', 'daily', 'UTC', p.id, now(), now() FROM p RETURNING id`); err != nil {
		t.Fatal(err)
	}
	ids, err := s.MessageIDs(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	l, err := receiver.Listen(t.Context(), s.Config.Bounces.Listen)
	if err != nil {
		t.Fatal(err)
	}
	pages, err := Listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	process := &Process{Service: s, Roles: []string{RoleBounces}, Listener: pages, Bounces: l}
	done := make(chan error, 1)
	go func() { done <- process.Run(ctx) }()
	to := ids.Marks(7, reader).Leave
	client, err := smtp.Dial(l.Addr().String())
	if err == nil {
		defer client.Close()
		err = client.SendMail("a@example.net", []string{to}, strings.NewReader("From: a@example.net\r\nSubject: unsubscribe\r\n\r\n"))
	}
	if err != nil {
		t.Fatal(err)
	}
	if r, err := s.Readers().FindByID(t.Context(), reader); err != nil || r.State != "left" {
		t.Errorf("the reader is %s, %v", r.State, err)
	}
	answer, err := http.Get("http://" + pages.Addr().String() + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if want := `corridor_returned_total{door="smtp",kind="leave",outcome="left"} 1`; err != nil || !strings.Contains(string(body), want) {
		t.Errorf("no %s in the metrics", want)
	}
	cancel()
	select {
	case err := <-done:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(time.Minute):
		t.Error("the process does not end")
	}
}
