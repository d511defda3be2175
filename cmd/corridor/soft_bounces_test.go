package main

import (
	"fmt"
	"strings"
	"testing"

	"corridor/mailer/sink"
)

// A full mailbox ends a reader's emails, and a refusal of us or of the message does not. Staff
// see the count, then the suppression with the server's words.
func TestAMailboxThatIsFullForLong(t *testing.T) {
	term := newMailing(t, 5, func(stage, to string) string {
		switch {
		case stage == sink.RCPT && strings.HasPrefix(to, "r0@"):
			return "552 5.2.2 The email account that you tried to reach is over quota. - gsmtp"
		case stage == sink.RCPT && strings.HasPrefix(to, "r2@"):
			return "554 5.2.3 Message size exceeds the limit of the recipient"
		}
		return ""
	})
	s := term.open()
	for edition := 1; edition <= 5; edition++ {
		if edition > 1 {
			term.run(0, "special", "create", "--subject", fmt.Sprint("News ", edition), "--intro", "x")
		}
		term.run(1, "special", "send", fmt.Sprint(edition), "--wait")
	}
	if out, _ := term.run(0, "subscribers", "show", "r0@example.net"); !strings.Contains(out, "failures in a row  5 from ") {
		t.Errorf("shown: %s", out)
	}
	suppressed := func() string {
		t.Helper()
		store, err := s.Editions()
		if err == nil {
			err = store.SuppressFailing(t.Context())
		}
		if err != nil {
			t.Fatal(err)
		}
		out, _ := term.run(0, "suppressions", "list")
		return out
	}
	if out := suppressed(); strings.Contains(out, "soft_bounces") {
		t.Errorf("suppressed within a day: %s", out)
	}
	s.DB.MustExec(`UPDATE soft_bounces SET since = since - interval '14 days'`)
	out := suppressed()
	if strings.Count(out, "soft_bounces") != 1 || !strings.Contains(out, "r0@example.net") || !strings.Contains(out, "over quota. - gsmtp") {
		t.Errorf("suppressed: %s", out)
	}
}
