package check

import (
	"strings"
	"testing"

	"corridor/config"
	"corridor/mailer/sink"
)

// mailServer returns a configuration that sends by a mail server of the test.
func mailServer(t *testing.T, script sink.Script) (*config.Config, *sink.Server) {
	t.Helper()
	server, err := sink.Listen(sink.Options{Script: script})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	c := config.Default()
	c.Publication.From, c.Publication.Alerts = "Test Review <news@example.org>", "Staff <staff@example.net>"
	c.SMTP.URL, c.SMTP.HELO = "smtp+insecure://"+server.Addr(), "news.example.org"
	return c, server
}

// The mail server is asked as far as RCPT, so that its refusals are known before the first
// email, in its words.
func TestAMailServerIsAskedToTakeAnEmail(t *testing.T) {
	for _, test := range []struct {
		name, stage, reply string
		want               State
		says               string
	}{
		{"it takes it", "", "", OK, "from news@example.org to staff@example.net"},
		{"an unqualified name, at once", sink.EHLO, "504 5.5.2 <localhost>: Helo command rejected: need fully-qualified hostname", Wrong, "set smtp.helo"},
		{"an unqualified name, as Postfix says it at RCPT", sink.RCPT, "504 5.5.2 <localhost>: Helo command rejected: need fully-qualified hostname", Wrong, "set smtp.helo"},
		{"a name that is not found, for now", sink.RCPT, "450 4.7.1 <news.example.org>: Helo command rejected: Host not found", Wrong, "set smtp.helo"},
		{"the sender", sink.MAIL, "550 5.7.60 SMTP; Client does not have permissions to send as this sender", Wrong, "smtp.envelope_from"},
		{"relaying", sink.RCPT, "554 5.7.1 <staff@example.net>: Relay access denied", Wrong, "allow this machine or its user"},
		{"the address of staff", sink.RCPT, "550 5.1.1 <staff@example.net>: Recipient address rejected: User unknown", Wrong, "publication.alerts"},
		{"a quota", sink.MAIL, "550 5.4.5 Daily user sending limit exceeded", Wrong, "Daily user sending limit exceeded"},
		{"greylisting", sink.RCPT, "451 4.7.1 Greylisting in action, please come back later", Warn, "repeat the check later"},
		{"a lost connection", sink.RCPT, sink.Cut, Wrong, "allow this machine or its user"},
	} {
		c, server := mailServer(t, func(stage, _ string) string {
			if stage == test.stage {
				return test.reply
			}
			return ""
		})
		found := checkMail(t.Context(), c)
		if len(found) != 1 || found[0].State != test.want || !strings.Contains(found[0].Reason+" -> "+found[0].Remedy, test.says) {
			t.Errorf("%s: %+v, want %s with %q", test.name, found, test.want, test.says)
		}
		if test.reply != sink.Cut && !strings.Contains(found[0].Reason, strings.TrimLeft(test.reply, "0123456789. ")) {
			t.Errorf("%s: the reason is not in the server's words: %q", test.name, found[0].Reason)
		}
		if n, _ := server.Count(); n != 0 {
			t.Errorf("%s: %d emails were sent", test.name, n)
		}
	}
}

// With signed envelope senders, one of that domain is tried.
func TestTheEnvelopeSenderOfTheCheckIsThatOfEmails(t *testing.T) {
	c, _ := mailServer(t, nil)
	c.Bounces.Domain, c.Bounces.Delimiter = "bounce.example.org", "-"
	if found := checkMail(t.Context(), c); len(found) != 1 || found[0].State != OK || !strings.Contains(found[0].Reason, "from b-0.0.check@bounce.example.org ") {
		t.Errorf("%+v", found)
	}
}

func TestAServerOfAProviderNeedsItsPreset(t *testing.T) {
	c := config.Default().SMTP
	c.URL = "smtps://key:secret@email-smtp.eu-west-1.amazonaws.com"
	if found := checkProvider(c); len(found) != 1 || found[0].State != Warn || !strings.Contains(found[0].Remedy, `"ses"`) {
		t.Errorf("%+v", found)
	}
	c.Provider = "ses"
	if found := checkProvider(c); len(found) != 0 {
		t.Errorf("with its preset: %+v", found)
	}
	c.URL, c.Provider = "smtp://mail.example.edu", ""
	if found := checkProvider(c); len(found) != 0 {
		t.Errorf("another server: %+v", found)
	}
}

func TestANameWithoutADotIsAWarning(t *testing.T) {
	c, _ := mailServer(t, nil)
	for helo, want := range map[string]State{"vm": Warn, "news.example.org": OK, "[192.0.2.1]": OK} {
		c.SMTP.HELO = helo
		if found := checkMail(t.Context(), c); len(found) != 1 || found[0].State != want {
			t.Errorf("%s: %+v, want %s", helo, found, want)
		}
	}
}
