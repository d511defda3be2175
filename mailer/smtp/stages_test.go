package smtp

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"corridor/mailer/sink"
)

// brief are timeouts that a test can wait for, for servers that stop answering. They are long
// enough for a server that answers while other programs keep the machine busy.
var brief = Timeouts{Dial: 2 * time.Second, Command: 2 * time.Second, Block: 2 * time.Second, Dot: 2 * time.Second}

// timeouts are brief for a server that never ends its answer, and else those of RFC 5321.
func timeouts(way string) Timeouts {
	switch way {
	case sink.Stall, sink.Freeze, "two codes":
		return brief
	}
	return Timeouts{}
}

var testMessage = []byte("From: <news@example.org>\r\nTo: <a@example.net>\r\nSubject: x\r\n\r\n.dot\r\n..\r\nend\r\n")

// message is a message to one recipient, ready to be sent.
func message(to string, data []byte) *Message {
	return &Message{From: "news@example.org", To: to, Data: AppendStuffed(nil, data)}
}

func startSink(t testing.TB, o sink.Options) *sink.Server {
	t.Helper()
	s, err := sink.Listen(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

func parseRelay(t testing.TB, url string, o RelayOptions) *Relay {
	t.Helper()
	o.HELO = "test"
	r, err := ParseRelay(url, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func dial(t testing.TB, r *Relay) *Conn {
	t.Helper()
	c, o, err := Dial(t.Context(), r)
	if err != nil {
		t.Fatalf("%v: %+v", err, o)
	}
	t.Cleanup(c.Close)
	return c
}

// once gives this answer at one stage, the first time it is reached.
func once(at, answer string) sink.Script {
	var used atomic.Bool
	return func(stage, _ string) string {
		if stage == at && used.CompareAndSwap(false, true) {
			return answer
		}
		return ""
	}
}

// stageReplies are refusals and their meaning for a recipient, by the stages of a
// transaction. Before the transaction the relay refuses us, and every recipient is
// deferred.
var stageReplies = []struct {
	reply            string
	code             int
	enhanced         string
	mail, rcpt, data Kind
	dot              Kind
	slow             bool
}{
	{"421 4.3.2 shutting down", 421, "4.3.2", Deferred, Deferred, Deferred, Deferred, true},
	{"450 4.2.0 greylisted", 450, "4.2.0", Deferred, Deferred, Deferred, Deferred, false},
	{"451-4.7.1 not\r\n451 4.7.1 now", 451, "4.7.1", Deferred, Deferred, Deferred, Deferred, false},
	{"452 full", 452, "", Deferred, Deferred, Deferred, Deferred, false},
	{"550 5.1.1 no such user", 550, "5.1.1", Deferred, Bounced, Bounced, Bounced, false},
	{"550 no such user", 550, "", Deferred, Bounced, Bounced, Bounced, false},
	{"552 5.2.2 over quota", 552, "5.2.2", Rejected, Rejected, Rejected, Rejected, false},
	{"554 5.7.1 policy", 554, "5.7.1", Deferred, Deferred, Deferred, Deferred, false},
	{"535 5.7.8 who are you", 535, "5.7.8", Deferred, Deferred, Deferred, Deferred, false},
}

func TestEveryReplyAtEveryStage(t *testing.T) {
	secure, authority := testCertificate(t, certificateOptions{})
	for _, tt := range stageReplies {
		for _, stage := range []string{sink.Banner, sink.EHLO, sink.STARTTLS, sink.AUTH} {
			t.Run(stage+" "+tt.reply[:3]+tt.enhanced, func(t *testing.T) {
				server := startSink(t, sink.Options{Script: func(at, _ string) string {
					if at == stage { // also for HELO, which is tried after EHLO
						return tt.reply
					}
					return ""
				}, TLS: secure, Auth: "PLAIN"})
				r := parseRelay(t, "smtp://user:secret@"+server.Addr(), RelayOptions{CAFile: authority})
				_, o, err := Dial(t.Context(), r)
				if err == nil || o.Kind != Deferred || o.Stage != stage || o.Code != tt.code || o.Enhanced != tt.enhanced || o.SlowDown != tt.slow || o.Relay != server.Addr() || o.At.IsZero() {
					t.Errorf("%+v, %v", o, err)
				}
				if strings.Contains(fmt.Sprint(o, err), "secret") {
					t.Errorf("the password is told: %+v, %v", o, err)
				}
			})
		}
		for stage, want := range map[string]Kind{sink.MAIL: tt.mail, sink.RCPT: tt.rcpt, sink.DATA: tt.data, sink.Dot: tt.dot} {
			for _, pipelined := range []bool{true, false} {
				t.Run(fmt.Sprintf("%s %s pipelined=%v", stage, tt.reply[:3]+tt.enhanced, pipelined), func(t *testing.T) {
					server := startSink(t, sink.Options{Script: once(stage, tt.reply), NoPipeline: !pipelined, Keep: true})
					c := dial(t, parseRelay(t, "smtp+insecure://"+server.Addr(), RelayOptions{}))
					o := c.Send(t.Context(), message("a@example.net", testMessage), nil)
					if o.Kind != want || o.Stage != stage || o.Code != tt.code || o.Enhanced != tt.enhanced || o.SlowDown != tt.slow || o.At.IsZero() {
						t.Fatalf("%+v, want %v", o, want)
					}
					if (o.Bytes > 0) != (stage == sink.Dot) {
						t.Errorf("%d bytes went over the wire", o.Bytes)
					}
					if n, _ := server.Count(); n != 0 {
						t.Error("the sink took the message")
					}
					if c.Usable() == tt.slow {
						t.Fatalf("usable: %v", c.Usable())
					}
					if c.Usable() { // both sides agree on the state
						if o := c.Send(t.Context(), message("b@example.net", testMessage), nil); o.Kind != Accepted {
							t.Fatalf("the message after it: %+v", o)
						}
						if got := server.Messages(); len(got) != 1 || got[0].To != "b@example.net" || !bytes.Equal(got[0].Data, testMessage) {
							t.Errorf("the sink has %q", got)
						}
					}
				})
			}
		}
	}
}

func TestCutsStallsAndGarbageAtEveryStage(t *testing.T) {
	t.Parallel()
	secure, authority := testCertificate(t, certificateOptions{})
	ways := map[string]string{
		"cut": sink.Cut, "stall": sink.Stall, "freeze": sink.Freeze, "words": "hello there", "bytes": "\x00\xff\x16\x03", "a wrong code": "999 what",
		"half a code": "25", "one that asks for more": "350 go on", "two codes": "250-one\r\n251 two", "a line without end": strings.Repeat("x", 100_000),
	}
	var all sync.WaitGroup // at once: the silent ones end by their timeouts
	for way, answer := range ways {
		for _, stage := range []string{sink.Banner, sink.EHLO, sink.STARTTLS, sink.AUTH} {
			server := startSink(t, sink.Options{Script: func(at, _ string) string {
				if at == stage {
					return answer
				}
				return ""
			}, TLS: secure, Auth: "PLAIN"})
			r := parseRelay(t, "smtp://user:secret@"+server.Addr(), RelayOptions{CAFile: authority, Timeouts: timeouts(way)})
			all.Go(func() {
				begin := time.Now()
				_, o, err := Dial(t.Context(), r)
				if took := time.Since(begin); err == nil || o.Stage != stage || o.SlowDown || o.Kind != NotSent && o.Kind != Deferred || took > 30*time.Second {
					t.Errorf("%s at %s: %+v, %v, after %v", way, stage, o, err, took)
				}
			})
		}
		for stage, want := range map[string]Kind{sink.MAIL: NotSent, sink.RCPT: NotSent, sink.DATA: NotSent, sink.Dot: Uncertain} {
			for _, pipelined := range []bool{true, false} {
				server := startSink(t, sink.Options{Script: once(stage, answer), NoPipeline: !pipelined})
				r := parseRelay(t, "smtp+insecure://"+server.Addr(), RelayOptions{Timeouts: timeouts(way)})
				all.Go(func() {
					c, o, err := Dial(t.Context(), r)
					if err != nil {
						t.Errorf("%s at %s, pipelined=%v: %+v, %v", way, stage, pipelined, o, err)
						return
					}
					defer c.Close()
					o = c.Send(t.Context(), message("a@example.net", testMessage), nil)
					if o.Kind != want || o.Stage != stage || o.Code != 0 || o.At.IsZero() || c.Usable() {
						t.Errorf("%s at %s, pipelined=%v: %+v, want %v; usable: %v", way, stage, pipelined, o, want, c.Usable())
					}
				})
			}
		}
	}
	all.Wait()
}

func TestTheMessageItself(t *testing.T) {
	t.Parallel()
	big := append(bytes.Clone(testMessage), bytes.Repeat([]byte(strings.Repeat("x", 74)+"\r\n"), 16<<20/76)...) // larger than socket buffers
	for way, want := range map[string]Kind{sink.Cut: NotSent, sink.Freeze: NotSent} {
		t.Run(way, func(t *testing.T) {
			server := startSink(t, sink.Options{Script: once(sink.Body, way)})
			c := dial(t, parseRelay(t, "smtp+insecure://"+server.Addr(), RelayOptions{Timeouts: timeouts(way)}))
			if o := c.Send(t.Context(), message("a@example.net", big), nil); o.Kind != want || c.Usable() {
				t.Errorf("%+v, want %v", o, want)
			}
		})
	}
	t.Run("taken without a word", func(t *testing.T) {
		server := startSink(t, sink.Options{Script: once(sink.Dot, sink.AcceptThenCut)})
		c := dial(t, parseRelay(t, "smtp+insecure://"+server.Addr(), RelayOptions{}))
		o := c.Send(t.Context(), message("a@example.net", testMessage), nil)
		if n, _ := server.Count(); o.Kind != Uncertain || o.Bytes == 0 || n != 1 {
			t.Errorf("%+v; %d taken", o, n)
		}
	})
	t.Run("byte by byte the same", func(t *testing.T) {
		server := startSink(t, sink.Options{Keep: true})
		c := dial(t, parseRelay(t, "smtp+insecure://"+server.Addr(), RelayOptions{}))
		messages := [][]byte{testMessage, []byte(".\r\n"), []byte("\r\n"), []byte(".\r\n.\r\n..\r\n"), big}
		for i, m := range messages {
			if o := c.Send(t.Context(), message("a@example.net", m), nil); o.Kind != Accepted || o.Bytes < len(m) || c.Sent() != i+1 {
				t.Fatalf("%d: %+v", i, o)
			}
		}
		for i, got := range server.Messages() {
			if !bytes.Equal(got.Data, messages[i]) {
				t.Errorf("message %d arrived otherwise", i)
			}
		}
	})
}

// rawServer runs a server written by the test. heard is closed at its end.
func rawServer(t *testing.T, speak func(c *net.TCPConn, r *bufio.Reader)) (addr string, heard chan struct{}) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	heard = make(chan struct{})
	go func() {
		defer close(heard)
		c, err := l.Accept()
		if err != nil {
			return
		}
		defer c.Close()
		speak(c.(*net.TCPConn), bufio.NewReader(c))
	}()
	t.Cleanup(func() { l.Close(); <-heard })
	return l.Addr().String(), heard
}

// hear reads lines up to one with the prefix, and returns them.
func hear(r *bufio.Reader, prefix string) (lines string) {
	for {
		line, err := r.ReadString('\n')
		lines += line
		if err != nil || strings.HasPrefix(line, prefix) {
			return lines
		}
	}
}

// RFC 2920 section 3.1: a server may ask for the message although it refused its only
// recipient. A lone dot ends it without a recipient.
func TestAskedForAMessageWithoutRecipient(t *testing.T) {
	var said string
	addr, heard := rawServer(t, func(c *net.TCPConn, r *bufio.Reader) {
		io.WriteString(c, "220 hi\r\n")
		hear(r, "EHLO")
		io.WriteString(c, "250-hi\r\n250-SIZE 35651584\r\n250 PIPELINING\r\n")
		hear(r, "DATA")
		io.WriteString(c, "250 ok\r\n550 5.1.1 no\r\n354 go on\r\n")
		said += hear(r, ".")
		io.WriteString(c, "554 nobody\r\n")
		said += hear(r, "DATA")
		io.WriteString(c, "250 reset\r\n250 ok\r\n250 ok\r\n354 go on\r\n")
		said += hear(r, ".\r\n")
		io.WriteString(c, "250 taken\r\n")
		hear(r, "QUIT")
	})
	c := dial(t, parseRelay(t, "smtp+insecure://"+addr, RelayOptions{}))
	if o := c.Send(t.Context(), message("a@example.net", testMessage), nil); o.Kind != Bounced || o.Stage != stageRCPT || !c.Usable() {
		t.Fatalf("%+v", o)
	}
	if o := c.Send(t.Context(), message("b@example.net", []byte("x: y\r\n\r\nz\r\n")), nil); o.Kind != Accepted {
		t.Fatalf("%+v", o)
	}
	c.Close()
	<-heard
	want := ".\r\nRSET\r\nMAIL FROM:<news@example.org> SIZE=11\r\nRCPT TO:<b@example.net>\r\nDATA\r\nx: y\r\n\r\nz\r\n.\r\n"
	if said != want {
		t.Errorf("said %q, want %q", said, want)
	}
}

// A lone dot would make an empty message for a recipient that was accepted without a
// sender.
func TestAskedForAMessageWithoutSender(t *testing.T) {
	var got string
	addr, heard := rawServer(t, func(c *net.TCPConn, r *bufio.Reader) {
		io.WriteString(c, "220 hi\r\n")
		hear(r, "EHLO")
		io.WriteString(c, "250-hi\r\n250 PIPELINING\r\n")
		hear(r, "DATA")
		io.WriteString(c, "550 5.7.1 not you\r\n250 ok\r\n354 go on\r\n")
		rest, _ := io.ReadAll(r)
		got = string(rest)
	})
	c := dial(t, parseRelay(t, "smtp+insecure://"+addr, RelayOptions{}))
	o := c.Send(t.Context(), message("a@example.net", testMessage), nil)
	if o.Kind != Deferred || o.Stage != stageMAIL || c.Usable() {
		t.Errorf("%+v", o)
	}
	c.Close()
	<-heard
	if got != "" {
		t.Errorf("the server got %q", got)
	}
}

// A reply before the message cannot be the reply to it.
func TestAnAnswerTooEarly(t *testing.T) {
	var got string
	addr, heard := rawServer(t, func(c *net.TCPConn, r *bufio.Reader) {
		io.WriteString(c, "220 hi\r\n")
		hear(r, "EHLO")
		io.WriteString(c, "250-hi\r\n250 PIPELINING\r\n")
		hear(r, "DATA")
		io.WriteString(c, "250 ok\r\n250 ok\r\n354 go on\r\n250 taken\r\n")
		rest, _ := io.ReadAll(r)
		got = string(rest)
	})
	c := dial(t, parseRelay(t, "smtp+insecure://"+addr, RelayOptions{}))
	o := c.Send(t.Context(), message("a@example.net", testMessage), nil)
	c.Close()
	<-heard
	if o.Kind != NotSent || got != "" {
		t.Errorf("%+v; the server got %q", o, got)
	}
}

func TestLastWordsInsideTheMessage(t *testing.T) {
	t.Parallel()
	done := make(chan struct{})
	addr, _ := rawServer(t, func(c *net.TCPConn, r *bufio.Reader) {
		io.WriteString(c, "220 hi\r\n")
		hear(r, "EHLO")
		io.WriteString(c, "250 hi\r\n")
		for _, command := range []string{"MAIL", "RCPT"} {
			hear(r, command)
			io.WriteString(c, "250 ok\r\n")
		}
		hear(r, "DATA")
		io.WriteString(c, "354 go on\r\n")
		hear(r, "x")
		io.WriteString(c, "552 5.3.4 too big\r\n")
		_ = c.CloseWrite()
		<-done
	})
	t.Cleanup(func() { close(done) })
	c := dial(t, parseRelay(t, "smtp+insecure://"+addr, RelayOptions{Timeouts: brief}))
	o := c.Send(t.Context(), message("a@example.net", bytes.Repeat([]byte("xxxx\r\n"), 4<<20)), nil)
	if o.Kind != Rejected || o.Code != 552 || o.Stage != stageDATA || c.Usable() {
		t.Errorf("%+v", o)
	}
}

func TestAServerThatNeverStops(t *testing.T) {
	for _, line := range []string{"220-and more\r\n", "220-" + strings.Repeat("x", 900)} {
		addr, _ := rawServer(t, func(c *net.TCPConn, _ *bufio.Reader) {
			for {
				if _, err := io.WriteString(c, line); err != nil {
					return
				}
			}
		})
		r := parseRelay(t, "smtp+insecure://"+addr, RelayOptions{Timeouts: Timeouts{Dial: 10 * time.Second}})
		if _, o, err := Dial(t.Context(), r); err == nil || o.Kind != NotSent || len(o.Text) > 3*maxReplyText {
			t.Errorf("%d bytes of text, %v: %.100v", len(o.Text), o.Kind, err)
		}
	}
}

func TestAContextThatEnds(t *testing.T) {
	for stage, want := range map[string]Kind{sink.RCPT: NotSent, sink.Dot: Uncertain} {
		reached := make(chan struct{}, 1)
		server := startSink(t, sink.Options{Script: func(at, _ string) string {
			if at == stage {
				reached <- struct{}{}
				return sink.Stall
			}
			return ""
		}})
		c := dial(t, parseRelay(t, "smtp+insecure://"+server.Addr(), RelayOptions{}))
		ctx, cancel := context.WithCancel(t.Context())
		go func() { <-reached; cancel() }()
		if o := c.Send(ctx, message("a@example.net", testMessage), nil); o.Kind != want || c.Usable() {
			t.Errorf("at %s: %+v", stage, o)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, o, err := Dial(ctx, parseRelay(t, "smtp+insecure://127.0.0.1:1", RelayOptions{})); err == nil || o.Kind != NotSent || o.Stage != stageConnect {
		t.Errorf("%+v, %v", o, err)
	}
}

func TestAddresses(t *testing.T) {
	tests := []struct {
		to    string
		offer []string
		want  Kind
	}{
		{"a@example.net", nil, Accepted},
		{"\"a b\"@example.net", nil, Accepted},
		{"әли@example.net", nil, Rejected},
		{"әли@example.net", []string{"SMTPUTF8"}, Accepted},
		{"a@example.net>\r\nRCPT TO:<b@example.net", nil, Rejected},
		{"a@example.net> NOTIFY=NEVER", nil, Rejected},
		{strings.Repeat("a", 2000) + "@example.net", nil, Rejected},
	}
	for _, tt := range tests {
		server := startSink(t, sink.Options{Offer: tt.offer})
		c := dial(t, parseRelay(t, "smtp+insecure://"+server.Addr(), RelayOptions{}))
		if o := c.Send(t.Context(), message(tt.to, testMessage), nil); o.Kind != tt.want || !c.Usable() {
			t.Errorf("%.50q: %+v", tt.to, o)
		}
	}
}

// A server that reports on deliveries (RFC 3461) is asked for headers only, and told which
// email it reports on.
func TestReportsAreAskedFor(t *testing.T) {
	for extension, want := range map[string]string{
		"DSN":       "MAIL FROM:<b+1.2.ab@example.org> RET=HDRS ENVID=1.2.ab+2Bc+3D@example.org\r\n",
		"DSNS":      "MAIL FROM:<b+1.2.ab@example.org>\r\n",
		"SIZE 9999": "MAIL FROM:<b+1.2.ab@example.org> SIZE=11\r\n",
	} {
		var said string
		addr, heard := rawServer(t, func(c *net.TCPConn, r *bufio.Reader) {
			io.WriteString(c, "220 hi\r\n")
			hear(r, "EHLO")
			io.WriteString(c, "250-hi\r\n250 "+extension+"\r\n")
			said = hear(r, "MAIL")
			io.WriteString(c, "550 5.7.1 no\r\n")
			hear(r, "QUIT")
		})
		c := dial(t, parseRelay(t, "smtp+insecure://"+addr, RelayOptions{}))
		m := message("b@example.net", []byte("x: y\r\n\r\nz\r\n"))
		m.From, m.ID = "b+1.2.ab@example.org", "1.2.ab+c=@example.org"
		c.Send(t.Context(), m, nil)
		c.Close()
		<-heard
		if said != want {
			t.Errorf("%s: said %q, want %q", extension, said, want)
		}
	}
}

func TestXtext(t *testing.T) {
	for text, want := range map[string]string{"": "", "a@b": "a@b", "a+b=c d\r\né": "a+2Bb+3Dc+20d+0D+0A+C3+A9", "~!": "~!"} {
		if got := xtext(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
