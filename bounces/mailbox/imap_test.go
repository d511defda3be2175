package mailbox_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"corridor/bounces/mailbox"
	"corridor/postgres"
	"corridor/postgres/postgrestest"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"
)

const user, password = "bounces@example.org", "p@ss/word"

// provider is an IMAP server with one account.
type provider struct {
	address string
	account *imapmemserver.User
}

// newProvider starts a server. tlsConfig may be nil.
func newProvider(t *testing.T, tlsConfig *tls.Config, caps ...imap.Cap) provider {
	t.Helper()
	memory := imapmemserver.New()
	account := imapmemserver.NewUser(user, password)
	if err := account.Create("INBOX", nil); err != nil {
		t.Fatal(err)
	}
	memory.AddUser(account)
	known := imap.CapSet{imap.CapIMAP4rev1: {}}
	for _, c := range caps {
		known[c] = struct{}{}
	}
	server := imapserver.New(&imapserver.Options{
		NewSession: func(*imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			return memory.NewSession(), nil, nil
		},
		Caps: known, InsecureAuth: true,
	})
	l := listen(t)
	if tlsConfig != nil {
		l = tls.NewListener(l, tlsConfig)
	}
	go func() { _ = server.Serve(l) }()
	t.Cleanup(func() { server.Close() })
	return provider{l.Addr().String(), account}
}

func listen(t *testing.T) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

// deliver puts messages with the given words into a folder.
func (p provider) deliver(t *testing.T, folder string, words ...string) {
	t.Helper()
	for _, w := range words {
		message := "Subject: " + w + "\r\n\r\n" + w + "\r\n"
		if _, err := p.account.Append(folder, literal{bytes.NewReader([]byte(message))}, &imap.AppendOptions{Time: time.Now()}); err != nil {
			t.Fatal(err)
		}
	}
}

type literal struct{ *bytes.Reader }

func (l literal) Size() int64 { return l.Reader.Size() }

// reader collects the subjects of the messages that it takes.
type reader struct {
	taken []string
	fail  string // subject of a message that cannot be taken
}

func (r *reader) take(_ context.Context, message []byte) error {
	subject, _, _ := strings.Cut(strings.TrimPrefix(string(message), "Subject: "), "\r\n")
	if r.fail != "" && subject == r.fail {
		return errors.New("the database is away")
	}
	r.taken = append(r.taken, subject)
	return nil
}

// open returns the mailbox of a server.
func (r *reader) open(t *testing.T, db *postgres.DB, o mailbox.Options) *mailbox.Mailbox {
	t.Helper()
	o.Take = r.take
	m, err := mailbox.New(db, o)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func (p provider) url(folder string) string {
	return "imap+insecure://bounces%40example.org:p%40ss%2Fword@" + p.address + "/" + folder
}

func read(t *testing.T, m *mailbox.Mailbox, want int) {
	t.Helper()
	if n, err := m.Read(t.Context()); err != nil || n != want {
		t.Fatalf("Read = %d, %v; want %d messages", n, err, want)
	}
}

func TestMessagesAreReadOnceAndStay(t *testing.T) {
	db, p, r := postgrestest.New(t), newProvider(t, nil), &reader{}
	m := r.open(t, db, mailbox.Options{URL: p.url("")})
	read(t, m, 0)
	p.deliver(t, "INBOX", "a", "b")
	read(t, m, 2)
	read(t, m, 0)
	p.deliver(t, "INBOX", "c")
	read(t, r.open(t, db, mailbox.Options{URL: p.url("INBOX")}), 1) // another process
	if got := strings.Join(r.taken, " "); got != "a b c" {
		t.Errorf("took %q", got)
	}
	if flags := p.flags(t, "INBOX"); len(flags) != 3 || strings.Contains(fmt.Sprint(flags), "Seen") {
		t.Errorf("the mailbox holds %v; want 3 messages that nobody has seen", flags)
	}
}

func TestMessagesAreMoved(t *testing.T) {
	for _, caps := range [][]imap.Cap{nil, {imap.CapMove}} {
		t.Run(fmt.Sprint(caps), func(t *testing.T) {
			db, p, r := postgrestest.New(t), newProvider(t, nil, caps...), &reader{}
			m := r.open(t, db, mailbox.Options{URL: p.url(""), MoveTo: "Read by Corridor"})
			p.deliver(t, "INBOX", "a", "b")
			read(t, m, 2)
			p.deliver(t, "INBOX", "c")
			read(t, m, 1)
			if in, moved := p.flags(t, "INBOX"), p.flags(t, "Read by Corridor"); len(in) != 0 || len(moved) != 3 {
				t.Errorf("%d messages stayed, %d were moved", len(in), len(moved))
			}
		})
	}
}

// A message that cannot be taken now stays for the next reading, with those after it. Those
// before it are taken once.
func TestFailureEndsTheReading(t *testing.T) {
	for _, folder := range []string{"", "Read by Corridor"} {
		t.Run(folder, func(t *testing.T) {
			db, p, r := postgrestest.New(t), newProvider(t, nil), &reader{fail: "55"}
			m := r.open(t, db, mailbox.Options{URL: p.url(""), MoveTo: folder})
			for i := range 60 {
				p.deliver(t, "INBOX", fmt.Sprint(i))
			}
			if n, err := m.Read(t.Context()); err == nil || n != 55 || !strings.Contains(err.Error(), "the database is away") {
				t.Fatalf("Read = %d, %v", n, err)
			}
			if moved := 60 - len(p.flags(t, "INBOX")); folder != "" && moved != 55 {
				t.Errorf("%d messages were moved, want 55", moved)
			}
			r.fail = ""
			read(t, m, 5)
			taken := map[string]bool{}
			for _, w := range r.taken {
				taken[w] = true
			}
			if len(taken) != 60 || len(r.taken) != 60 {
				t.Errorf("took %v", r.taken)
			}
		})
	}
}

// A folder that was made anew counts its messages from 1 again.
func TestFolderMadeAnewIsReadFromItsBeginning(t *testing.T) {
	db, p, r := postgrestest.New(t), newProvider(t, nil), &reader{}
	if err := p.account.Create("Bounces", nil); err != nil {
		t.Fatal(err)
	}
	m := r.open(t, db, mailbox.Options{URL: p.url("Bounces")})
	p.deliver(t, "Bounces", "a", "b")
	read(t, m, 2)
	if err := p.account.Delete("Bounces"); err != nil {
		t.Fatal(err)
	}
	if err := p.account.Create("Bounces", nil); err != nil {
		t.Fatal(err)
	}
	p.deliver(t, "Bounces", "c")
	read(t, m, 1)
}

func TestTwoReadersTakeEachMessageOnce(t *testing.T) {
	db, p := postgrestest.New(t), newProvider(t, nil)
	for i := range 100 {
		p.deliver(t, "INBOX", fmt.Sprint(i))
	}
	a, b := &reader{}, &reader{}
	done := make(chan error)
	for _, r := range []*reader{a, b} {
		m := r.open(t, db, mailbox.Options{URL: p.url("")})
		go func() {
			_, err := m.Read(t.Context())
			done <- err
		}()
	}
	for range 2 {
		if err := <-done; err != nil {
			t.Fatal(err)
		}
	}
	all := slices.Concat(a.taken, b.taken)
	slices.Sort(all)
	if len(all) != 100 || len(slices.Compact(all)) != 100 {
		t.Errorf("%d messages were taken, %d of them different", len(all), len(slices.Compact(all)))
	}
}

func TestServersCertificateIsVerified(t *testing.T) {
	web := httptest.NewTLSServer(nil) // lends its certificate, which is for 127.0.0.1
	defer web.Close()
	db, p, r := postgrestest.New(t), newProvider(t, web.TLS), &reader{}
	url := strings.Replace(p.url(""), "imap+insecure:", "imaps:", 1)
	if _, err := r.open(t, db, mailbox.Options{URL: url}).Read(t.Context()); err == nil || !strings.Contains(err.Error(), "certificate") {
		t.Errorf("Read from a server with an unknown certificate = %v", err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(web.Certificate())
	p.deliver(t, "INBOX", "a")
	read(t, r.open(t, db, mailbox.Options{URL: url, Roots: roots}), 1)
}

func TestWhatIsWrongIsSaid(t *testing.T) {
	db, p, r := postgrestest.New(t), newProvider(t, nil), &reader{}
	for _, c := range []struct{ url, want string }{
		{strings.Replace(p.url(""), "p%40ss", "wrong", 1), "signing in"},
		{p.url("Nowhere"), "opening the folder Nowhere"},
	} {
		_, err := r.open(t, db, mailbox.Options{URL: c.url}).Read(t.Context())
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "word") {
			t.Errorf("Read(%s) = %v; want %q and no password", c.url, err, c.want)
		}
	}
	for url, want := range map[string]string{
		"":                                   "not the URL of a mailbox",
		"https://u:p@host":                   "not a scheme",
		"imaps://host/INBOX":                 "name and password are missing",
		"imap+insecure://u:p@example.org":    "unencrypted",
		"pop3s://u:p@example.org/INBOX":      "no folders",
		"imaps://u%0d%0aLOGOUT:p@host":       "line breaks",
		"imaps://u:p@host:bad/":              "not the URL of a mailbox",
		"pop3+insecure://u:p@192.0.2.1":      "unencrypted",
		"imaps://bounces@example.org/Folder": "name and password are missing",
	} {
		if err := mailbox.Check(url); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Check(%q) = %v; want %q", url, err, want)
		}
	}
	if _, err := mailbox.New(db, mailbox.Options{URL: "pop3s://u:p@example.org", MoveTo: "Read"}); err == nil {
		t.Error("messages of POP3 could be moved")
	}
}

// A server that claims four thousand million new messages costs no memory, and one that
// stops in the middle of a message ends the reading.
func TestHostileServers(t *testing.T) {
	db := postgrestest.New(t)
	for name, script := range map[string]string{
		"many":    "* SEARCH 1:4294967295",
		"esearch": `* ESEARCH (TAG "T3") UID ALL 1:4294967295`,
	} {
		t.Run(name, func(t *testing.T) {
			l := listen(t)
			go hostile(l, script)
			r := &reader{}
			_, err := r.open(t, db, mailbox.Options{URL: "imap+insecure://u:p@" + l.Addr().String()}).Read(t.Context())
			if err == nil || len(r.taken) != 0 {
				t.Errorf("Read = %v, took %v", err, r.taken)
			}
		})
	}
}

// hostile answers every command with OK, SEARCH with found, and closes at FETCH.
func hostile(l net.Listener, found string) {
	conn, err := l.Accept()
	if err != nil {
		return
	}
	defer conn.Close()
	fmt.Fprint(conn, "* OK [CAPABILITY IMAP4rev1 ESEARCH] ready\r\n")
	buf := make([]byte, 4096)
	for {
		n, err := conn.Read(buf)
		if err != nil {
			return
		}
		for line := range strings.Lines(string(buf[:n])) {
			tag, command, _ := strings.Cut(strings.TrimSpace(line), " ")
			switch {
			case strings.Contains(command, "SEARCH"):
				fmt.Fprintf(conn, "%s\r\n", strings.Replace(found, "T3", tag, 1))
			case strings.Contains(command, "SELECT"), strings.Contains(command, "EXAMINE"):
				fmt.Fprint(conn, "* 1 EXISTS\r\n* OK [UIDVALIDITY 1] ok\r\n")
			case strings.Contains(command, "FETCH"):
				fmt.Fprint(conn, "* 1 FETCH (UID 1 BODY[]<0> {1000000}\r\nSubject: half")
				return
			}
			fmt.Fprintf(conn, "%s OK done\r\n", tag)
		}
	}
}

// flags returns the flags of the messages of a folder.
func (p provider) flags(t *testing.T, folder string) (flags []string) {
	t.Helper()
	client, err := imapclient.DialInsecure(p.address, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	if err := client.Login(user, password).Wait(); err != nil {
		t.Fatal(err)
	}
	found, err := client.Select(folder, &imap.SelectOptions{ReadOnly: true}).Wait()
	if err != nil || found.NumMessages == 0 {
		return nil
	}
	all := imap.SeqSet{}
	all.AddRange(1, 0)
	messages, err := client.Fetch(all, &imap.FetchOptions{Flags: true}).Collect()
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range messages {
		flags = append(flags, fmt.Sprint(m.Flags))
	}
	return flags
}
