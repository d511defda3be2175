// Package mailbox reads the messages that come back to a mailbox at a provider, over IMAP
// (RFC 9051) or POP3 (RFC 1939). It remembers the messages that it has read, and leaves
// them in the mailbox or moves them.
package mailbox

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"hash/fnv"
	"net"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"corridor/postgres"
)

// Options describe a mailbox.
type Options struct {
	URL    string         // imaps://user:pass@host/FOLDER or pop3s://user:pass@host; imap+insecure:// and pop3+insecure:// on loopback
	Roots  *x509.CertPool // certificate authorities; nil: the system's
	MoveTo string         // IMAP folder for messages that have been read; empty: they stay
	// Take reads one message, of at most maxSize bytes. It is called again for the same
	// message after an error and after a crash. An error ends the reading.
	Take func(ctx context.Context, message []byte) error
}

// Limits of one reading. The rest is read by the next one.
const (
	maxSize     = 2 << 20 // bytes of a message
	maxBytes    = 1 << 30 // bytes that the server sends
	maxMessages = 20_000
	maxTime     = 10 * time.Minute
	batch       = 50 // messages after which the position is stored
)

// Mailbox reads a mailbox.
type Mailbox struct {
	Options
	address  address
	position position
	db       *postgres.DB
}

// New returns a mailbox. The error says which part of the URL is wrong, without its
// password.
func New(db *postgres.DB, o Options) (*Mailbox, error) {
	a, err := parse(o.URL)
	if err != nil {
		return nil, err
	}
	if o.MoveTo != "" && a.pop3 {
		return nil, errors.New("mailbox: POP3 has no folders; messages can be moved over IMAP only")
	}
	return &Mailbox{Options: o, address: a, db: db, position: position{db, a.name()}}, nil
}

// Check returns an error that says what is wrong with a mailbox's URL.
func Check(rawURL string) error {
	_, err := parse(rawURL)
	return err
}

// String names the mailbox without its password.
func (m *Mailbox) String() string { return m.address.name() }

// Read reads the messages that have arrived since the last reading, and returns their
// number. It waits until no other process reads the mailbox.
func (m *Mailbox) Read(ctx context.Context) (n int, err error) {
	ctx, cancel := context.WithTimeout(ctx, maxTime)
	defer cancel()
	unlock, err := postgres.NewLocks(m.db).Lock(ctx, m.address.lockKey())
	if err != nil {
		return 0, fmt.Errorf("mailbox: %w", err)
	}
	defer unlock()
	conn, err := m.dial(ctx)
	if err != nil {
		return 0, fmt.Errorf("mailbox: connecting to %s: %w", m.address.hostPort, err)
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { conn.Close() })()
	if m.address.pop3 {
		n, err = m.readPOP3(ctx, conn)
	} else {
		n, err = m.readIMAP(ctx, conn)
	}
	if cause := context.Cause(ctx); err != nil && cause != nil {
		err = cause // the closed connection says less
	}
	if err != nil {
		err = fmt.Errorf("mailbox: %s: %w", m.address.hostPort, err)
	}
	return n, err
}

// dial connects and begins TLS.
func (m *Mailbox) dial(ctx context.Context) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	var plain net.Dialer
	var conn net.Conn
	var err error
	if m.address.insecure {
		conn, err = plain.DialContext(ctx, "tcp", m.address.hostPort)
	} else {
		secure := tls.Dialer{Config: &tls.Config{ServerName: m.address.host, RootCAs: m.Roots, MinVersion: tls.VersionTLS12}}
		conn, err = secure.DialContext(ctx, "tcp", m.address.hostPort)
	}
	if err != nil {
		return nil, err
	}
	return newBounded(conn, time.Now().Add(maxTime)), nil
}

// address is a mailbox's URL.
type address struct {
	pop3, insecure bool
	host, hostPort string
	user, password string
	folder         string // IMAP; empty: INBOX
}

// schemes are the known ones, with their usual ports.
var schemes = map[string]struct {
	pop3, insecure bool
	port           string
}{
	"imaps":         {false, false, "993"},
	"imap+insecure": {false, true, "143"},
	"pop3s":         {true, false, "995"},
	"pop3+insecure": {true, true, "110"},
}

// parse reads a mailbox's URL.
func parse(rawURL string) (a address, err error) {
	u, err := url.Parse(rawURL)
	if err != nil || u.Hostname() == "" {
		return a, errors.New(`mailbox: not the URL of a mailbox; write it like "imaps://user:pass@host/INBOX", with characters like @ / : # % of a name or password as %40 %2F %3A %23 %25`)
	}
	scheme, known := schemes[u.Scheme]
	if !known {
		return a, fmt.Errorf("mailbox: %q is not a scheme of mailboxes; use imaps, pop3s or, on this machine, imap+insecure or pop3+insecure", u.Scheme)
	}
	port := u.Port()
	if port == "" {
		port = scheme.port
	}
	a = address{
		pop3: scheme.pop3, insecure: scheme.insecure, host: u.Hostname(), hostPort: net.JoinHostPort(u.Hostname(), port),
		user: u.User.Username(), folder: strings.Trim(u.Path, "/"),
	}
	a.password, _ = u.User.Password()
	switch {
	case a.user == "" || a.password == "":
		return a, errors.New(`mailbox: name and password are missing; write it like "imaps://user:pass@host/INBOX"`)
	case strings.ContainsAny(a.user+a.password+a.folder, "\r\n\x00"):
		return a, errors.New("mailbox: name, password and folder must not contain line breaks")
	case a.insecure && !isLoopback(a.host):
		return a, fmt.Errorf("mailbox: the password would be sent to %s unencrypted; use imaps or pop3s", a.host)
	case a.pop3 && a.folder != "":
		return a, errors.New("mailbox: POP3 has no folders; leave out what follows the host")
	}
	if !a.pop3 && a.folder == "" {
		a.folder = "INBOX"
	}
	return a, nil
}

// name identifies the mailbox in the database and in logs.
func (a address) name() string {
	kind := "imap"
	if a.pop3 {
		kind = "pop3"
	}
	return kind + " " + a.user + " " + a.hostPort + " " + a.folder
}

// lockKey is the key of the advisory lock under which the mailbox is read.
func (a address) lockKey() int64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte("mailbox " + a.name())) // a hash does not fail
	return int64(h.Sum64())                       //nolint:gosec // any 64 bits are a key
}

func isLoopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}
