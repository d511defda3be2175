package smtp

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"net/textproto"
	"net/url"
	"os"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail/smtp"
)

// Timeouts limit the waiting for a relay. Zero values mean those of RFC 5321 section
// 4.5.3.2.
type Timeouts struct {
	Dial    time.Duration // connecting, greeting, TLS and authentication together; 1 minute
	Command time.Duration // MAIL, RCPT and DATA together; 5 minutes
	Block   time.Duration // writing the message; 3 minutes
	Dot     time.Duration // the reply to the message; 10 minutes
}

// RelayOptions configure relays.
type RelayOptions struct {
	Auth     string // auto, plain, login, scram-sha-256, scram-sha-1 or xoauth2; empty means auto
	CAFile   string // PEM file of certificate authorities in addition to the system's
	HELO     string // our name; empty means the host's
	Timeouts Timeouts
}

// security is the encryption of a connection.
type security int

const (
	required      security = iota // smtp: STARTTLS is required
	implicit                      // smtps: TLS from the first byte
	opportunistic                 // smtp+opportunistic: STARTTLS if offered, certificate not verified
	cleartext                     // smtp+insecure: none
)

// Relay is a mail server that accepts our messages.
type Relay struct {
	address        string // host:port
	host           string
	security       security
	user, password string
	auth           string
	helo           string
	tls            *tls.Config
	timeouts       Timeouts
}

// String is the relay's host:port.
func (r *Relay) String() string { return r.address }

// ParseRelay parses a relay's URL: smtp://user:pass@host:587 (requires STARTTLS),
// smtps://host:465, smtp+opportunistic://host:25 or smtp+insecure://127.0.0.1:1025. Errors
// do not contain the password.
func ParseRelay(rawURL string, o RelayOptions) (*Relay, error) {
	u, err := url.Parse(rawURL)
	if err != nil || u.Hostname() == "" {
		return nil, errors.New("smtp: not the URL of a mail server; in a password, write characters like @ / : # % as %40 %2F %3A %23 %25")
	}
	r := &Relay{host: u.Hostname(), user: u.User.Username(), auth: o.Auth, helo: o.HELO, timeouts: o.Timeouts}
	r.password, _ = u.User.Password()
	port := ""
	switch u.Scheme {
	case "smtp":
		r.security, port = required, "587"
	case "smtps":
		r.security, port = implicit, "465"
	case "smtp+opportunistic":
		r.security, port = opportunistic, "25"
	case "smtp+insecure":
		r.security, port = cleartext, "25"
	default:
		return nil, fmt.Errorf("smtp: %q is not a scheme of mail servers; use smtp, smtps, smtp+opportunistic or smtp+insecure", u.Scheme)
	}
	if r.security == cleartext && r.user != "" && !isLoopback(r.host) {
		return nil, fmt.Errorf("smtp: the password would be sent to %s unencrypted; use smtp:// or smtps://", r.host)
	}
	if u.Port() != "" {
		port = u.Port()
	}
	r.address = net.JoinHostPort(r.host, port)
	// Mail servers in between do not verify certificates either. TLS with an invalid
	// certificate still protects against passive attackers (RFC 7435).
	r.tls = &tls.Config{ServerName: r.host, MinVersion: tls.VersionTLS12, InsecureSkipVerify: r.security == opportunistic && r.user == ""}
	if o.CAFile != "" {
		if r.tls.RootCAs, err = Authorities(o.CAFile); err != nil {
			return nil, err
		}
	}
	if r.helo == "" {
		r.helo = "localhost"
		if name, err := os.Hostname(); err == nil && name != "" {
			r.helo = name
		}
	}
	t := &r.timeouts
	for _, d := range []struct {
		value *time.Duration
		usual time.Duration
	}{{&t.Dial, time.Minute}, {&t.Command, 5 * time.Minute}, {&t.Block, 3 * time.Minute}, {&t.Dot, 10 * time.Minute}} {
		if *d.value <= 0 {
			*d.value = d.usual
		}
	}
	return r, nil
}

func isLoopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// Authorities returns the system's certificate authorities and those of a PEM file,
// smtp.ca_file.
func Authorities(file string) (*x509.CertPool, error) {
	pem, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("smtp.ca_file: %w", err)
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	if !pool.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("smtp.ca_file %s contains no certificate", file)
	}
	return pool, nil
}

// Dial connects, negotiates TLS and authenticates. On failure the outcome contains the
// stage and the reply, and never concerns the recipient.
func Dial(ctx context.Context, r *Relay) (*Conn, Outcome, error) {
	ctx, cancel := context.WithTimeout(ctx, r.timeouts.Dial)
	defer cancel()
	stage := stageConnect
	client, raw, err := r.open(ctx, &stage)
	if err == nil {
		return newConn(r, client, raw), Outcome{}, nil
	}
	o := Outcome{Kind: NotSent, Stage: stage, Text: err.Error(), Relay: r.address, At: time.Now()}
	o.Text = clip(o.Text, maxReplyText)
	var reply *textproto.Error
	if errors.As(err, &reply) && reply.Code >= 400 {
		o.Kind, o.Code, o.SlowDown = Deferred, reply.Code, reply.Code == 421
		o.Enhanced, o.Text = splitEnhanced(reply.Code, clip(reply.Msg, maxReplyText))
		o.Meaning = Us
	} else if !isNetwork(err) && ctx.Err() == nil {
		o.Meaning = Us
	}
	return nil, o, fmt.Errorf("smtp: %s: %s: %w", r.address, stage, err)
}

// isNetwork reports whether an error is one of the connection, rather than of what the
// server offers.
func isNetwork(err error) bool {
	var broken net.Error
	var alert tls.AlertError
	return errors.As(err, &broken) && !errors.As(err, &alert) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}

func (r *Relay) open(ctx context.Context, stage *string) (*gomail.Client, *boundedConn, error) {
	var dialer net.Dialer
	dialled, err := dialer.DialContext(ctx, "tcp", r.address)
	if err != nil {
		return nil, nil, err
	}
	raw := &boundedConn{Conn: dialled, left: maxTalk}
	// go-mail's calls take no context, so its end sets the connection's deadline.
	stop := context.AfterFunc(ctx, func() { _ = raw.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	client, err := r.greet(ctx, raw, stage)
	if err == nil && ctx.Err() != nil {
		err = ctx.Err()
	}
	if err != nil {
		_ = raw.Close()
		return nil, nil, err
	}
	return client, raw, nil
}

func (r *Relay) greet(ctx context.Context, raw *boundedConn, stage *string) (*gomail.Client, error) {
	var conn net.Conn = raw
	if r.security == implicit {
		*stage = stageTLS
		secure := tls.Client(conn, r.tls)
		if err := secure.HandshakeContext(ctx); err != nil {
			return nil, err
		}
		conn = secure
	}
	*stage = stageBanner
	client, err := gomail.NewClient(conn, r.host)
	if err != nil {
		return nil, err
	}
	*stage = stageEHLO
	if err := client.Hello(r.helo); err != nil {
		return nil, err
	}
	if r.security == required || r.security == opportunistic {
		*stage = stageSTARTTLS
		offered, _ := client.Extension("STARTTLS")
		if !offered && (r.security == required || r.user != "") {
			return nil, errors.New("the server does not offer STARTTLS, and emails or a password must not be sent unencrypted")
		}
		if offered {
			if err := client.StartTLS(r.tls); err != nil {
				return nil, err
			}
		}
	}
	if r.user != "" {
		*stage = stageAUTH
		if err := r.signIn(client); err != nil {
			return nil, err
		}
	}
	return client, nil
}

// signIn uses the strongest mechanism that both sides support, or the configured one.
func (r *Relay) signIn(client *gomail.Client) error {
	_, offer := client.Extension("AUTH")
	offered := map[string]bool{}
	for _, name := range strings.Fields(strings.ToUpper(offer)) {
		offered[name] = true
	}
	// PLAIN and LOGIN refuse an unencrypted connection unless they are told otherwise.
	inClear := r.security == cleartext
	mechanisms := []struct {
		name string
		auth func() gomail.Auth
		auto bool
	}{
		{"SCRAM-SHA-256", func() gomail.Auth { return gomail.ScramSHA256Auth(r.user, r.password) }, true},
		{"SCRAM-SHA-1", func() gomail.Auth { return gomail.ScramSHA1Auth(r.user, r.password) }, true},
		{"PLAIN", func() gomail.Auth { return gomail.PlainAuth("", r.user, r.password, r.host, inClear) }, true},
		{"LOGIN", func() gomail.Auth { return gomail.LoginAuth(r.user, r.password, r.host, inClear) }, true},
		{"XOAUTH2", func() gomail.Auth { return gomail.XOAuth2Auth(r.user, r.password) }, false},
	}
	want := strings.ToUpper(r.auth)
	for _, m := range mechanisms {
		if !offered[m.name] {
			continue
		}
		if want == m.name || (want == "" || want == "AUTO") && m.auto {
			return client.Auth(m.auth())
		}
	}
	return fmt.Errorf("the server offers no supported authentication mechanism (it offers %q)", offer)
}

// maxTalk is the number of bytes that a server may send between two messages: greeting,
// extensions, handshake and replies.
const maxTalk = 1 << 20

// boundedConn limits the bytes that are read from a connection.
type boundedConn struct {
	net.Conn
	left int64
}

// Read reads within the limit.
func (c *boundedConn) Read(p []byte) (int, error) {
	if c.left <= 0 {
		return 0, errors.New("the server sends too much")
	}
	n, err := c.Conn.Read(p)
	c.left -= int64(n)
	return n, err
}
