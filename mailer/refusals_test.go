package mailer

import (
	"bytes"
	"fmt"
	"log/slog"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"corridor/mailer/deliveries"
	"corridor/mailer/sink"

	"github.com/jmoiron/sqlx"
)

// refusesUs are replies of relays that refuse the sender, by stage.
var refusesUs = []struct{ stage, reply string }{
	{sink.MAIL, "550 5.4.5 Daily user sending limit exceeded"},
	{sink.RCPT, "504 5.5.2 <localhost>: Helo command rejected: need fully-qualified hostname"},
	{sink.RCPT, "554 5.7.1 <reader1@example.net>: Relay access denied"},
	{sink.MAIL, "525 5.7.13 user account disabled"},
	{sink.Dot, "554 Message rejected: Email address is not verified. The following identities failed the check"},
}

func (w *world) resume(edition int64) {
	w.t.Helper()
	err := w.db.InTx(w.ctx, func(tx *sqlx.Tx) error {
		if _, err := tx.Exec(`UPDATE editions SET state = 'sending', reason = '', braked = false WHERE id = $1 AND state = 'held'`, edition); err != nil {
			return err
		}
		if err := deliveries.OpenBrakesTx(w.ctx, tx); err != nil {
			return err
		}
		return deliveries.ResumeTx(w.ctx, tx, edition, time.Now(), time.Now())
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

// lines is a log that tests read.
type lines struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lines) count(words string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Count(l.b.String(), words)
}

// A relay that refuses the sender fails no delivery: the edition is held with the reply as
// its reason, and continues when staff resume it.
func TestARefusalOfUsHoldsTheEdition(t *testing.T) {
	for _, tt := range refusesUs {
		t.Run(tt.stage+" "+tt.reply[:3], func(t *testing.T) {
			w := newWorld(t)
			w.readers(60, 3)
			edition := w.edition("<p>x</p>")
			var healed atomic.Bool
			server := w.sink(sink.Options{Keep: true, Script: func(stage, _ string) string {
				if stage == tt.stage && !healed.Load() {
					return tt.reply
				}
				return ""
			}})
			var log lines
			o := w.options(server.Addr())
			o.Retry = RetryPolicy{Min: time.Hour, Max: time.Hour, GiveUp: 48 * time.Hour}
			o.Log = slog.New(slog.NewTextHandler(&log, nil))
			w.run(o)
			w.run(o) // counted over all processes
			w.until("the edition is held", func() bool { return w.held(edition) })
			w.until("no lease is left", func() bool { return w.number(`SELECT count(*) FROM batches WHERE leased_by IS NOT NULL`) == 0 })
			if got := w.states(edition); got["failed"]+got["bounced"]+got["uncertain"]+got["sent"] > 0 {
				t.Errorf("burnt: %v", got)
			}
			var reason string
			if err := w.db.Get(&reason, `SELECT reason FROM editions WHERE id = $1`, edition); err != nil || !strings.Contains(reason, tt.reply) || !strings.Contains(reason, server.Addr()) {
				t.Errorf("reason %q, %v", reason, err)
			}
			if n := log.count("an edition is held"); n != 1 {
				t.Errorf("%d lines in the log", n)
			}
			if n := w.number(`SELECT count(*) FROM suppressions`); n != 0 {
				t.Errorf("%d readers suppressed", n)
			}
			healed.Store(true)
			w.resume(edition)
			w.until("the rest is sent", func() bool { return w.finished(edition) })
			if got := w.states(edition); got["sent"] != 60 {
				t.Errorf("after resuming: %v", got)
			}
			if n, _ := server.Count(); n != 60 {
				t.Errorf("%d mails for 60 readers", n)
			}
		})
	}
}

// An edition of few readers is held too: the email of a single reader is refused as often
// as those of five readers.
func TestRefusalsOfFewReadersHoldTheEdition(t *testing.T) {
	for n := 1; n < 5; n++ {
		w := newWorld(t)
		w.readers(n, 1)
		edition := w.edition("<p>x</p>")
		server := w.sink(sink.Options{Script: func(stage, _ string) string {
			if stage == sink.MAIL {
				return "550 5.4.5 Daily user sending limit exceeded"
			}
			return ""
		}})
		o := w.options(server.Addr())
		o.Retry = RetryPolicy{Min: 20 * time.Millisecond, Max: 20 * time.Millisecond, GiveUp: 48 * time.Hour}
		w.run(o)
		w.until("the edition is held", func() bool { return w.held(edition) })
		if got := w.states(edition); got["deferred"]+got["queued"]+got["sending"] != n {
			t.Errorf("of %d readers: %v", n, got)
		}
	}
}

// A relay that refuses all emails without a clear reason, or because of the message, fails
// no edition either.
func TestUnclearRefusalsOfAllHoldTheEdition(t *testing.T) {
	for _, reply := range []string{"554 transaction failed", "550 Block 42 of operator X", "550 5.6.0 message contains a virus"} {
		w := newWorld(t)
		w.readers(60, 3)
		edition := w.edition("<p>x</p>")
		server := w.sink(sink.Options{Script: func(stage, _ string) string {
			if stage == sink.Dot {
				return reply
			}
			return ""
		}})
		o := w.options(server.Addr())
		o.Connections = 2
		w.run(o)
		w.until("the edition is held", func() bool { return w.held(edition) })
		w.until("no lease is left", func() bool { return w.number(`SELECT count(*) FROM batches WHERE leased_by IS NOT NULL`) == 0 })
		if got := w.states(edition); got["failed"] > 20 || got["bounced"] > 0 {
			t.Errorf("%s: burnt %v", reply, got)
		}
	}
}

// A single reader whose email is refused repeatedly does not hold the edition.
func TestOneReaderWhoIsRefused(t *testing.T) {
	w := newWorld(t)
	w.readers(8, 1)
	edition := w.edition("<p>x</p>")
	var refused atomic.Int64
	server := w.sink(sink.Options{Script: func(stage, to string) string {
		if stage == sink.RCPT && strings.HasPrefix(to, "reader7@") {
			refused.Add(1)
			return "550 5.7.1 refused by policy"
		}
		return ""
	}})
	o := w.options(server.Addr())
	o.Retry = RetryPolicy{Min: 20 * time.Millisecond, Max: 20 * time.Millisecond, GiveUp: 48 * time.Hour}
	w.run(o)
	w.until("it is refused often", func() bool { return refused.Load() > 10 })
	if got := w.states(edition); got["sent"] != 7 || w.held(edition) {
		t.Errorf("held: %v, %v", w.held(edition), got)
	}
}

// A relay that refuses some emails and accepts others does not hold the edition.
func TestRefusalsThatAreNotInARow(t *testing.T) {
	w := newWorld(t)
	w.readers(40, 1)
	edition := w.edition("<p>x</p>")
	server := w.sink(sink.Options{Script: func(stage, to string) string {
		if stage == sink.RCPT && (strings.HasPrefix(to, "reader7@") || strings.HasPrefix(to, "reader23@")) {
			return "550 5.7.1 refused by policy"
		}
		return ""
	}})
	o := w.options(server.Addr())
	o.Connections = 1
	o.Retry = RetryPolicy{Min: time.Hour, Max: time.Hour, GiveUp: 48 * time.Hour}
	w.run(o)
	w.until("all but two are sent", func() bool { return w.states(edition)["sent"] == 38 })
	w.until("two are deferred", func() bool { return w.states(edition)["deferred"] == 2 })
	if w.held(edition) {
		t.Error("the edition is held")
	}
}

// The next relay gets the emails that the first refuses.
func TestTheNextRelayTakesWhatOneRefuses(t *testing.T) {
	w := newWorld(t)
	w.readers(40, 1)
	edition := w.edition("<p>x</p>")
	refusing := w.sink(sink.Options{Script: func(stage, _ string) string {
		if stage == sink.MAIL {
			return "550 5.4.5 Daily SMTP relay sending limit exceeded for user"
		}
		return ""
	}})
	taking := w.sink(sink.Options{})
	var log lines
	o, second := w.options(refusing.Addr()), w.options(taking.Addr())
	o.Relays = append(o.Relays, second.Relays...)
	o.Log = slog.New(slog.NewTextHandler(&log, nil))
	w.run(o)
	w.until("the edition is sent", func() bool { return w.finished(edition) })
	if got := w.states(edition); got["sent"] != 40 {
		t.Errorf("%v", got)
	}
	if n, _ := taking.Count(); n != 40 {
		t.Errorf("%d mails for 40 readers", n)
	}
	if n, m := log.count("refuses our emails; they wait"), log.count("nothing is sent through it"); n != 1 || m > 1 {
		t.Errorf("%d lines in the log about the first refusal, %d about the brake", n, m)
	}
}

// An unavailable relay is logged once at the beginning and once at the end, and the
// database tells the other processes.
func TestARelayThatIsAway(t *testing.T) {
	w := newWorld(t)
	w.readers(30, 1)
	edition := w.edition("<p>x</p>")
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	l.Close()
	var log lines
	o := w.options(addr)
	o.Log = slog.New(slog.NewTextHandler(&log, nil))
	w.run(o)
	store := deliveries.New(w.db, deliveries.Resend{}, testEvents(), nil)
	var away []deliveries.AwayRelay
	w.until("the relay is known to be away", func() bool {
		away, err = store.Away(w.ctx)
		return err == nil && len(away) == 1
	})
	if away[0].Address != addr || !strings.Contains(away[0].Reason, "refused") || time.Since(away[0].Since) > time.Minute {
		t.Errorf("%+v", away[0])
	}
	server, err := sink.Listen(sink.Options{Address: addr})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	w.until("the edition is sent", func() bool { return w.finished(edition) })
	w.until("the relay is known to be back", func() bool {
		away, err = store.Away(w.ctx)
		return err == nil && len(away) == 0
	})
	if begun, ended := log.count("is unavailable or refuses"), log.count("is available again"); begun != 1 || ended != 1 {
		t.Errorf("%d lines when it began, %d when it ended:\n%s", begun, ended, fmt.Sprint(log.b.String()))
	}
}
