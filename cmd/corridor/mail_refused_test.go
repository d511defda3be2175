package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"corridor/config"
	"corridor/mailer/sink"
	"corridor/service"
	"corridor/web"
)

// newMailing returns a terminal with a mail server that follows the script, and an edition
// for n readers at example.net that was not sent yet.
func newMailing(t *testing.T, n int, script sink.Script) terminal {
	t.Helper()
	return newMailingOf(t, "alerts = \"desk@example.org\"", n, script)
}

// newMailingOf is newMailing with further keys of [publication].
func newMailingOf(t *testing.T, keys string, n int, script sink.Script) terminal {
	t.Helper()
	server, err := sink.Listen(sink.Options{Script: script})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	text := strings.Replace(readersConfig, "[publication]", "[publication]\n"+keys, 1) +
		"[smtp]\nurl = \"smtp+insecure://" + server.Addr() + "\"\n"
	term := newTerminal(t, text)
	var rows strings.Builder
	rows.WriteString("email,frequency,status\n")
	for i := range n {
		fmt.Fprintf(&rows, "r%d@example.net,weekly,active\n", i)
	}
	file := filepath.Join(t.TempDir(), "readers.csv")
	if err := os.WriteFile(file, []byte(rows.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	term.run(0, "subscribers", "import", file)
	term.run(0, "special", "create", "--subject", "Urgent: summit moved", "--intro", "It is on Friday.")
	return term
}

// edition is an edition's JSON document.
func (term terminal) edition(id string) map[string]any {
	term.t.Helper()
	out, _ := term.run(0, "editions", "show", id, "--json")
	var e map[string]any
	if err := json.Unmarshal([]byte(out), &e); err != nil {
		term.t.Fatal(out, err)
	}
	return e
}

// open opens the service.
func (term terminal) open() *service.Service {
	term.t.Helper()
	p, err := newProgram(&globals{Config: term.config, Flags: config.Flags{LogLevel: "error"}}, io.Discard, io.Discard)
	if err != nil {
		term.t.Fatal(err)
	}
	s, err := p.open(term.t.Context())
	if err != nil {
		term.t.Fatal(err)
	}
	term.t.Cleanup(s.Close)
	return s
}

func TestAMailServerThatRefusesUs(t *testing.T) {
	var healed atomic.Bool
	term := newMailing(t, 40, func(stage, _ string) string {
		if stage == sink.MAIL && !healed.Load() {
			return "550 5.4.5 Daily user sending limit exceeded"
		}
		return ""
	})
	_, errs := term.run(1, "special", "send", "1", "--wait")
	if !strings.Contains(errs, "held") || !strings.Contains(errs, "Daily user sending limit exceeded") {
		t.Errorf("said: %s", errs)
	}
	e := term.edition("1")
	if reason, _ := e["reason"].(string); e["state"] != "held" || e["failed"] != 0.0 || !strings.Contains(reason, "550 5.4.5 Daily user sending limit exceeded") {
		t.Errorf("%v", e)
	}
	s := term.open()
	alerts := func() (n int) {
		t.Helper()
		if err := s.DB.Get(&n, `SELECT count(*) FROM outbox WHERE kind = 'alert'`); err != nil {
			t.Fatal(err)
		}
		return n
	}
	if n := alerts(); n != 1 {
		t.Errorf("staff were told %d times", n)
	}
	healed.Store(true)
	term.run(0, "special", "resume", "1")
	if e = term.edition("1"); e["reason"] != nil {
		t.Errorf("the reason stays: %v", e["reason"])
	}
	term.run(0, "special", "send", "1", "--wait")
	if e = term.edition("1"); e["sent"] != 40.0 {
		t.Errorf("%v", e)
	}
	if n := alerts(); n != 1 {
		t.Errorf("staff were told %d times", n)
	}
}

// A mail server that is unavailable is reported by readyz, which stays ready, and by the
// edition that waits for it.
func TestAMailServerThatIsAway(t *testing.T) {
	term := newMailing(t, 3, nil)
	s := term.open()
	s.DB.MustExec(`INSERT INTO relays (address, away_since, away_reason, away_seen_at) VALUES ('mail.example.org:587', now(), 'AUTH: 535 5.7.8 no such user', now())`)
	s.DB.MustExec(`UPDATE editions SET state = 'sending', started_at = now() WHERE id = 1`)
	s.DB.MustExec(`INSERT INTO deliveries (edition_id, subscriber_id, batch_id, variant_id) VALUES (1, 1, 1, 1)`)
	if reason, _ := term.edition("1")["reason"].(string); !strings.Contains(reason, "mail.example.org:587") || !strings.Contains(reason, "535 5.7.8") {
		t.Errorf("reason %q", reason)
	}
	pages, err := web.New(web.Options{OperatorsOnly: true, Log: s.Log, Ready: s.Ready, Roles: []string{"sender"}})
	if err != nil {
		t.Fatal(err)
	}
	answer := httptest.NewRecorder()
	pages.ServeHTTP(answer, httptest.NewRequest("GET", "/readyz", nil))
	if text := answer.Body.String(); answer.Code != 200 || !strings.Contains(text, "ready: sender\n") || !strings.Contains(text, "mail.example.org:587") || strings.Contains(text, "535") {
		t.Errorf("%d %q", answer.Code, text)
	}
	s.DB.MustExec(`UPDATE relays SET away_seen_at = now() - interval '5 minutes'`)
	if away, err := s.Deliveries().Away(t.Context()); err != nil || len(away) != 0 {
		t.Errorf("what no sender sees any more: %v, %v", away, err)
	}
}

// An edition of which only deferred emails are left shows the last answer.
func TestAnEditionThatIsDeferred(t *testing.T) {
	term := newMailing(t, 3, nil)
	s := term.open()
	s.DB.MustExec(`UPDATE editions SET state = 'sending', started_at = now() WHERE id = 1`)
	s.DB.MustExec(`INSERT INTO deliveries (edition_id, subscriber_id, batch_id, variant_id) VALUES (1, 1, 1, 1), (1, 2, 1, 1)`)
	s.DB.MustExec(`UPDATE deliveries SET state = 'deferred', stage = 'RCPT', code = 450, enhanced = '4.2.0', reply = 'Greylisted', last_at = now() WHERE subscriber_id = 1`)
	if reason := term.edition("1")["reason"]; reason != nil {
		t.Errorf("an email is queued, and the reason is %v", reason)
	}
	s.DB.MustExec(`UPDATE deliveries SET state = 'deferred', stage = 'connect', reply = 'refused', last_at = now() - interval '1 hour' WHERE subscriber_id = 2`)
	if reason := term.edition("1")["reason"]; reason != "all 2 emails that are left are deferred; the last answer: RCPT: 450 4.2.0 Greylisted" {
		t.Errorf("the reason is %v", reason)
	}
}

// Without a scheduler, --wait suppresses the readers whose emails fail.
func TestWaitSuppressesReadersThatFail(t *testing.T) {
	term := newMailing(t, 3, func(stage, to string) string {
		if stage == sink.RCPT && to == "r1@example.net" {
			return "552 5.2.2 mailbox full"
		}
		return ""
	})
	text, err := os.ReadFile(term.config)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(term.config, append(text, "[sending]\nsoft_bounces = 2\nsoft_bounce_days = \"0s\"\n"...), 0o600); err != nil {
		t.Fatal(err)
	}
	term.run(0, "special", "create", "--subject", "Another", "--intro", "It is on Monday.")
	for i, want := range []int{0, 1} {
		term.run(1, "special", "send", fmt.Sprint(i+1), "--wait") // an email failed
		out, _ := term.run(0, "suppressions", "list")
		if n := strings.Count(out, "soft_bounces"); n != want {
			t.Errorf("after %d failures: %s", i+1, out)
		}
	}
}

// Bounces of all readers of a domain suppress no reader, and one command lifts or applies
// them.
func TestBouncesOfEverybody(t *testing.T) {
	term := newMailing(t, 40, func(stage, to string) string {
		if stage == sink.RCPT && to != "r7@example.net" {
			return "550 5.1.1 The email account that you tried to reach does not exist"
		}
		return ""
	})
	listed := func() (list []map[string]any) {
		t.Helper()
		out, _ := term.run(0, "suppressions", "list", "--json")
		if err := json.Unmarshal([]byte(out), &list); err != nil {
			t.Fatal(out, err)
		}
		return list
	}
	_, errs := term.run(1, "special", "send", "1", "--wait")
	if !strings.Contains(errs, "held") || !strings.Contains(errs, "1:example.net") {
		t.Errorf("said: %s", errs)
	}
	if list := listed(); len(list) != 0 {
		t.Errorf("suppressed: %v", list)
	}
	bounced := int(term.edition("1")["bounced"].(float64))
	term.run(0, "suppressions", "add", "--event", "1:example.net")
	list := listed()
	if len(list) != bounced || list[0]["reason"] != "hard_bounce" || list[0]["source"] != "smtp" || list[0]["event"] != "1:example.net" || list[0]["at"] == nil {
		t.Errorf("%d bounced: %v", bounced, list)
	}
	term.run(0, "suppressions", "lift", "--event", "1:example.net")
	term.run(0, "suppressions", "add", "anna@example.org", "--detail", "asked by phone")
	if list = listed(); len(list) != 1 || list[0]["email"] != "anna@example.org" || list[0]["source"] != "staff" || list[0]["detail"] != "asked by phone" {
		t.Errorf("%v", list)
	}
	term.run(0, "suppressions", "lift", "anna@example.org")
	term.run(1, "suppressions", "lift", "anna@example.org")
	term.run(1, "suppressions", "lift", "--event", "9:example.net")
	term.run(2, "suppressions", "lift")
}
