package smtp

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/textproto"
	"net/url"
	"os"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail/smtp"
)

// Timeouts bound how long a relay is waited for. Zero values take those of RFC 5321
// section 4.5.3.2.
type Timeouts struct {
	Dial    time.Duration // connecting, greeting, TLS and sign-in together; 1 minute
	Command time.Duration // MAIL, RCPT and DATA together; 5 minutes
	Block   time.Duration // handing over the message; 3 minutes
	Dot     time.Duration // the answer to it; 10 minutes
}

// RelayOptions say how relays are spoken to.
type RelayOptions struct {
	Auth     string // auto, plain, login, scram-sha-256, scram-sha-1, xoauth2; empty: auto
	CAFile   string // PEM file of authorities besides the system's
	HELO     string // our name; empty: the host's
	Timeouts Timeouts
}

// security is how a connection is kept from others' eyes.
type security int

const (
	required      security = iota // smtp: STARTTLS, or no mail
	implicit                      // smtps: TLS from the first byte
	opportunistic                 // smtp+opportunistic: STARTTLS if offered, certificate not checked
	cleartext                     // smtp+insecure: none
)

// Relay is a mail server that takes our mail.
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

// ParseRelay reads a relay's address: smtp://user:pass@host:587 (STARTTLS is required),
// smtps://host:465, smtp+opportunistic://host:25 or smtp+insecure://127.0.0.1:1025.
// Errors do not repeat the password.
func ParseRelay(rawURL string, o RelayOptions) (*Relay, error) {
	u, err := url.Parse(rawURL)
	if err != nil || u.Hostname() == "" {
		return nil, errors.New("smtp: not the address of a mail server; in a password, write signs like @ / : # % as %40 %2F %3A %23 %25")
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
		return nil, fmt.Errorf("smtp: %q is no scheme of a mail server; use smtp, smtps, smtp+opportunistic or smtp+insecure", u.Scheme)
	}
	if r.security == cleartext && r.user != "" && !isLoopback(r.host) {
		return nil, fmt.Errorf("smtp: the password would travel to %s in the clear; use smtp:// or smtps://", r.host)
	}
	if u.Port() != "" {
		port = u.Port()
	}
	r.address = net.JoinHostPort(r.host, port)
	// Mail servers on the way verify nobody else; a certificate that does not hold still
	// keeps passers-by out (RFC 7435).
	r.tls = &tls.Config{ServerName: r.host, MinVersion: tls.VersionTLS12, InsecureSkipVerify: r.security == opportunistic && r.user == ""}
	if o.CAFile != "" {
		if r.tls.RootCAs, err = authorities(o.CAFile); err != nil {
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

func authorities(file string) (*x509.CertPool, error) {
	pem, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("smtp.ca_file: %w", err)
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	if !pool.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("smtp.ca_file %s holds no certificate", file)
	}
	return pool, nil
}

// Dial connects, negotiates TLS and signs in. When it fails the outcome says at which
// stage and with which reply; it never condemns the reader.
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
	}
	return nil, o, fmt.Errorf("smtp: %s: %s: %w", r.address, stage, err)
}

func (r *Relay) open(ctx context.Context, stage *string) (*gomail.Client, *boundedConn, error) {
	var dialer net.Dialer
	dialled, err := dialer.DialContext(ctx, "tcp", r.address)
	if err != nil {
		return nil, nil, err
	}
	raw := &boundedConn{Conn: dialled, left: maxTalk}
	// go-mail's calls know no context: when it ends, so does the connection.
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
			return nil, errors.New("the server offers no STARTTLS, and mail or a password must not travel in the clear")
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

// signIn takes the strongest mechanism that both sides know, or the one configured.
func (r *Relay) signIn(client *gomail.Client) error {
	_, offer := client.Extension("AUTH")
	offered := map[string]bool{}
	for _, name := range strings.Fields(strings.ToUpper(offer)) {
		offered[name] = true
	}
	// PLAIN and LOGIN refuse to speak in the clear, unless told that it is meant so.
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
	return fmt.Errorf("the server offers no way to sign in that we take (it offers %q)", offer)
}

// maxTalk bounds what a server may say between two messages: a greeting, its
// extensions, a handshake, replies.
const maxTalk = 1 << 20

// boundedConn ends a conversation that has no end.
type boundedConn struct {
	net.Conn
	left int64
}

// Read reads what is left of the bound.
func (c *boundedConn) Read(p []byte) (int, error) {
	if c.left <= 0 {
		return 0, errors.New("the server does not stop talking")
	}
	n, err := c.Conn.Read(p)
	c.left -= int64(n)
	return n, err
}
