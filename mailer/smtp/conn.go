package smtp

import (
	"bytes"
	"context"
	"strings"
	"time"
	"unicode"

	gomail "github.com/wneessen/go-mail/smtp"
)

// Conn is a connection to a relay that takes message after message. It is not safe
// for concurrent use.
type Conn struct {
	relay     *Relay
	client    *gomail.Client
	raw       *boundedConn
	pipelined bool // RFC 2920
	utf8      bool // RFC 6531
	size      bool // RFC 1870
	begun     time.Time
	sent      int
	usable    bool
	dirty     bool     // a refused transaction is still open
	announced envelope // sent behind the message before
	out       []byte
}

func newConn(r *Relay, client *gomail.Client, raw *boundedConn) *Conn {
	c := &Conn{relay: r, client: client, raw: raw, begun: time.Now(), usable: true}
	c.pipelined, _ = client.Extension("PIPELINING")
	c.utf8, _ = client.Extension("SMTPUTF8")
	c.size, _ = client.Extension("SIZE")
	return c
}

// Usable tells whether the connection may take another message.
func (c *Conn) Usable() bool { return c.usable }

// Age is how long the connection has been open.
func (c *Conn) Age() time.Duration { return time.Since(c.begun) }

// Sent is how many messages were attempted over the connection.
func (c *Conn) Sent() int { return c.sent }

// Close says goodbye, if the server listens, and ends the connection.
func (c *Conn) Close() {
	if c.usable && !c.committed() { // the server may be waiting for that message's lines
		_ = c.raw.SetDeadline(time.Now().Add(time.Second))
		_, _ = c.write([]byte("QUIT\r\n"))
	}
	c.usable = false
	_ = c.raw.Close()
}

// Message is a message to one recipient. Data goes to the wire as it is: CRLF line ends,
// its last line ended, and dot-stuffed, RFC 5321 section 4.5.2; see [AppendStuffed].
type Message struct {
	From, To string // the envelope's addresses, without angle brackets
	Data     []byte
}

// envelope is the sender, the recipient and the size of a message.
type envelope struct {
	from, to string
	size     int
}

func (m *Message) envelope() envelope { return envelope{m.From, m.To, len(m.Data)} }

// Send puts one message on the wire, RFC 5321 section 3.3. The outcome is exact about the
// final dot: if it was not handed to the socket, nothing was sent; afterwards only the
// reply decides. When ctx ends, the connection does.
//
// When next is given, and the server allows it, the envelope of next is sent behind the
// message (RFC 2920 section 3.1), which spares a round trip. Next must then be the next
// message on this connection; any other needs another connection.
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

// takes tells whether m may be sent over this connection: no other message was announced.
func (c *Conn) takes(m *Message) bool { return !c.committed() || c.announced == m.envelope() }

// committed tells whether a message was announced, which must then come next.
func (c *Conn) committed() bool { return c.announced != (envelope{}) }

// unfit says why a message cannot go over this connection; empty: it can.
func (c *Conn) unfit(m *Message) string {
	switch {
	case !isASCII(m.To) && !c.utf8:
		return "the mail server takes no addresses beyond ASCII (no SMTPUTF8)"
	case !fitsCommand(m.To) || !fitsCommand(m.From) || strings.ContainsAny(m.To, "<>"):
		return "not an address that can be written to"
	}
	return ""
}

// write hands b to the socket and returns how many of its bytes were taken.
func (c *Conn) write(b []byte) (int, error) {
	w := c.client.Text.W
	n, err := w.Write(b)
	if err == nil {
		err = w.Flush()
	}
	return n - w.Buffered(), err
}

func (c *Conn) read() (reply, error) { return readReply(c.client.Text.R) }

// AppendStuffed appends a message to dst with each dot that begins a line doubled, RFC 5321
// section 4.5.2, and its last line ended.
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

// fitsCommand tells whether s can stand in a command: it holds no line end or other control.
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
