package mailer

import (
	"log/slog"
	"net"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"corridor/mailer/sink"
)

func newTestLine(t *testing.T, most int, longest time.Duration, addresses ...string) *line {
	t.Helper()
	var list []*Relay
	for _, a := range addresses {
		list = append(list, parseRelay(t, "smtp+insecure://"+a, RelayOptions{Timeouts: brief}))
	}
	l := &line{relays: newRelays(list, slog.New(slog.DiscardHandler)), from: "news@example.org", most: most, longest: longest}
	t.Cleanup(l.hangUp)
	return l
}

func (l *line) put(t *testing.T, to string) (Outcome, bool) {
	t.Helper()
	return l.send(t.Context(), t.Context(), &mailing{l.from, to, appendStuffed(nil, testMessage)}, nil)
}

// A server may end a connection that idles. That is noticed by the next message, which
// goes over a new one, once.
func TestAnIdleConnectionThatWasClosed(t *testing.T) {
	server := startSink(t, sink.Options{})
	l := newTestLine(t, 100, time.Hour, server.Addr())
	if o, ok := l.put(t, "a@example.net"); !ok || o.Kind != Accepted {
		t.Fatalf("%+v", o)
	}
	server.Close()
	again := startSink(t, sink.Options{Address: server.Addr()})
	o, ok := l.put(t, "b@example.net")
	if n, _ := again.Count(); !ok || o.Kind != Accepted || n != 1 {
		t.Errorf("%+v; %d messages", o, n)
	}

	var said atomic.Bool // "421 idle too long" is a goodbye to the connection, not to the domain
	polite := startSink(t, sink.Options{Script: func(stage, _ string) string {
		if stage == sink.MAIL && said.CompareAndSwap(true, false) {
			return "421 4.4.2 idle too long"
		}
		return ""
	}})
	l = newTestLine(t, 100, time.Hour, polite.Addr())
	for i, to := range []string{"a@example.net", "b@example.net"} {
		said.Store(i == 1)
		if o, ok := l.put(t, to); !ok || o.Kind != Accepted {
			t.Errorf("%+v", o)
		}
	}
}

// What may have arrived is not sent again over a new connection.
func TestAnUncertainMessageIsNotRepeated(t *testing.T) {
	var cut atomic.Bool
	server := startSink(t, sink.Options{Script: func(stage, _ string) string {
		if stage == sink.Dot && cut.Load() {
			return sink.AcceptThenCut
		}
		return ""
	}})
	l := newTestLine(t, 100, time.Hour, server.Addr())
	l.put(t, "a@example.net")
	cut.Store(true)
	if o, ok := l.put(t, "b@example.net"); !ok || o.Kind != Uncertain {
		t.Errorf("%+v", o)
	}
	if n := server.Accepted()["b@example.net"]; n != 1 {
		t.Errorf("b got %d", n)
	}
	cut.Store(false)
	if o, ok := l.put(t, "c@example.net"); !ok || o.Kind != Accepted {
		t.Errorf("the next one: %+v", o)
	}
}

func TestConnectionsAreReplaced(t *testing.T) {
	var banners atomic.Int64
	server := startSink(t, sink.Options{Script: func(stage, _ string) string {
		if stage == sink.Banner {
			banners.Add(1)
		}
		return ""
	}})
	for _, tt := range []struct {
		most    int
		longest time.Duration
		want    int64
	}{{100, time.Hour, 1}, {3, time.Hour, 4}, {100, time.Nanosecond, 10}} {
		banners.Store(0)
		l := newTestLine(t, tt.most, tt.longest, server.Addr())
		for range 10 {
			if o, ok := l.put(t, "a@example.net"); !ok || o.Kind != Accepted {
				t.Fatalf("%+v", o)
			}
		}
		if got := banners.Load(); got != tt.want {
			t.Errorf("%d messages, %v: %d connections, want %d", tt.most, tt.longest, got, tt.want)
		}
	}
}

func TestFailover(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0") // a port where nobody listens
	if err != nil {
		t.Fatal(err)
	}
	nobody := l.Addr().String()
	l.Close()
	refusing := startSink(t, sink.Options{Script: func(stage, _ string) string {
		if stage == sink.Banner {
			return "554 no service"
		}
		return ""
	}})
	good := startSink(t, sink.Options{})
	way := newTestLine(t, 100, time.Hour, nobody, refusing.Addr(), good.Addr())
	if o, ok := way.put(t, "a@example.net"); !ok || o.Kind != Accepted || o.Relay != good.Addr() {
		t.Errorf("%+v", o)
	}
	if order := way.relays.order(time.Now()); len(order) != 1 || order[0] != 2 {
		t.Errorf("those that are down are tried again at once: %v", order)
	}
	if order := way.relays.order(time.Now().Add(lastPause)); len(order) != 3 || order[0] != 0 {
		t.Errorf("those that were down are not tried again: %v", order)
	}

	lost := newTestLine(t, 100, time.Hour, nobody, refusing.Addr())
	o, ok := lost.put(t, "a@example.net")
	if ok || o.Kind != Deferred || o.Code != 554 || o.Relay != refusing.Addr() {
		t.Errorf("%+v", o)
	}
	if wait := lost.relays.pause(time.Now()); wait <= 0 || wait > firstPause {
		t.Errorf("all are left alone for %v", wait)
	}
}

// Mails of the outbox were not made by us alone: a line of theirs may be a dot.
func TestDotsInMailsOfTheOutbox(t *testing.T) {
	w := newWorld(t)
	server := w.sink(sink.Options{Keep: true})
	w.run(w.options(server.Addr()))
	message := []byte("From: <news@example.org>\r\nSubject: dots\r\n\r\n.\r\n..\r\n.hidden\r\nRSET\r\n.\r\nno end")
	if err := PostTx(w.ctx, w.db, "test", "a@example.net", message, time.Now()); err != nil {
		t.Fatal(err)
	}
	w.until("the mail", func() bool { return len(server.Messages()) == 1 })
	if got := server.Messages()[0].Data; string(got) != string(message)+"\r\n" {
		t.Errorf("%q arrived", got)
	}
}

// A server that was told of a mail gets that one or none.
func TestAnnouncedMails(t *testing.T) {
	server := startSink(t, sink.Options{Keep: true, Script: func(stage, to string) string {
		if stage == sink.RCPT && to == "gone@example.net" {
			return "550 5.1.1 no such user"
		}
		return ""
	}})
	l := newTestLine(t, 100, time.Hour, server.Addr())
	mails := map[string]*mailing{}
	for _, to := range []string{"a", "b", "gone", "c", "d", "e"} {
		mails[to] = &mailing{l.from, to + "@example.net", appendStuffed(nil, []byte("To: "+to+"\r\n\r\nThe news.\r\n"))}
	}
	for _, step := range []struct {
		now, next string
		want      Kind
	}{
		{"a", "b", Accepted},
		{"b", "gone", Accepted},
		{"gone", "c", Bounced}, // refused before it travelled: c was not announced
		{"c", "d", Accepted},
		{"e", "", Accepted}, // not d: over another connection
		{"d", "", Accepted},
	} {
		o, ok := l.send(t.Context(), t.Context(), mails[step.now], mails[step.next])
		if !ok || o.Kind != step.want {
			t.Errorf("%s: %+v", step.now, o)
		}
	}
	l.hangUp()
	var got []string
	for _, m := range server.Messages() {
		if string(m.Data[4:5])+"@example.net" != m.To {
			t.Errorf("%s got %q", m.To, m.Data)
		}
		got = append(got, m.To)
	}
	if want := []string{"a@example.net", "b@example.net", "c@example.net", "e@example.net", "d@example.net"}; !slices.Equal(got, want) {
		t.Errorf("delivered to %v", got)
	}
}

// What was announced and may not go any more is not delivered, not even empty.
func TestAnnouncedAndGivenUp(t *testing.T) {
	server := startSink(t, sink.Options{})
	l := newTestLine(t, 100, time.Hour, server.Addr())
	m := &mailing{l.from, "a@example.net", appendStuffed(nil, testMessage)}
	next := &mailing{l.from, "b@example.net", appendStuffed(nil, testMessage)}
	if o, ok := l.send(t.Context(), t.Context(), m, next); !ok || o.Kind != Accepted {
		t.Fatalf("%+v", o)
	}
	if !l.conn.committed() {
		t.Fatal("the next mail was not announced")
	}
	l.hangUp()
	server.Close() // waits until the connection is over
	if got := server.Accepted(); len(got) != 1 || got["a@example.net"] != 1 {
		t.Errorf("delivered to %v", got)
	}
}
