//go:build conformance

package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"corridor/mailer/sink"
)

// unknownAfterwards is a mail server that does not know the mailbox gone@example.net.
func unknownAfterwards(t *testing.T) *sink.Server {
	t.Helper()
	server, err := sink.Listen(sink.Options{Script: func(stage, to string) string {
		if stage == sink.RCPT && strings.HasPrefix(to, "gone@") {
			return "550 5.1.1 <gone@example.net>: Recipient address rejected: User unknown in virtual mailbox table"
		}
		return ""
	}})
	must(t, err)
	t.Cleanup(server.Close)
	return server
}

// returning starts a Postfix that accepts all emails, relays them to the mail server, and
// delivers what comes back by the given route.
func returning(t *testing.T, to *sink.Server, route string, settings ...string) *postfix {
	t.Helper()
	dir := serverFolder(t, "routes")
	_, port, _ := strings.Cut(to.Addr(), ":")
	routes := filepath.Join(dir, "routes")
	must(t, os.WriteFile(routes, []byte("/@bounces\\.example\\.org$/ "+route+"\n/@box\\.example\\.org$/ "+route+"\n/./ smtp:[127.0.0.1]:"+port+"\n"), 0o644))
	return startPostfix(t, append([]string{"transport_maps = regexp:" + routes}, settings...)...)
}

// returned is an edition that was sent to three readers, one of whose mailboxes is gone.
func returned(t *testing.T, p *postfix, bounces string) terminal {
	t.Helper()
	term := newTerminal(t, readersConfig+"[smtp]\nurl = \"smtp+insecure://"+p.address+"\"\n[bounces]\ndomain = \"bounces.example.org\"\n"+bounces)
	file := writeInput(t, "readers.csv", "email,frequency,status\nanna@example.net,weekly,active\ngone@example.net,weekly,active\ncarl@example.net,weekly,active\n")
	term.run(0, "subscribers", "import", file)
	term.run(0, "special", "create", "--subject", "Summit moved", "--intro", "It is on Friday.")
	term.run(0, "special", "send", "1", "--wait")
	if e := term.edition("1"); e["sent"] != 3.0 {
		t.Fatalf("Postfix did not accept all emails: %v", e)
	}
	return term
}

// suppressedAlone checks that the reader without a mailbox, and no other, is suppressed.
func (term terminal) suppressedAlone() {
	term.t.Helper()
	if e := term.edition("1"); e["sent"] != 2.0 || e["bounced"] != 1.0 {
		term.t.Errorf("the edition: %v", e)
	}
	out, _ := term.run(0, "suppressions", "list")
	if !strings.Contains(out, "gone@example.net") || !strings.Contains(out, "hard_bounce") || !strings.Contains(out, "User unknown") || strings.Contains(out, "anna") || strings.Contains(out, "carl") {
		term.t.Errorf("suppressed:\n%s", out)
	}
}

// The reports of a real Postfix lie in a mailbox of a real Dovecot, and are read over IMAP
// and over POP3.
func TestConformanceBouncesInAMailbox(t *testing.T) {
	for _, protocol := range []string{"imap", "pop3"} {
		t.Run(protocol, func(t *testing.T) {
			d := startDovecot(t)
			address := map[string]string{"imap": d.imap, "pop3": d.pop3}[protocol]
			aliases := filepath.Join(serverFolder(t, "aliases"), "aliases")
			must(t, os.WriteFile(aliases, []byte("/@bounces\\.example\\.org$/ "+dovecotUser+"@box.example.org\n"), 0o644))
			p := returning(t, unknownAfterwards(t), "lmtp:inet:"+d.lmtp, "virtual_alias_domains = bounces.example.org", "virtual_alias_maps = regexp:"+aliases)
			term := returned(t, p, fmt.Sprintf("mailbox = \"%s+insecure://%s:pass%%20word@%s\"\n", protocol, dovecotUser, address))
			for deadline := time.Now().Add(time.Minute); ; time.Sleep(200 * time.Millisecond) {
				out, _ := term.run(0, "bounces", "fetch")
				if strings.HasPrefix(out, "1 message") {
					break
				}
				if time.Now().After(deadline) {
					t.Fatalf("no report came: %s", out)
				}
			}
			term.suppressedAlone()
			if out, _ := term.run(0, "bounces", "fetch"); !strings.HasPrefix(out, "0 messages") {
				t.Errorf("the second reading: %s", out)
			}
		})
	}
}

// A real Postfix hands its reports over by LMTP and by SMTP.
func TestConformanceBouncesByTransport(t *testing.T) {
	for _, transport := range []string{"lmtp:inet:", "smtp:"} {
		t.Run(transport, func(t *testing.T) {
			door := freeAddress(t)
			route := transport + door
			if transport == "smtp:" {
				host, port, _ := strings.Cut(door, ":")
				route = transport + "[" + host + "]:" + port
			}
			p := returning(t, unknownAfterwards(t), route)
			term := returned(t, p, "listen = \""+door+"\"\n")
			ctx, cancel := context.WithCancel(t.Context())
			done := make(chan int, 1)
			go func() {
				done <- run(ctx, []string{"serve", "--roles", "bounces", "--config", term.config}, io.Discard, io.Discard)
			}()
			eventually(t, "the report arrives", func() bool { return term.edition("1")["bounced"] == 1.0 })
			term.suppressedAlone()
			cancel()
			if status := <-done; status != 0 {
				t.Errorf("serve ended with %d", status)
			}
		})
	}
}

// A real Postfix that refuses the name of this machine is told of before the first email.
func TestConformanceCheckTellsOfARefusedHELO(t *testing.T) {
	p := startPostfix(t, "smtpd_helo_required = yes", "smtpd_helo_restrictions = reject_non_fqdn_helo_hostname, reject_invalid_helo_hostname")
	term := newTerminal(t, readersConfig+"[smtp]\nurl = \"smtp+insecure://"+p.address+"\"\n")
	if out, _ := term.run(1, "check"); strings.Contains(out, "504") || strings.Contains(out, "Helo command rejected") { // 1: there is no DNS here
		t.Errorf("a whole name was refused: %s", out)
	}
	p.set("smtpd_helo_restrictions = check_helo_access static:{REJECT who is this}")
	if out, _ := term.run(1, "check"); !strings.Contains(out, "who is this") {
		t.Errorf("check does not tell of the refusal:\n%s", out)
	}
}

// quota is the time for which all emails are refused; make soak has ten minutes.
var quota = flag.Duration("quota", 30*time.Second, "time for which Postfix refuses all emails")

// A real Postfix refuses all emails at MAIL because of a quota, and then takes them again.
// Two processes send. Each reader gets one email, no delivery fails, and staff are alerted
// once.
func TestConformanceQuotaAtMAIL(t *testing.T) {
	const readers = 60
	end, err := sink.Listen(sink.Options{Keep: true})
	must(t, err)
	t.Cleanup(end.Close)
	_, port, _ := strings.Cut(end.Addr(), ":")
	p := startPostfix(t, "default_transport = smtp:[127.0.0.1]:"+port, "smtpd_sender_restrictions = check_sender_access static:{550 5.4.5 Daily user sending limit exceeded}")
	config := strings.Replace(strings.ReplaceAll(killConfig, "SINK", p.address), "[server]", "alerts = \"desk@example.org\"\n[server]", 1)
	in := install(t, config)
	var rows strings.Builder
	rows.WriteString("email,frequency,status\n")
	for i := range readers {
		fmt.Fprintf(&rows, "r%d@d%d.example.net,daily,active\n", i, i%7)
	}
	in.write("readers.csv", rows.String())
	in.must(nil, "subscribers", "import", filepath.Join(in.dir, "readers.csv"))
	in.serve()
	in.serve()
	in.must(nil, "special", "create", "--subject", "Summit moved", "--intro", "It is on Friday.")
	in.must(nil, "special", "send", "1")
	show := func() (e map[string]any) {
		in.must(&e, "editions", "show", "1", "--json")
		return e
	}
	eventually(t, "the edition is held with the words of Postfix", func() bool {
		e := show()
		reason, _ := e["reason"].(string)
		return e["state"] == "held" && strings.Contains(reason, "550 5.4.5") && strings.Contains(reason, "Daily user sending limit exceeded")
	})
	time.Sleep(*quota) // probes are refused meanwhile
	if e := show(); e["state"] != "held" || e["failed"] != 0.0 || e["sent"] != 0.0 {
		t.Fatalf("after %v: %v", *quota, e)
	}
	p.set("smtpd_sender_restrictions =")
	eventually(t, "the edition finishes by itself", func() bool { return show()["state"] == "finished" })
	if e := show(); e["sent"] != float64(readers) || e["reason"] != nil {
		t.Errorf("finished: %v", e)
	}
	eventually(t, "everything has passed Postfix", func() bool { n, _ := end.Count(); return n >= readers+1 })
	time.Sleep(2 * time.Second) // for a second email to the same reader
	for to, n := range end.Accepted() {
		if n != 1 && to != "desk@example.org" {
			t.Errorf("%s got %d emails", to, n)
		}
	}
	told := 0
	for _, m := range end.Messages() {
		if m.To == "desk@example.org" && bytes.Contains(m.Data, []byte("Subject: Corridor needs a decision")) {
			told++
		}
	}
	if told != 1 {
		t.Errorf("staff were alerted %d times", told)
	}
}
