package smtp

import (
	"context"
	"testing"

	"corridor/mailer/sink"
)

// A server that was asked takes the next message over the same connection.
func TestTryTakesTheMessageBack(t *testing.T) {
	for _, noPipeline := range []bool{false, true} {
		server := startSink(t, sink.Options{NoPipeline: noPipeline, Offer: []string{"SIZE 1000000", "DSN"}, Script: func(stage, to string) string {
			if stage == sink.RCPT && to == "gone@example.net" {
				return "550 5.1.1 no such user"
			}
			return ""
		}})
		conn := dial(t, parseRelay(t, "smtp+insecure://"+server.Addr(), RelayOptions{}))
		for _, test := range []struct {
			to   string
			want Kind
			code int
		}{{"a@example.net", Accepted, 250}, {"gone@example.net", Bounced, 550}, {"ü@example.net", Rejected, 0}, {"a@example.net", Accepted, 250}} {
			if o := conn.Try(t.Context(), "news@example.org", test.to); o.Kind != test.want || o.Code != test.code || o.Stage != "RCPT" {
				t.Errorf("%s: %+v, want %v", test.to, o, test.want)
			}
		}
		if n, _ := server.Count(); n != 0 {
			t.Errorf("%d messages were sent", n)
		}
		if o := conn.Send(t.Context(), message("a@example.net", testMessage), nil); o.Kind != Accepted {
			t.Errorf("the message after it: %+v", o)
		}
	}
}

func TestTryEndsWithItsContextAndWithTheConnection(t *testing.T) {
	server := startSink(t, sink.Options{Script: func(stage, to string) string {
		switch to {
		case "stall@example.net":
			return sink.Stall
		case "cut@example.net":
			return sink.Cut
		case "odd@example.net":
			return "354 go on"
		}
		return ""
	}})
	r := parseRelay(t, "smtp+insecure://"+server.Addr(), RelayOptions{})
	for _, to := range []string{"stall@example.net", "cut@example.net", "odd@example.net"} {
		ctx, cancel := context.WithCancel(t.Context())
		if to == "stall@example.net" {
			cancel()
		}
		conn := dial(t, r)
		if o := conn.Try(ctx, "news@example.org", to); o.Kind != NotSent || conn.Usable() {
			t.Errorf("%s: %+v, usable %v", to, o, conn.Usable())
		}
		cancel()
	}
}
