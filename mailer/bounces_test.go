package mailer

import (
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

// bouncing answers RCPT for the matching addresses as if they did not exist.
func bouncing(which func(to string) bool) sink.Script {
	return func(stage, to string) string {
		if stage == sink.RCPT && which(to) {
			return "550 5.1.1 The email account that you tried to reach does not exist"
		}
		return ""
	}
}

// A domain that suddenly knows no mailbox is not believed: its readers are not suppressed,
// and staff decide. Other domains are sent meanwhile.
func TestSuddenBouncesSuppressNobody(t *testing.T) {
	w := newWorld(t)
	w.readers(120, 2) // half of them at d0.example.net
	w.exec(`INSERT INTO suppressions (address_hash, email, subscriber_id, reason, created_at) SELECT sha256(convert_to(folded, 'UTF8')), email, id, 'complaint', now() - interval '1 year' FROM subscribers WHERE id = 119`)
	edition := w.edition("<p>x</p>")
	server := w.sink(sink.Options{Script: bouncing(func(to string) bool {
		return strings.HasSuffix(to, "@d0.example.net") || strings.HasPrefix(to, "reader1@")
	})})
	var log lines
	o := w.options(server.Addr())
	o.Log = slog.New(slog.NewTextHandler(&log, nil))
	w.run(o)
	w.run(o)
	w.until("the edition is held", func() bool { return w.held(edition) })
	w.until("no lease is left", func() bool { return w.number(`SELECT count(*) FROM batches WHERE leased_by IS NOT NULL`) == 0 })
	if n := w.number(`SELECT count(*) FROM suppressions WHERE email LIKE '%@d0.example.net'`); n != 0 {
		t.Errorf("%d readers suppressed", n)
	}
	if n := log.count("an edition is held"); n != 1 {
		t.Errorf("%d lines in the log", n)
	}
	if got := w.states(edition); got["sent"]+got["skipped"] != 59 {
		t.Errorf("the other domain waits: %v", got)
	}
	w.resume(edition)
	w.until("the edition is over", func() bool { return w.finished(edition) })
	if got := w.states(edition); got["bounced"] != 61 || got["sent"]+got["skipped"] != 59 {
		t.Errorf("%v", got)
	}
	if n := w.number(`SELECT count(*) FROM suppressions WHERE email LIKE '%@d0.example.net'`); n != 0 {
		t.Errorf("%d readers suppressed after resuming", n)
	}
	if n := w.number(`SELECT count(*) FROM suppressions WHERE email LIKE 'reader1@%' AND event = $1 || ':d1.example.net' AND source = 'smtp'`, edition); n != 1 {
		t.Error("a reader elsewhere whose mailbox is gone is not suppressed")
	}
	store := deliveries.New(w.db, deliveries.Resend{}, testEvents(), nil)
	if n, known, err := store.BelieveBounces(w.ctx, "1:d0.example.net"); err != nil || !known || n != 60 {
		t.Errorf("believing the event after all: %d, %v, %v", n, known, err)
	}
	if _, known, err := store.BelieveBounces(w.ctx, "7:d0.example.net"); err != nil || known {
		t.Errorf("an event that there is not: %v, %v", known, err)
	}
}

// Bounces of all readers at many domains, few at each, are not believed either.
func TestSuddenBouncesAtManyDomainsSuppressNobody(t *testing.T) {
	w := newWorld(t)
	w.readers(300, 100)
	edition := w.edition("<p>x</p>")
	server := w.sink(sink.Options{Script: bouncing(func(string) bool { return true })})
	o := w.options(server.Addr())
	o.Connections = 2
	w.run(o)
	w.until("the edition is held", func() bool { return w.held(edition) })
	w.until("no lease is left", func() bool { return w.number(`SELECT count(*) FROM batches WHERE leased_by IS NOT NULL`) == 0 })
	w.resume(edition)
	w.until("the edition is over", func() bool { return w.finished(edition) })
	if n := w.number(`SELECT count(*) FROM suppressions`); n != 0 {
		t.Errorf("%d readers suppressed", n)
	}
	store := deliveries.New(w.db, deliveries.Resend{}, testEvents(), nil)
	if n, known, err := store.BelieveBounces(w.ctx, "1:*"); err != nil || !known || n != 300 {
		t.Errorf("believing all after all: %d, %v, %v", n, known, err)
	}
}

// A provider that answers 5.1.1 to everyone for a while suppresses no reader. The others
// there wait until staff decide, and get the email then.
func TestADecisionContinuesTheDomain(t *testing.T) {
	for _, believe := range []bool{false, true} {
		w := newWorld(t)
		w.readers(400, 2)
		edition := w.edition("<p>x</p>")
		var on atomic.Bool
		var refused atomic.Int64
		on.Store(true)
		undecided := func() bool {
			n := 0
			err := w.db.Get(&n, `SELECT count(*) FROM bounce_events WHERE held_at IS NOT NULL`)
			return err == nil && n > 0
		}
		server := w.sink(sink.Options{Script: bouncing(func(to string) bool {
			if !on.Load() || !strings.HasSuffix(to, "@d0.example.net") {
				return false
			}
			for refused.Add(1) > 40 && !undecided() { // these results are applied while the server thinks
				time.Sleep(10 * time.Millisecond)
			}
			return true
		})})
		o := w.options(server.Addr())
		relay, err := smtp.ParseRelay("smtp+insecure://"+server.Addr(), smtp.RelayOptions{HELO: "test"})
		if err != nil {
			t.Fatal(err)
		}
		o.Relays = []*smtp.Relay{relay}
		o.Connections = 2
		o.Bounces = deliveries.BounceRule{Share: 0.02, Floor: 3}
		w.run(o)
		w.run(o)
		w.until("the edition is held", func() bool { return w.held(edition) })
		if got := w.states(edition); got["sent"] != 200 || got["queued"] == 0 {
			t.Errorf("while the domain waits: %v", got)
		}
		if n := w.number(`SELECT count(*) FROM suppressions`); n != 0 {
			t.Errorf("%d readers suppressed", n)
		}
		on.Store(false)
		store := deliveries.New(w.db, deliveries.Resend{}, testEvents(), nil)
		bounced := w.states(edition)["bounced"]
		want := int64(0)
		if believe {
			if n, _, err := store.BelieveBounces(w.ctx, "1:d0.example.net"); err != nil || int(n) != bounced {
				t.Errorf("of %d bounced %d are suppressed, %v", bounced, n, err)
			}
			want = int64(bounced)
		} else if known, err := store.DoubtBounces(w.ctx, "1:d0.example.net"); err != nil || !known {
			t.Error(known, err)
		}
		w.until("the edition is over", func() bool { return w.finished(edition) })
		if got := w.states(edition); got["sent"] != 400-bounced || got["bounced"] != bounced {
			t.Errorf("after the decision: %v", got)
		}
		if n := w.number(`SELECT count(*) FROM suppressions`); n != want {
			t.Errorf("%d readers suppressed, want %d", n, want)
		}
	}
}

// A few bounces among many readers, and all of a few readers, are believed.
func TestUsualBouncesSuppress(t *testing.T) {
	for _, tt := range []struct {
		readers int
		gone    func(to string) bool
		want    int64
	}{
		{8, func(string) bool { return true }, 8},
		{300, func(to string) bool { return strings.HasPrefix(to, "reader20") || to == "reader1@example.net" }, 12}, // 4 %
	} {
		w := newWorld(t)
		w.readers(tt.readers, 1)
		edition := w.edition("<p>x</p>")
		w.run(w.options(w.sink(sink.Options{Script: bouncing(tt.gone)}).Addr()))
		w.until("the edition is over", func() bool { return w.finished(edition) })
		if n := w.number(`SELECT count(*) FROM suppressions WHERE reason = 'hard_bounce' AND event = '1:example.net'`); n != tt.want {
			t.Errorf("of %d readers %d were suppressed, want %d", tt.readers, n, tt.want)
		}
	}
}

// Many bounces in different words are those of a list with dead addresses: they are believed,
// also beyond the share.
func TestBouncesWithDifferentAnswersSuppress(t *testing.T) {
	answers := []string{
		"550 5.1.1 User unknown", "550 5.1.10 Recipient not found", "554 5.1.1 no such user", "550 5.2.1 This mailbox is disabled", "550 no such mailbox here",
	}
	w := newWorld(t)
	w.readers(60, 1)
	edition := w.edition("<p>x</p>")
	server := w.sink(sink.Options{Script: func(stage, to string) string {
		var n int
		if _, err := fmt.Sscanf(to, "reader%d@", &n); stage != sink.RCPT || err != nil || n > 25 {
			return ""
		}
		return answers[n%len(answers)]
	}})
	w.run(w.options(server.Addr()))
	w.until("the edition is over", func() bool { return w.finished(edition) })
	if got, n := w.states(edition), w.number(`SELECT count(*) FROM suppressions WHERE reason = 'hard_bounce'`); int64(got["bounced"]) != n || n < 24 {
		t.Errorf("%v; %d readers suppressed", got, n)
	}
}
