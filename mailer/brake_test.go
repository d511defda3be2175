package mailer

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"corridor/mailer/deliveries"
	"corridor/mailer/sink"
	"corridor/mailer/smtp"
)

const quota = "550 5.4.5 Daily user sending limit exceeded"

// refusing answers at a stage with a reply while the switch is on.
func refusing(on *atomic.Bool, at, reply string) sink.Script {
	return func(stage, _ string) string {
		if stage == at && on.Load() {
			return reply
		}
		return ""
	}
}

// logged makes a sender write to a log that the test reads.
func logged(o Options) (Options, *lines) {
	log := &lines{}
	o.Log = slog.New(slog.NewTextHandler(log, nil))
	return o, log
}

// allSent checks that every reader of an edition got one email.
func (w *world) allSent(edition int64, n int, servers ...*sink.Server) {
	w.t.Helper()
	if got := w.states(edition); got["sent"] != n || len(got) != 1 {
		w.t.Errorf("%v", got)
	}
	arrived := 0
	for _, server := range servers {
		mails, _ := server.Count()
		arrived += int(mails)
	}
	if arrived != n {
		w.t.Errorf("%d emails for %d readers", arrived, n)
	}
}

// A relay that refuses the sender for a while is probed by one email at a time. When it
// accepts emails again, the edition goes on by itself, in all processes.
func TestTheBrakeOpensByItself(t *testing.T) {
	for _, stage := range []string{sink.MAIL, sink.Dot} {
		t.Run(stage, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.readers(300, 3)
			edition := w.edition("<p>x</p>")
			var on atomic.Bool
			var asked atomic.Int64
			on.Store(true)
			refuse := refusing(&on, stage, quota)
			server := w.sink(sink.Options{Script: func(at, to string) string {
				answer := refuse(at, to)
				if answer != "" {
					asked.Add(1)
				}
				return answer
			}})
			o, log := logged(w.options(server.Addr()))
			o.Retry = RetryPolicy{Min: 200 * time.Millisecond, Max: 400 * time.Millisecond, GiveUp: time.Second}
			w.run(o)
			w.run(o)
			w.until("the edition is held", func() bool { return w.held(edition) })
			w.until("no lease is left", func() bool {
				return w.number(`SELECT count(*) FROM batches WHERE leased_by IS NOT NULL AND NOT probing`) == 0
			})
			before := asked.Load()
			w.until("probes", func() bool { return w.number(`SELECT probes FROM relays`) >= 3 })
			w.until("attempts", func() bool { return asked.Load() > before })
			if n := asked.Load() - before; n > w.number(`SELECT probes FROM relays`) {
				t.Errorf("%d emails were tried by %d probes", n, w.number(`SELECT probes FROM relays`))
			}
			on.Store(false)
			w.until("the edition is sent", func() bool { return w.finished(edition) })
			w.allSent(edition, 300, server)
			if held, closed, opened := log.count("an edition is held"), log.count("nothing is sent through it"), log.count("sending goes on"); held != 1 || closed != 1 || opened != 1 {
				t.Errorf("in the log: held %d, closed %d, opened %d", held, closed, opened)
			}
		})
	}
}

// The emails of a relay that refuses the sender go through the next one, and no edition is
// held. The relay is used again when a probe is accepted.
func TestTheBrakeOfOneOfTwoRelays(t *testing.T) {
	w := newWorld(t)
	w.readers(100, 2)
	edition := w.edition("<p>x</p>")
	var on atomic.Bool
	on.Store(true)
	first, second := w.sink(sink.Options{Script: refusing(&on, sink.RCPT, "554 5.7.1 Client host rejected: Access denied")}), w.sink(sink.Options{})
	o, log := logged(w.options(first.Addr()))
	o.Relays = append(o.Relays, w.options(second.Addr()).Relays...)
	w.run(o)
	w.run(o)
	w.until("the edition is sent", func() bool { return w.finished(edition) })
	w.allSent(edition, 100, second)
	if n := w.number(`SELECT count(*) FROM relays WHERE braked_at IS NOT NULL AND address = $1`, first.Addr()); n != 1 {
		t.Error("the brake of the first relay is open")
	}
	on.Store(false)
	planned := 1
	w.until("the first relay is used again", func() bool {
		if w.finished(edition) {
			edition = w.edition("<p>y</p>")
			planned++
		}
		return w.number(`SELECT count(*) FROM relays WHERE braked_at IS NOT NULL`) == 0
	})
	w.until("the last edition is sent", func() bool { return w.finished(edition) })
	if got := w.states(0); got["sent"] != 100*planned || len(got) != 1 {
		t.Errorf("of %d editions: %v", planned, got)
	}
	if n := log.count("an edition is held"); n != 0 {
		t.Errorf("an edition was held %d times", n)
	}
}

// Refusals while connecting hold the edition too: of the name in EHLO, of the password, and
// of a server without TLS. They are probed without an email.
func TestRefusalsWhileConnectingHoldTheEdition(t *testing.T) {
	var on atomic.Bool
	for _, tt := range []struct {
		name, url, want string
		server          sink.Options
	}{
		{"name", "smtp+insecure://%s", "EHLO: 550 5.7.1 need a fully-qualified hostname", sink.Options{Script: refusing(&on, sink.EHLO, "550 5.7.1 need a fully-qualified hostname")}},
		{"password", "smtp+insecure://user:old@%s", "AUTH: 535", sink.Options{Auth: "PLAIN", SignIn: func(string, []byte, func(string) ([]byte, error)) error {
			if on.Load() {
				return errors.New("wrong password")
			}
			return nil
		}}},
		{"sender", "smtp+insecure://%s", "MAIL: 550 5.1.8 sender address rejected", sink.Options{Script: refusing(&on, sink.MAIL, "550 5.1.8 sender address rejected")}},
		{"TLS", "smtp://%s", "STARTTLS: the server does not offer STARTTLS", sink.Options{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			w.readers(40, 1)
			edition := w.edition("<p>x</p>")
			on.Store(true)
			server := w.sink(tt.server)
			o, log := logged(w.options(server.Addr()))
			relay, err := smtp.ParseRelay(fmt.Sprintf(tt.url, server.Addr()), smtp.RelayOptions{HELO: "localhost"})
			if err != nil {
				t.Fatal(err)
			}
			o.Relays = []*smtp.Relay{relay}
			o.Retry.GiveUp = 50 * time.Millisecond
			w.run(o)
			w.run(o)
			w.until("the edition is held", func() bool { return w.held(edition) })
			var reason string
			if err := w.db.Get(&reason, `SELECT reason FROM editions WHERE id = $1`, edition); err != nil || !strings.Contains(reason, tt.want) {
				t.Errorf("reason %q, %v", reason, err)
			}
			on.Store(false)
			if tt.name == "TLS" {
				w.until("a probe", func() bool { return w.number(`SELECT probes FROM relays`) > 1 })
				if got := w.states(edition); got["failed"] > 0 || !w.held(edition) {
					t.Errorf("%v", got)
				}
				return
			}
			w.until("the edition is sent", func() bool { return w.finished(edition) })
			w.allSent(edition, 40, server)
			if n := log.count("an edition is held"); n != 1 {
				t.Errorf("held %d times", n)
			}
		})
	}
}

// Single messages wait for the brake as well, and are its probe if no edition is held.
// Alerts are sent at once.
func TestSingleMessagesAndTheBrake(t *testing.T) {
	w := newWorld(t)
	var on atomic.Bool
	on.Store(true)
	server := w.sink(sink.Options{Keep: true, Script: func(stage, to string) string {
		if stage == sink.RCPT && on.Load() && !strings.HasPrefix(to, "staff@") {
			return "554 5.7.1 Relay access denied"
		}
		return ""
	}})
	o := w.options(server.Addr())
	o.Retry.GiveUp = time.Second
	post := func(kind, to string) {
		t.Helper()
		if err := PostTx(w.ctx, w.db, kind, to, []byte("From: <news@example.org>\r\nSubject: x\r\n\r\nhello\r\n"), time.Now()); err != nil {
			t.Fatal(err)
		}
	}
	braked := func() bool { return w.number(`SELECT count(*) FROM relays WHERE braked_at IS NOT NULL`) == 1 }
	for i := range 6 {
		post("confirmation", fmt.Sprintf("reader%d@example.net", i))
	}
	w.run(o)
	w.until("the brake", braked)
	w.until("a probe", func() bool { return w.number(`SELECT probes FROM relays`) > 0 })
	if n := len(server.Messages()); n != 0 {
		t.Errorf("%d messages arrived", n)
	}
	on.Store(false)
	w.until("the confirmations", func() bool { return len(server.Messages()) == 6 })
	if n := w.number(`SELECT count(*) FROM outbox WHERE state = 'sent'`); n != 6 || braked() {
		t.Errorf("%d sent, braked %v", n, braked())
	}
}

// An alert goes through a braked relay. It opens the brake only if the refusals did not depend
// on recipient or content: a server that refuses the readers may well accept email to staff.
func TestAnAlertGoesThroughABrakedRelay(t *testing.T) {
	w := newWorld(t)
	server := w.sink(sink.Options{Keep: true})
	alert := func() {
		t.Helper()
		if err := PostTx(w.ctx, w.db, "alert", "staff@example.org", []byte("From: <news@example.org>\r\nSubject: x\r\n\r\nhello\r\n"), time.Now()); err != nil {
			t.Fatal(err)
		}
	}
	sent := func(n int64) func() bool {
		return func() bool { return w.number(`SELECT count(*) FROM outbox WHERE state = 'sent'`) == n }
	}
	braked := func() int64 { return w.number(`SELECT count(*) FROM relays WHERE braked_at IS NOT NULL`) }
	w.exec(`INSERT INTO relays (address, braked_at, braked_stage, braked_reason, probe_at) VALUES ($1, now(), 'RCPT', 'no', now() + interval '1 hour')`, server.Addr())
	alert()
	w.run(w.options(server.Addr()))
	w.until("the alert", sent(1))
	if braked() != 1 {
		t.Error("an alert opened the brake of a server that refuses recipients")
	}
	w.exec(`UPDATE relays SET braked_stage = 'MAIL'`)
	w.exec(`SELECT pg_notify('relays', '')`)
	w.until("the brake opens, because an alert was accepted", func() bool {
		alert()
		return braked() == 0
	})
}

// One mailbox of many that is refused with words about us closes no brake, and fails after
// give_up.
func TestOneMailboxThatRefusesUs(t *testing.T) {
	w := newWorld(t)
	w.readers(1000, 10)
	edition := w.edition("<p>x</p>")
	server := w.sink(sink.Options{Script: func(stage, to string) string {
		if stage == sink.RCPT && strings.HasPrefix(to, "reader500@") {
			return "550 5.7.1 Message rejected due to local policy"
		}
		return ""
	}})
	o := w.options(server.Addr())
	o.Retry = RetryPolicy{Min: 50 * time.Millisecond, Max: 50 * time.Millisecond, GiveUp: 3 * time.Second}
	w.run(o)
	w.until("the edition is over", func() bool { return w.finished(edition) })
	if got := w.states(edition); got["sent"] != 999 || got["failed"] != 1 {
		t.Errorf("%v", got)
	}
	if n := w.number(`SELECT count(*) FROM relays WHERE opened_at IS NOT NULL OR braked_at IS NOT NULL`); n != 0 {
		t.Error("the brake was closed")
	}
}

// While a relay asks to send later, for reasons that concern us, nobody fails although
// give_up passes, and the relay counts as away with the server's words.
func TestARelayThatAsksToSendLater(t *testing.T) {
	w := newWorld(t)
	w.readers(30, 1)
	edition := w.edition("<p>x</p>")
	var on atomic.Bool
	on.Store(true)
	server := w.sink(sink.Options{Script: refusing(&on, sink.MAIL, "454 4.7.0 Temporary: sending quota exceeded")})
	o := w.options(server.Addr())
	o.Retry = RetryPolicy{Min: 50 * time.Millisecond, Max: 100 * time.Millisecond, GiveUp: 200 * time.Millisecond}
	w.run(o)
	store := deliveries.New(w.db, deliveries.Resend{}, testEvents(), nil)
	w.until("the relay counts as away", func() bool {
		away, err := store.Away(w.ctx)
		return err == nil && len(away) == 1 && strings.Contains(away[0].Reason, "sending quota exceeded")
	})
	w.until("attempts", func() bool { return w.number(`SELECT min(attempt) FROM deliveries`) > 8 })
	on.Store(false)
	w.until("the edition is sent", func() bool { return w.finished(edition) })
	w.allSent(edition, 30, server)
	w.until("the relay is back", func() bool {
		away, err := store.Away(w.ctx)
		return err == nil && len(away) == 0
	})
}
