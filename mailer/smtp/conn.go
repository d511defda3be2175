package smtp

import (
	"bytes"
	"context"
	"strings"
	"time"
	"unicode"

	gomail "github.com/wneessen/go-mail/smtp"
)

// Conn is a connection to a relay, for any number of messages. It is not safe for
// concurrent use.
type Conn struct {
	relay     *Relay
	client    *gomail.Client
	raw       *boundedConn
	pipelined bool // RFC 2920
	utf8      bool // RFC 6531
	size      bool // RFC 1870
	dsn       bool // RFC 3461
	begun     time.Time
	sent      int
	usable    bool
	dirty     bool     // a refused transaction is still open
	announced envelope // sent ahead, after the message before
	out       []byte
}

func newConn(r *Relay, client *gomail.Client, raw *boundedConn) *Conn {
	c := &Conn{relay: r, client: client, raw: raw, begun: time.Now(), usable: true}
	c.pipelined, _ = client.Extension("PIPELINING")
	c.utf8, _ = client.Extension("SMTPUTF8")
	c.size, _ = client.Extension("SIZE")
	c.dsn, _ = client.Extension("DSN")
	return c
}

// Usable reports whether the connection may take another message.
func (c *Conn) Usable() bool { return c.usable }

// Age is the time since the connection was opened.
func (c *Conn) Age() time.Duration { return time.Since(c.begun) }

// Sent is the number of messages attempted over the connection.
func (c *Conn) Sent() int { return c.sent }

// Close sends QUIT if the server expects a command, and closes the connection.
func (c *Conn) Close() {
	if c.usable && !c.committed() { // the server may be waiting for the announced message
		_ = c.raw.SetDeadline(time.Now().Add(time.Second))
		_, _ = c.write([]byte("QUIT\r\n"))
	}
	c.usable = false
	_ = c.raw.Close()
}

// Message is a message to one recipient. Data is sent unchanged: lines end in CRLF, the
// last line too, and dots are stuffed (RFC 5321 section 4.5.2); see [AppendStuffed].
type Message struct {
	From, To string // addresses of the envelope, without angle brackets
	ID       string // identifies the envelope in delivery reports, RFC 3461 section 4.4; may be empty
	Data     []byte
	Urgent   bool // may be sent to a braked relay when no other takes it
}

// envelope is the sender, the recipient, the identifier and the size of a message.
type envelope struct {
	from, to, id string
	size         int
}

func (m *Message) envelope() envelope { return envelope{m.From, m.To, m.ID, len(m.Data)} }

// Send sends one message (RFC 5321 section 3.3). The outcome is exact about the final dot:
// if the socket did not take it, the message was not sent; after that only the reply
// decides. The end of ctx closes the connection.
//
// If next is given and the server supports pipelining, the envelope of next is sent after
// the message (RFC 2920 section 3.1), which saves a round trip. next must then be the next
// message on this connection; any other message needs a new connection.
func (c *Conn) Send(ctx context.Context, m, next *Message) Outcome {
	c.sent++
	if unfit := c.unfit(m); unfit != "" {
		return Outcome{Kind: Rejected, Stage: stageRCPT, Relay: c.relay.address, At: time.Now(), Text: unfit}
	}
	if next != nil && (!c.pipelined || c.unfit(next) != "") {
		next = nil
	}
	stop := context.AfterFunc(ctx, func() { _ = c.raw.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	c.raw.left = maxTalk
	t := transaction{Conn: c, ctx: ctx}
	o := t.run(m, next)
	o.Relay, o.At = c.relay.address, time.Now()
	return o
}

// takes reports whether m may be sent over this connection, which is false if another
// message was announced.
func (c *Conn) takes(m *Message) bool { return !c.committed() || c.announced == m.envelope() }

// committed reports whether a message was announced. That message must come next.
func (c *Conn) committed() bool { return c.announced != (envelope{}) }

// unfit returns the reason why a message cannot be sent over this connection, or "".
func (c *Conn) unfit(m *Message) string {
	switch {
	case !isASCII(m.To) && !c.utf8:
		return "the mail server does not accept non-ASCII addresses (no SMTPUTF8)"
	case !fitsCommand(m.To) || !fitsCommand(m.From) || strings.ContainsAny(m.To, "<>"):
		return "not a valid address"
	}
	return ""
}

// write writes b and returns the number of bytes that the socket took.
func (c *Conn) write(b []byte) (int, error) {
	w := c.client.Text.W
	n, err := w.Write(b)
	if err == nil {
		err = w.Flush()
	}
	return n - w.Buffered(), err
}

func (c *Conn) read() (reply, error) { return readReply(c.client.Text.R) }

// AppendStuffed appends a message to dst, doubles each dot at the start of a line (RFC 5321
// section 4.5.2), and ends the last line.
func AppendStuffed(dst, message []byte) []byte {
	if len(message) > 0 && message[0] == '.' {
		dst = append(dst, '.')
	}
	for {
		i := bytes.Index(message, []byte("\n."))
		if i < 0 {
			break
		}
		dst = append(dst, message[:i+1]...)
		dst = append(dst, '.')
		message = message[i+1:]
	}
	dst = append(dst, message...)
	if !bytes.HasSuffix(dst, []byte("\r\n")) {
		dst = append(dst, "\r\n"...)
	}
	return dst
}

// fitsCommand reports whether s can be part of a command: it is short and has no line end
// or other control character.
func fitsCommand(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] == 0x7f {
			return false
		}
	}
	return len(s) < 900
}

func isASCII(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r > unicode.MaxASCII })
}
