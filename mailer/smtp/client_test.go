package smtp

import (
	"log/slog"
	"net"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"corridor/mailer/sink"
	"corridor/trouble"
)

func newTestClient(t *testing.T, messages int, age time.Duration, addresses ...string) *Client {
	t.Helper()
	var list []*Relay
	for _, a := range addresses {
		list = append(list, parseRelay(t, "smtp+insecure://"+a, RelayOptions{Timeouts: brief}))
	}
	c := NewClient(NewRelays(list, trouble.New(slog.New(slog.DiscardHandler))), ClientOptions{MessagesPerConn: messages, MaxAge: age})
	t.Cleanup(c.Close)
	return c
}

func (c *Client) put(t *testing.T, to string) (Outcome, bool) {
	t.Helper()
	return c.Send(t.Context(), t.Context(), message(to, testMessage), nil)
}

// A server may close an idle connection. The next message notices it, and is sent once over
// a new connection.
func TestAnIdleConnectionThatWasClosed(t *testing.T) {
	server := startSink(t, sink.Options{})
	client := newTestClient(t, 100, time.Hour, server.Addr())
	if o, ok := client.put(t, "a@example.net"); !ok || o.Kind != Accepted {
		t.Fatalf("%+v", o)
	}
	server.Close()
	again := startSink(t, sink.Options{Address: server.Addr()})
	o, ok := client.put(t, "b@example.net")
	if n, _ := again.Count(); !ok || o.Kind != Accepted || n != 1 {
		t.Errorf("%+v; %d messages", o, n)
	}

	var said atomic.Bool // "421 idle too long" concerns the connection, not the domain
	polite := startSink(t, sink.Options{Script: func(stage, _ string) string {
		if stage == sink.MAIL && said.CompareAndSwap(true, false) {
			return "421 4.4.2 idle too long"
		}
		return ""
	}})
	client = newTestClient(t, 100, time.Hour, polite.Addr())
	for i, to := range []string{"a@example.net", "b@example.net"} {
		said.Store(i == 1)
		if o, ok := client.put(t, to); !ok || o.Kind != Accepted {
			t.Errorf("%+v", o)
		}
	}
}

// A message that may have arrived is not sent again over a new connection.
func TestAnUncertainMessageIsNotRepeated(t *testing.T) {
	var cut atomic.Bool
	server := startSink(t, sink.Options{Script: func(stage, _ string) string {
		if stage == sink.Dot && cut.Load() {
			return sink.AcceptThenCut
		}
		return ""
	}})
	client := newTestClient(t, 100, time.Hour, server.Addr())
	client.put(t, "a@example.net")
	cut.Store(true)
	if o, ok := client.put(t, "b@example.net"); !ok || o.Kind != Uncertain {
		t.Errorf("%+v", o)
	}
	if n := server.Accepted()["b@example.net"]; n != 1 {
		t.Errorf("b got %d", n)
	}
	cut.Store(false)
	if o, ok := client.put(t, "c@example.net"); !ok || o.Kind != Accepted {
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
		client := newTestClient(t, tt.most, tt.longest, server.Addr())
		for range 10 {
			if o, ok := client.put(t, "a@example.net"); !ok || o.Kind != Accepted {
				t.Fatalf("%+v", o)
			}
		}
		if got := banners.Load(); got != tt.want {
			t.Errorf("%d messages, %v: %d connections, want %d", tt.most, tt.longest, got, tt.want)
		}
	}
}

func TestFailover(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0") // a port without a listener
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
	several := newTestClient(t, 100, time.Hour, nobody, refusing.Addr(), good.Addr())
	if o, ok := several.put(t, "a@example.net"); !ok || o.Kind != Accepted || o.Relay != good.Addr() {
		t.Errorf("%+v", o)
	}
	if order := several.relays.order(time.Now(), false); len(order) != 1 || order[0] != 2 {
		t.Errorf("those that are down are tried again at once: %v", order)
	}
	if order := several.relays.order(time.Now().Add(lastPause), false); len(order) != 3 || order[0] != 0 {
		t.Errorf("those that were down are not tried again: %v", order)
	}

	lost := newTestClient(t, 100, time.Hour, nobody, refusing.Addr())
	o, ok := lost.put(t, "a@example.net")
	if ok || o.Kind != Deferred || o.Code != 554 || o.Relay != refusing.Addr() {
		t.Errorf("%+v", o)
	}
	if wait := lost.relays.Pause(time.Now()); wait <= 0 || wait > firstPause {
		t.Errorf("all are left alone for %v", wait)
	}
}

// A server gets the announced message or no message.
func TestAnnouncedMails(t *testing.T) {
	server := startSink(t, sink.Options{Keep: true, Script: func(stage, to string) string {
		if stage == sink.RCPT && to == "gone@example.net" {
			return "550 5.1.1 no such user"
		}
		return ""
	}})
	client := newTestClient(t, 100, time.Hour, server.Addr())
	mails := map[string]*Message{}
	for _, to := range []string{"a", "b", "gone", "c", "d", "e"} {
		mails[to] = message(to+"@example.net", []byte("To: "+to+"\r\n\r\nThe news.\r\n"))
	}
	for _, step := range []struct {
		now, next string
		want      Kind
	}{
		{"a", "b", Accepted},
		{"b", "gone", Accepted},
		{"gone", "c", Bounced}, // refused before it was sent: c was not announced
		{"c", "d", Accepted},
		{"e", "", Accepted}, // not d: over another connection
		{"d", "", Accepted},
	} {
		o, ok := client.Send(t.Context(), t.Context(), mails[step.now], mails[step.next])
		if !ok || o.Kind != step.want {
			t.Errorf("%s: %+v", step.now, o)
		}
	}
	client.Close()
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

// An announced message that may no longer be sent is not delivered, not even empty.
func TestAnnouncedAndGivenUp(t *testing.T) {
	server := startSink(t, sink.Options{})
	client := newTestClient(t, 100, time.Hour, server.Addr())
	m := message("a@example.net", testMessage)
	next := message("b@example.net", testMessage)
	if o, ok := client.Send(t.Context(), t.Context(), m, next); !ok || o.Kind != Accepted {
		t.Fatalf("%+v", o)
	}
	if !client.conn.committed() {
		t.Fatal("the next mail was not announced")
	}
	client.Close()
	server.Close() // waits until the connection is closed
	if got := server.Accepted(); len(got) != 1 || got["a@example.net"] != 1 {
		t.Errorf("delivered to %v", got)
	}
}
