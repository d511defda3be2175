package mailer

import (
	"log/slog"
	"sync/atomic"
	"testing"
	"time"

	"corridor/mailer/deliveries"
	"corridor/mailer/sink"
)

// All processes together stay within the number of connections, and close them when idle.
func TestConnectionsOverAllProcesses(t *testing.T) {
	w := newWorld(t)
	w.readers(2000, 1) // eight batches
	edition := w.edition("<p>News</p>")
	server := w.sink(sink.Options{Delay: 5 * time.Millisecond})
	o := w.options(server.Addr())
	o.MaxConnections = 3
	w.run(o)
	w.run(o)
	most := int64(0)
	w.until("the edition's end", func() bool {
		most = max(most, w.number(`SELECT count(*) FROM batches WHERE due_at IS NOT NULL AND lease_until > now()`))
		return w.finished(edition)
	})
	if most > 3 {
		t.Errorf("%d batches went out at once, want 3 at most", most)
	}
	twice(t, server.Accepted())
	w.until("no idle connection", func() bool { return server.Connections() == 0 })
}

// Single messages do not wait for limits, but count against them.
func TestSinglesCountAgainstTheRate(t *testing.T) {
	w := newWorld(t)
	server := w.sink(sink.Options{})
	o := w.options(server.Addr())
	o.Rate = 0.5
	o.Limits = deliveries.Limits{"example.net": {Rate: 0.1}}
	w.run(o)
	post := func(to string) {
		t.Helper()
		if err := PostTx(w.ctx, w.db, "confirmation", to, []byte("Subject: Hello\r\n\r\nHello\r\n"), time.Now()); err != nil {
			t.Fatal(err)
		}
	}
	for range 10 {
		post("newcomer@example.net")
	}
	began := time.Now()
	w.until("the single messages", func() bool { n, _ := server.Count(); return n == 10 })
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("they took %v", took)
	}
	for key, least := range map[string]float64{"relay " + server.Addr(): 10, "example.net": 60} {
		w.until("the clock of "+key, func() bool {
			return w.number(`SELECT count(*) FROM receiving_domains WHERE domain = $1 AND next_at > $2::timestamptz + $3::float8 * interval '1 second'`, key, began, least) == 1
		})
	}
}

// The pause of a domain has one line when it begins, however often the domain answers so, and
// one when the domain accepts an email.
func TestASingleThatIsAnswered421SlowsItsDomain(t *testing.T) {
	w := newWorld(t)
	var answered atomic.Int32
	server := w.sink(sink.Options{Script: func(stage, _ string) string {
		if stage == sink.RCPT && answered.Add(1) <= 3 {
			return "421 4.7.0 too fast"
		}
		return ""
	}})
	o := w.options(server.Addr())
	var log lines
	o.Log = slog.New(slog.NewTextHandler(&log, nil))
	w.run(o)
	if err := PostTx(w.ctx, w.db, "confirmation", "newcomer@Example.net", []byte("Subject: Hello\r\n\r\nHello\r\n"), time.Now()); err != nil {
		t.Fatal(err)
	}
	w.until("the domain being left alone", func() bool {
		return w.number(`SELECT count(*) FROM receiving_domains WHERE domain = 'example.net' AND quiet_count > 0`) == 1
	})
	w.until("the line of its end", func() bool { return log.count("trouble=domain domain=example.net lasted=") == 1 })
	if n := log.count(`trouble=domain domain=example.net reason="421 4.7.0 too fast"`); n != 1 {
		t.Errorf("%d lines at the beginning", n)
	}
}

// The rate of a relay applies to all senders together, for any number of connections.
func TestTheRateHoldsForAllSendersTogether(t *testing.T) {
	w := newWorld(t)
	w.readers(80, 7)
	w.edition("<p>News</p>")
	server := w.sink(sink.Options{})
	o := w.options(server.Addr())
	o.Rate = 40
	began := time.Now()
	w.run(o)
	w.run(o)
	w.until("everybody's mail", func() bool { return w.states(0)["sent"] == 80 })
	if took := time.Since(began); took < 1800*time.Millisecond {
		t.Errorf("80 mails at 40 a second took %v", took)
	}
	twice(t, server.Accepted())
}
