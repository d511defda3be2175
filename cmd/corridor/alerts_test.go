package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"corridor/mailer/sink"
)

// The webhook tells staff of a mail server that refuses every email, without an address of a
// reader, and that it is over.
func TestAWebhookTellsThatEmailDoesNotWork(t *testing.T) {
	var mu sync.Mutex
	var told []string
	hook := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		var a struct{ Kind, Title, Text string }
		if err := json.NewDecoder(r.Body).Decode(&a); err != nil {
			t.Error(err)
		}
		mu.Lock()
		defer mu.Unlock()
		told = append(told, a.Kind+": "+a.Text)
	}))
	t.Cleanup(hook.Close)
	take := func() string {
		mu.Lock()
		defer mu.Unlock()
		defer func() { told = nil }()
		return strings.Join(told, "\n")
	}
	term := newMailingOf(t, `alerts_webhook = "`+hook.URL+`/secret"`, 20, func(stage, to string) string {
		if stage == sink.RCPT {
			return "550 5.4.5 <" + to + "> Daily user sending limit exceeded"
		}
		return ""
	})
	_, errs := term.run(1, "special", "send", "1", "--wait")
	begun := take()
	for _, kind := range []string{"edition_held: Edition 1", "brake: The mail server"} {
		if strings.Count(begun, kind) != 1 {
			t.Errorf("%q is there %d times in\n%s", kind, strings.Count(begun, kind), begun)
		}
	}
	if !strings.Contains(begun, "550 5.4.5 <[address]> Daily user sending limit exceeded") || strings.Contains(begun, "@example") {
		t.Errorf("told:\n%s", begun)
	}
	if strings.Contains(errs, "secret") {
		t.Errorf("the log has the address of the webhook: %s", errs)
	}
	term.run(0, "special", "cancel", "1")
	s := term.open()
	s.DB.MustExec(`UPDATE relays SET braked_at = NULL`)
	if err := s.Alert(t.Context(), time.Now()); err != nil {
		t.Fatal(err)
	}
	if over := take(); strings.Count(over, "Over: ") != 2 || !strings.Contains(over, "brake: Over: ") {
		t.Errorf("told of the end:\n%s", over)
	}
	_, out := term.run(1, "check", "--alert", "--json") // the tests' PostgreSQL is not durable
	if got := take(); strings.Count(got, "test: ") != 1 {
		t.Errorf("check posts %q; it says %s", got, out)
	}
}
