package receiver

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"corridor/bounces"
	"corridor/editions"
	"corridor/mailer"
	"corridor/mailer/deliveries"
	"corridor/mailer/mailertest"
	"corridor/mailer/message"
	"corridor/subscribers"
	"corridor/trouble"

	"github.com/emersion/go-smtp"
)

// world is a receiver, and a database with an edition that was sent to two readers.
type world struct {
	*mailertest.World
	t       testing.TB
	ids     *message.IDs
	edition int64
	address string
	stop    func()
}

func newWorld(t testing.TB, address string) *world {
	t.Helper()
	w := &world{World: mailertest.NewWorld(t, mailertest.Protocol{EnqueueTx: deliveries.EnqueueTx, ReadyTx: deliveries.ReadyTx}), t: t}
	w.Readers(2, 1)
	w.edition = w.Edition("<p>x</p>")
	w.Exec(`UPDATE deliveries SET state = 'sent', attempt = 1, first_at = now(), last_at = now()`)
	var err error
	if w.ids, err = mailer.LoadMessageIDs(t.Context(), w.DB, "example.org", message.ReturnAddresses{Domain: "b.example.org"}); err != nil {
		t.Fatal(err)
	}
	store := deliveries.New(w.DB, deliveries.Resend{}, editions.Events(), nil)
	t.Cleanup(store.Close)
	readers := subscribers.NewStore(w.DB, subscribers.NewRules(nil, nil, "UTC"), editions.ReaderEvents())
	log := slog.New(slog.NewTextHandler(t.Output(), nil))
	server := New(Options{Desk: bounces.NewDesk(w.DB, w.ids, store, readers, nil), Name: "b.example.org", Feedback: "fbl@example.org", Log: log, Troubles: trouble.New(log)})
	l, err := Listen(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	w.address = l.Addr().Network() + ":" + l.Addr().String()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- server.Run(ctx, l) }()
	stopped := false
	w.stop = func() {
		if stopped {
			return
		}
		stopped = true
		cancel()
		if err := <-done; err != nil {
			t.Errorf("the receiver ended with %v", err)
		}
	}
	t.Cleanup(w.stop)
	return w
}

func (w *world) marks(email string) message.Marks {
	w.t.Helper()
	return w.ids.Marks(w.edition, w.Number(`SELECT id FROM subscribers WHERE email = $1`, email))
}

// states lists the states of the deliveries and the suppressed addresses.
func (w *world) states() (s string) {
	w.t.Helper()
	if err := w.DB.Get(&s, `
		SELECT concat_ws(' ', (SELECT string_agg(state, ' ' ORDER BY subscriber_id) FROM deliveries), (SELECT string_agg(email, ' ' ORDER BY email) FROM suppressions),
			(SELECT string_agg('left:' || email, ' ' ORDER BY email) FROM subscribers WHERE state = 'left'))`); err != nil {
		w.t.Fatal(err)
	}
	return s
}

func (w *world) dial() net.Conn {
	w.t.Helper()
	network, address, _ := strings.Cut(w.address, ":")
	c, err := net.Dial(network, address)
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { c.Close() })
	if err := c.SetDeadline(time.Now().Add(time.Minute)); err != nil {
		w.t.Fatal(err)
	}
	return c
}

// talk sends lines at once and returns everything that the receiver says, with the ends of
// lines as a bar.
func (w *world) talk(lines ...string) string {
	w.t.Helper()
	c := w.dial()
	if _, err := io.WriteString(c, strings.Join(append(lines, "QUIT", ""), "\r\n")); err != nil {
		w.t.Fatal(err)
	}
	said, err := io.ReadAll(c)
	if err != nil {
		w.t.Fatalf("%q, %v", said, err)
	}
	return strings.ReplaceAll(string(said), "\r\n", "|")
}

// gone is a delivery report about an email.
func gone(m message.Marks, address string) string {
	return "From: MAILER-DAEMON@mx.example.net\r\nTo: " + m.Bounce + "\r\nSubject: Undelivered\r\nContent-Type: multipart/report; boundary=x\r\n\r\n" +
		"--x\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.net\r\n\r\n" +
		"Final-Recipient: rfc822; " + address + "\r\nAction: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1 User unknown\r\n\r\n--x--\r\n"
}

// One address speaks LMTP and SMTP, also over a unix socket, with and without pipelining.
func TestProtocols(t *testing.T) {
	for _, address := range []string{"127.0.0.1:0", "unix:" + filepath.Join(t.TempDir(), "lmtp")} {
		for _, protocol := range []string{"smtp", "lmtp"} {
			t.Run(protocol+" "+address[:4], func(t *testing.T) {
				w := newWorld(t, address)
				a, b := w.marks("reader1@example.net"), w.marks("reader2@example.net")
				network, path, _ := strings.Cut(w.address, ":")
				raw, err := net.Dial(network, path)
				if err != nil {
					t.Fatal(err)
				}
				client := smtp.NewClient(raw)
				if protocol == "lmtp" {
					client = smtp.NewClientLMTP(raw)
				}
				defer client.Close()
				if err := client.Hello("mx.example.net"); err != nil {
					t.Fatal(err)
				}
				if ok, size := client.Extension("SIZE"); !ok || size != fmt.Sprint(maxSize) {
					t.Errorf("SIZE is %v %s", ok, size)
				}
				send := func(text string, to ...string) error {
					if err := client.Mail("", nil); err != nil {
						return err
					}
					for _, r := range to {
						if err := client.Rcpt(r, nil); err != nil {
							return err
						}
					}
					d, err := client.Data()
					if err == nil {
						_, _ = io.WriteString(d, text)
						err = d.Close()
					}
					return err
				}
				if err := send(gone(a, "reader1@example.net"), a.Bounce); err != nil || w.states() != "bounced sent reader1@example.net" {
					t.Errorf("%v, %s", err, w.states())
				}
				leave := "From: reader2@example.net\r\nTo: " + b.Leave + "\r\nSubject: unsubscribe\r\n\r\n.\r\n"
				if err := send(leave, b.Leave, b.Leave, a.Bounce); err != nil || w.states() != "bounced sent reader1@example.net left:reader2@example.net" {
					t.Errorf("%v, %s", err, w.states())
				}
				if err := client.Quit(); err != nil {
					t.Error(err)
				}
				w.stop()
			})
		}
	}
}

// Recipients that belong to no email of ours are refused.
func TestRecipientsThatAreRefused(t *testing.T) {
	w := newWorld(t, "127.0.0.1:0")
	a := w.marks("reader1@example.net")
	forged := strings.Replace(a.Bounce, ".", ".9", 1)
	for to, want := range map[string]string{
		a.Bounce: "250 2.0.0", strings.ToUpper(a.Bounce): "250 2.0.0", a.Leave: "250 2.0.0", "fbl@example.org": "250 2.0.0",
		forged: "550 5.1.1", "u" + a.Bounce[1:]: "550 5.1.1", "postmaster@b.example.org": "550 5.1.1", "somebody@elsewhere.example": "550 5.1.1",
		w.ids.Marks(99, 1).Bounce: "550 5.1.1", w.ids.Marks(0, 1).Bounce: "550 5.1.1", w.ids.Marks(1, 99).Leave: "550 5.1.1",
		"postmaster": "501", "é@b.example.org": "550 5.1.1", strings.Repeat("x", 5000) + "@y.example": "550 5.1.1", "@a:b@c": "550 5.1.1",
	} {
		said := w.talk("EHLO x", "MAIL FROM:<somebody@example.com>", "RCPT TO:<"+to+">")
		replies := strings.Split(said, "|")
		if got := replies[len(replies)-3]; !strings.HasPrefix(got, want) {
			t.Errorf("%.60s: %q, want %s", to, got, want)
		}
	}
	if w.states() != "sent sent" {
		t.Error(w.states())
	}
}

// While the database is away, the mail server is asked to try again.
func TestWithoutTheDatabase(t *testing.T) {
	w := newWorld(t, "127.0.0.1:0")
	a := w.marks("reader1@example.net")
	c := w.dial()
	r := bufio.NewReader(c)
	say := func(line, want string) {
		t.Helper()
		if line != "" {
			io.WriteString(c, line+"\r\n")
		}
		for {
			reply, err := r.ReadString('\n')
			if err != nil || !strings.HasPrefix(reply, want[:3]) {
				t.Fatalf("%s: %q, %v; want %s", line, reply, err, want)
			}
			if reply[3] == ' ' {
				break
			}
		}
	}
	say("", "220")
	say("LHLO x", "250")
	say("MAIL FROM:<>", "250")
	say("RCPT TO:<"+a.Bounce+">", "250")
	w.DB.Close()
	say("RCPT TO:<"+a.Bounce+">", "451")
	say("DATA", "354")
	say(gone(a, "reader1@example.net")+".", "451")
	say("NOOP", "250")
}

// Clients that break the rules or are slow harm only themselves.
func TestHostileClients(t *testing.T) {
	w := newWorld(t, "127.0.0.1:0")
	a := w.marks("reader1@example.net")
	long := strings.Repeat("x", maxLine+10)
	for name, c := range map[string]struct {
		lines []string
		want  string // in the replies
	}{
		"no greeting":     {[]string{"MAIL FROM:<>"}, "502"},
		"LHLO twice":      {[]string{"LHLO x", "LHLO y"}, "250 "},
		"EHLO after LHLO": {[]string{"LHLO x", "EHLO y"}, "500"},
		"garbage":         {[]string{"\x00\xff", "\x00", "???", "x", "y", "z"}, "Too many errors"},
		"size":            {[]string{"EHLO x", "MAIL FROM:<> SIZE=99999999"}, "552 5.3.4"},
		"no sign-in":      {[]string{"EHLO x", "AUTH PLAIN AGEAYg=="}, "523"},
		"guessing":        exchanged(refusals(), "421 4.7.0"),
		"many recipients": exchanged(recipients(a.Bounce), "452 4.5.3"),
		"a long line":     {[]string{"EHLO x", "MAIL FROM:<>", "RCPT TO:<" + a.Bounce + ">", "DATA", "x: y", "", long, "."}, "554 5.6.0"},
		"ten thousand parts": {[]string{
			"EHLO x", "MAIL FROM:<>", "RCPT TO:<" + a.Bounce + ">", "DATA",
			"Content-Type: multipart/report; boundary=x", "", strings.Repeat("--x\r\nContent-Type: text/plain\r\n\r\nhello\r\n", 10_000), ".",
		}, "250 2.0.0 OK"},
		"chunks": {[]string{"EHLO x", "MAIL FROM:<>", "RCPT TO:<" + a.Bounce + ">", "BDAT 7 LAST\r\nx: y\r\n"}, "250 2.0.0 OK"},
	} {
		t.Run(name, func(t *testing.T) {
			w.t = t
			if said := w.talk(c.lines...); !strings.Contains(said, c.want) {
				t.Errorf("%.3000q has no %q", said, c.want)
			}
		})
	}
	w.t = t
	if w.states() != "sent sent" {
		t.Error(w.states())
	}
}

type exchange = struct {
	lines []string
	want  string
}

func exchanged(lines []string, want string) exchange { return exchange{lines, want} }

func refusals() []string {
	lines := []string{"EHLO x", "MAIL FROM:<>"}
	for i := range maxRefused + 1 {
		lines = append(lines, fmt.Sprintf("RCPT TO:<b+1.%d.0123456789abcdef@b.example.org>", i+1))
	}
	return lines
}

func recipients(to string) []string {
	lines := []string{"EHLO x", "MAIL FROM:<>"}
	for range maxRecipients + 1 {
		lines = append(lines, "RCPT TO:<"+to+">")
	}
	return lines
}

// Connections beyond the limit are refused, and idle ones end when the receiver stops.
func TestConnectionsAreLimited(t *testing.T) {
	w := newWorld(t, "127.0.0.1:0")
	hello := func() string {
		t.Helper()
		line, err := bufio.NewReader(w.dial()).ReadString('\n')
		if err != nil {
			t.Fatal(err)
		}
		return line
	}
	for range maxConnections {
		if got := hello(); !strings.HasPrefix(got, "220 ") {
			t.Fatal(got)
		}
	}
	if got := hello(); !strings.HasPrefix(got, "421 ") {
		t.Error(got)
	}
	w.stop()
}

// A socket that a dead process left is replaced, and a file is not.
func TestListen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lmtp")
	l, err := Listen(t.Context(), "unix:"+path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Listen(t.Context(), "unix:"+path); err == nil || !strings.Contains(err.Error(), "in use") {
		t.Errorf("an open socket is replaced: %v", err)
	}
	l.(*net.UnixListener).SetUnlinkOnClose(false)
	l.Close()
	if l, err = Listen(t.Context(), "unix:"+path); err != nil {
		t.Fatal(err)
	}
	l.Close()
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Listen(t.Context(), "unix:"+path); err == nil || !strings.Contains(err.Error(), "not a socket") {
		t.Errorf("a file is replaced: %v", err)
	}
	if _, err := Listen(t.Context(), "127.0.0.1:99999"); err == nil {
		t.Error("a port that does not exist is opened")
	}
}
