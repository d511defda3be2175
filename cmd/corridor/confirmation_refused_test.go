package main

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"corridor/mailer/sink"
	"corridor/postgres/postgrestest"
)

// An address that refused its confirmation, because there is no such mailbox, gets none for
// a week. The page is the same, and neither log nor metrics name the address.
func TestARefusedConfirmationIsNotRepeatedForAWeek(t *testing.T) {
	t.Parallel()
	server, err := sink.Listen(sink.Options{Script: func(stage, to string) string {
		switch {
		case stage == sink.RCPT && strings.HasPrefix(to, "typo@"):
			return "550 5.1.1 <" + to + ">: no such user here"
		case stage == sink.RCPT && strings.HasPrefix(to, "full@"):
			return "552 5.2.2 <" + to + ">: mailbox full"
		}
		return ""
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	db := postgrestest.New(t)
	in := install(t, fmt.Sprintf(minimal+"[server]\nlisten = \"127.0.0.1:0\"\ndata = \"DATA\"\n[database]\nurl = %q\n[smtp]\nurl = \"smtp+insecure://%s\"\n", db.URL, server.Addr()))
	served := in.serve()
	signUp := func(email string) (page string) {
		t.Helper()
		answer, err := http.PostForm(served.base+"/subscribe", url.Values{"email": {email}, "choice": {"all"}, "frequency": {"daily"}})
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		body, err := io.ReadAll(answer.Body)
		if err != nil || answer.StatusCode != http.StatusOK {
			t.Fatal(answer.Status, err)
		}
		page = regexp.MustCompile(`[a-z]+@example\.net`).ReplaceAllString(string(body), "ADDRESS")
		return page
	}
	written := func(state string) (n int) {
		t.Helper()
		if err := db.Get(&n, `SELECT count(*) FROM outbox WHERE kind = 'confirmation' AND $1 IN ('', state)`, state); err != nil {
			t.Fatal(err)
		}
		return n
	}
	first := signUp("typo@example.net")
	eventually(t, "the refusal", func() bool { return written("failed") == 1 })
	if again := signUp("Typo@example.net"); again != first || written("") != 1 {
		t.Errorf("%d confirmations were written, want 1; the same page: %v", written(""), again == first)
	}
	if page := signUp("new@example.net"); page != first {
		t.Error("the page reveals the refusal")
	}
	eventually(t, "the confirmation of another", func() bool { return written("sent") == 1 })
	if body, _ := get(t, served.base+"/metrics"); !strings.Contains(body, "corridor_sign_ups_withheld_total 1") {
		t.Error("the metrics do not count the sign-up")
	}
	for n := range 2 { // a full mailbox may have space again
		signUp("full@example.net")
		eventually(t, "the refusal of the full mailbox", func() bool { return written("failed") == 2+n })
	}
	db.MustExec(`UPDATE outbox SET no_mailbox_at = no_mailbox_at - interval '7 days'`)
	signUp("typo@example.net")
	eventually(t, "the refusal a week later", func() bool { return written("failed") == 4 })
	if status := served.end(t, syscall.SIGTERM); status != 0 {
		t.Errorf("status %d", status)
	}
	log := served.log.String()
	if strings.Count(log, "a sign-up gets no email") != 1 || strings.Count(log, "a single message was refused") != 4 || strings.Contains(log, "typo") {
		t.Errorf("the log:\n%s", log)
	}
}
