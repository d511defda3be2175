package mailer

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"corridor/mailer/deliveries"
	"corridor/mailer/sink"
	"corridor/trouble"

	"github.com/jmoiron/sqlx"
)

// TestEveryReaderEndsInTheStateThatIsTrue sends through a server that behaves differently
// for each tenth of its readers.
func TestEveryReaderEndsInTheStateThatIsTrue(t *testing.T) {
	w := newWorld(t)
	w.readers(300, 3) // ten bounces at each domain are believed
	edition := w.edition("<p>{{corridor:greeting}}</p>")
	var mu sync.Mutex
	tries := map[string]int{}
	digit := func(to string) byte { return to[strings.IndexByte(to, '@')-1] }
	first := func(stage, to string) bool {
		mu.Lock()
		defer mu.Unlock()
		tries[stage+to]++
		return tries[stage+to] == 1
	}
	server := w.sink(sink.Options{Script: func(stage, to string) string {
		if to == "" || !strings.Contains(to, "@") {
			return ""
		}
		switch digit(to) {
		case '1': // greylisted
			if stage == sink.RCPT && first(stage, to) {
				return "451 4.7.1 come back later"
			}
		case '2':
			if stage == sink.RCPT {
				return "550 5.1.1 no such user"
			}
		case '3':
			if stage == sink.Dot {
				return "554 5.6.0 we do not like this"
			}
		case '4':
			if stage == sink.Dot && first(stage, to) {
				return "451 4.3.0 try again"
			}
		case '5':
			if stage == sink.DATA && first(stage, to) {
				return sink.Cut
			}
		case '6':
			if stage == sink.Dot {
				return sink.AcceptThenCut
			}
		case '7':
			if stage == sink.Dot && first(stage, to) {
				return sink.Cut // without a reply: accepted or not?
			}
		case '8':
			if stage == sink.RCPT && first(stage, to) {
				return sink.Cut
			}
		}
		return ""
	}})
	stop := w.run(w.options(server.Addr()))
	w.until("the edition's end", func() bool { return w.finished(edition) })
	stop()
	twice(t, server.Accepted())
	for last, want := range map[byte]string{'0': "sent", '1': "sent", '2': "bounced", '3': "failed", '4': "sent", '5': "sent", '6': "uncertain", '7': "uncertain", '8': "sent", '9': "sent"} {
		var states []string
		if err := w.db.Select(&states, `
			SELECT DISTINCT d.state FROM deliveries d JOIN subscribers s ON s.id = d.subscriber_id WHERE s.email LIKE $1`, fmt.Sprintf("%%%c@%%", last)); err != nil {
			t.Fatal(err)
		}
		if len(states) != 1 || states[0] != want {
			t.Errorf("readers that end in %c are %v, want %s", last, states, want)
		}
	}
	if n := w.number(`SELECT count(*) FROM suppressions WHERE reason = 'hard_bounce'`); n != 30 {
		t.Errorf("%d are suppressed, want the 30 whose mailbox does not exist", n)
	}
	if n := w.number(`SELECT count(*) FROM missed_deliveries`); n != 60 {
		t.Errorf("%d missed deliveries, want those of the 60 that failed or bounced", n)
	}
}

func TestFourTwentyOneSlowsOneDomainOnly(t *testing.T) {
	w := newWorld(t)
	w.readers(400, 2) // d0.example.net, d1.example.net
	edition := w.edition("<p>News</p>")
	var mu sync.Mutex
	refused := 0
	server := w.sink(sink.Options{Script: func(stage, to string) string {
		if stage == sink.RCPT && strings.HasSuffix(to, "@d1.example.net") {
			mu.Lock()
			defer mu.Unlock()
			if refused++; refused <= 2 {
				return "421 4.7.0 too fast"
			}
		}
		return ""
	}})
	o := w.options(server.Addr())
	o.Retry.Min, o.Retry.Max = 2*time.Second, 4*time.Second
	w.run(o)
	w.until("the other domain's end", func() bool {
		return w.number(`SELECT count(*) FROM deliveries d JOIN subscribers s ON s.id = d.subscriber_id WHERE s.domain = 'd0.example.net' AND d.state <> 'sent'`) == 0
	})
	if n := w.number(`SELECT count(*) FROM deliveries d JOIN subscribers s ON s.id = d.subscriber_id WHERE s.domain = 'd1.example.net' AND d.state = 'sent'`); n == 200 {
		t.Error("the domain that answered 421 was not left alone")
	}
	w.until("the edition's end", func() bool { return w.finished(edition) })
	twice(t, server.Accepted())
	if n := len(server.Accepted()); n != 400 {
		t.Errorf("%d got theirs, want 400", n)
	}
}

// The answer 421 to MAIL names no recipient: it is one trouble of the server, and no trouble of
// each receiving domain.
func TestFourTwentyOneAtMAILIsOneTrouble(t *testing.T) {
	w := newWorld(t)
	w.readers(60, 20)
	edition := w.edition("<p>News</p>")
	var healed atomic.Bool
	server := w.sink(sink.Options{Script: func(stage, _ string) string {
		if stage == sink.MAIL && !healed.Load() {
			return "421 4.7.0 Try again later, closing connection"
		}
		return ""
	}})
	o := w.options(server.Addr())
	o.Retry.Min, o.Retry.Max = 50*time.Millisecond, 50*time.Millisecond
	o.Troubles = trouble.New(o.Log)
	w.run(o)
	w.until("refusals for many domains", func() bool {
		return w.number(`SELECT count(*) FROM receiving_domains WHERE quiet_count > 0`) > 5
	})
	healed.Store(true)
	w.until("the edition's end", func() bool { return w.finished(edition) })
	if refusals, domains := o.Troubles.Begun(trouble.Refusals), o.Troubles.Begun(trouble.Domain); refusals != 1 || domains != 0 {
		t.Errorf("%d troubles of the server, %d of domains", refusals, domains)
	}
	twice(t, server.Accepted())
}

// A server that accepts fewer connections gets the emails over those, and pauses no
// recipient domain.
func TestAServerThatTakesFewConnections(t *testing.T) {
	w := newWorld(t)
	w.readers(600, 3)
	edition := w.edition("<p>News</p>")
	var listening atomic.Pointer[sink.Server]
	server := w.sink(sink.Options{Delay: 5 * time.Millisecond, Script: func(stage, _ string) string {
		if s := listening.Load(); stage == sink.Banner && s.Connections() > 3 {
			return "421 4.7.0 too many connections"
		}
		return ""
	}})
	listening.Store(server)
	began := time.Now()
	w.run(w.options(server.Addr()))
	w.until("the edition's end", func() bool { return w.finished(edition) })
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("it took %v", took)
	}
	if n := w.number(`SELECT count(*) FROM receiving_domains WHERE quiet_count > 0`); n != 0 {
		t.Errorf("%d domains are left alone for what they did not say", n)
	}
	if n := w.number(`SELECT count(*) FROM deliveries WHERE attempt > 1`); n > 60 {
		t.Errorf("%d mails were tried more than once", n)
	}
	if accepted := server.Accepted(); len(accepted) != 600 {
		t.Errorf("%d got theirs, want 600", len(accepted))
	} else {
		twice(t, accepted)
	}
}

func TestLimitsOfADomain(t *testing.T) {
	w := newWorld(t)
	w.readers(60, 2)
	w.edition("<p>News</p>")
	server := w.sink(sink.Options{})
	o := w.options(server.Addr())
	o.Limits = deliveries.Limits{"d1.example.net": {Rate: 10, Connections: 1}}
	began := time.Now()
	w.run(o)
	w.until("everybody's mail", func() bool { return w.states(0)["sent"] == 60 })
	if took := time.Since(began); took < 2500*time.Millisecond {
		t.Errorf("30 mails at 10 a second took %v", took)
	}
	twice(t, server.Accepted())
}

// A domain with one email in ten seconds delays no other domain, even if it could use every
// connection, and does not delay a stop.
func TestALimitedDomainHoldsUpNobodyElse(t *testing.T) {
	for _, connections := range []int{0, 1} {
		w := newWorld(t)
		w.readers(400, 2)
		w.edition("<p>News</p>")
		server := w.sink(sink.Options{})
		o := w.options(server.Addr())
		o.Connections, o.MaxConnections = 1, connections
		o.Limits = deliveries.Limits{"d1.example.net": {Rate: 0.1, Connections: 1}}
		began := time.Now()
		stop := w.run(o)
		w.until("the other domain's mail", func() bool { return w.states(0)["sent"] >= 200 })
		if took := time.Since(began); took > 9*time.Second {
			t.Errorf("%d connections over all: it took %v", connections, took)
		}
		began = time.Now()
		stop()
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("%d connections over all: stopping took %v", connections, took)
		}
		if n := w.number(`SELECT count(*) FROM batches WHERE lease_until > now()`); n != 0 {
			t.Errorf("%d connections over all: %d batches were not handed back", connections, n)
		}
		twice(t, server.Accepted())
	}
}

func TestControlBitesAtOnce(t *testing.T) {
	w := newWorld(t)
	w.readers(2000, 1)
	edition := w.edition("<p>News</p>")
	server := w.sink(sink.Options{Delay: 20 * time.Millisecond})
	stop := w.run(w.options(server.Addr()))
	w.until("the first mails", func() bool { return w.states(edition)["sent"] > 50 })
	w.exec(`UPDATE editions SET state = 'paused' WHERE id = $1`, edition)
	w.exec(`SELECT pg_notify('editions', $1::text)`, edition)
	var before int64
	w.until("the pause", func() bool {
		before, _ = server.Count()
		time.Sleep(500 * time.Millisecond)
		after, _ := server.Count()
		return after == before
	})
	if before > 1500 {
		t.Errorf("%d of 2000 mails went out before the pause", before)
	}
	w.exec(`UPDATE editions SET state = 'sending' WHERE id = $1`, edition)
	w.exec(`SELECT pg_notify('mail', '')`)
	w.until("more mails", func() bool { n, _ := server.Count(); return n > before+50 })
	w.exec(`UPDATE subscribers SET state = 'left' WHERE id % 2 = 0`)
	w.until("skipped ones", func() bool { return w.states(edition)["skipped"] > 20 })
	stop()
	if s := w.states(edition); s["sending"] != 0 || s["uncertain"] != 0 {
		t.Errorf("after a clean stop: %v", s)
	}
	twice(t, server.Accepted())
}

func TestSinglesPassTheDigest(t *testing.T) {
	w := newWorld(t)
	w.readers(3000, 1)
	w.edition("<p>News</p>")
	server := w.sink(sink.Options{Delay: 10 * time.Millisecond, Keep: true})
	w.run(w.options(server.Addr()))
	w.until("the digest under way", func() bool { return w.states(0)["sent"] > 20 })
	if err := PostTx(w.ctx, w.db, "confirmation", "newcomer@example.net", []byte("Subject: Hello\r\n\r\n.\r\n.. dots\r\n"), time.Now()); err != nil {
		t.Fatal(err)
	}
	w.until("the confirmation", func() bool { return server.Accepted()["newcomer@example.net"] == 1 })
	if n, _ := server.Count(); n > 1500 {
		t.Errorf("%d of 3000 mails of the digest went first", n)
	}
	for _, m := range server.Messages() {
		if m.To == "newcomer@example.net" && string(m.Data) != "Subject: Hello\r\n\r\n.\r\n.. dots\r\n" {
			t.Errorf("it arrived as %q", m.Data)
		}
	}
}

func TestSeveralSendersShareTheWork(t *testing.T) {
	w := newWorld(t)
	w.readers(3000, 5)
	edition := w.edition("<p>{{corridor:why}}</p>")
	server := w.sink(sink.Options{Delay: time.Millisecond})
	var stops []func()
	for range 4 {
		stops = append(stops, w.run(w.options(server.Addr())))
	}
	w.until("some", func() bool { return w.states(edition)["sent"] > 100 })
	stops[0]() // one stops in the middle
	w.until("the edition's end", func() bool { return w.finished(edition) })
	for _, stop := range stops {
		stop()
	}
	twice(t, server.Accepted())
	if n := len(server.Accepted()); n != 3000 {
		t.Errorf("%d got theirs, want 3000; states %v", n, w.states(edition))
	}
}

func TestTheRelayGoesAwayAndComesBack(t *testing.T) {
	w := newWorld(t)
	w.readers(1500, 1)
	edition := w.edition("<p>News</p>")
	server, err := sink.Listen(sink.Options{Delay: 2 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	addr := server.Addr()
	stop := w.run(w.options(addr))
	w.until("some", func() bool { return w.states(edition)["sent"] > 100 })
	server.Close()
	first := server.Accepted()
	again := w.sink(sink.Options{Address: addr})
	w.until("the edition's end", func() bool { return w.finished(edition) })
	stop()
	all := again.Accepted()
	for to, n := range first {
		all[to] += n
	}
	twice(t, all)
	if missing := 1500 - len(all); missing > w.states(edition)["uncertain"] {
		t.Errorf("%d got none, but only %v are uncertain", missing, w.states(edition))
	}
}

func TestOverdueEditionsAreHeld(t *testing.T) {
	w := newWorld(t)
	w.readers(10, 1)
	edition := w.edition("<p>Old news</p>")
	w.exec(`UPDATE batches SET due_at = now() - interval '25 hours'`)
	server := w.sink(sink.Options{})
	o := w.options(server.Addr())
	o.Grace = 24 * time.Hour
	w.run(o)
	w.until("the edition being held", func() bool {
		return w.number(`SELECT count(*) FROM editions WHERE id = $1 AND state = 'held' AND reason LIKE 'overdue%'`, edition) == 1
	})
	if n, _ := server.Count(); n != 0 {
		t.Errorf("%d went out all the same", n)
	}
}

// An overdue edition that staff release is sent.
func TestWhatIsExcusedIsNotOverdue(t *testing.T) {
	w := newWorld(t)
	w.readers(10, 1)
	edition := w.edition("<p>Old news</p>")
	w.exec(`UPDATE batches SET due_at = now() - interval '25 hours'`)
	if err := w.db.InTx(w.ctx, func(tx *sqlx.Tx) error { return deliveries.ExcuseTx(w.ctx, tx, edition, time.Time{}, time.Now()) }); err != nil {
		t.Fatal(err)
	}
	server := w.sink(sink.Options{})
	o := w.options(server.Addr())
	o.Grace = 24 * time.Hour
	w.run(o)
	w.until("the edition's end", func() bool { return w.finished(edition) })
	if n, _ := server.Count(); n != 10 {
		t.Errorf("%d went out, want 10", n)
	}
}

func TestNextRetry(t *testing.T) {
	p := RetryPolicy{Min: time.Minute, Max: 4 * time.Hour, GiveUp: 48 * time.Hour}
	first := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		attempt int
		after   time.Duration
		jitter  float64
		want    time.Duration // from now; 0: failed
	}{
		{1, 0, 0.5, time.Minute},
		{1, 0, 0, 45 * time.Second},
		{1, 0, 1, 75 * time.Second},
		{4, time.Hour, 0.5, 8 * time.Minute},
		{20, 10 * time.Hour, 0.5, 4 * time.Hour},
		{20, 47 * time.Hour, 0.5, time.Hour}, // a last attempt at the end
		{20, 48 * time.Hour, 0.5, 0},
	} {
		now := first.Add(c.after)
		at, ok := p.NextRetry(c.attempt, first, now, c.jitter)
		if ok != (c.want != 0) || ok && at.Sub(now) != c.want {
			t.Errorf("attempt %d after %v: %v %v, want %v", c.attempt, c.after, at.Sub(now), ok, c.want)
		}
	}
}
