package mailer

import (
	"bytes"
	"context"
	"strings"
	"time"

	"github.com/wneessen/go-mail/smtp"
)

// Conn is a connection to a relay that takes message after message. It is not safe
// for concurrent use.
type Conn struct {
	relay     *Relay
	client    *smtp.Client
	raw       *boundedConn
	pipelined bool // RFC 2920
	utf8      bool // RFC 6531
	size      bool // RFC 1870
	begun     time.Time
	sent      int
	usable    bool
	dirty     bool     // a refused transaction is still open
	announced envelope // went along with the message before it
	out       []byte
}

func newConn(r *Relay, client *smtp.Client, raw *boundedConn) *Conn {
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

// Sent is how many messages were tried over it.
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

// mailing is a message to one recipient. It goes to the wire as it is: CRLF line ends,
// its last line ended, and dot-stuffed, RFC 5321 section 4.5.2.
type mailing struct {
	from, to string
	message  []byte
}

// envelope is who writes to whom, and how many bytes.
type envelope struct {
	from, to string
	size     int
}

func (m *mailing) envelope() envelope { return envelope{m.from, m.to, len(m.message)} }

// Send puts one message to one recipient on the wire, RFC 5321 section 3.3. It must
// have CRLF line ends and is dot-stuffed here. The outcome is exact about the final
// dot: if it was not handed to the socket nothing was sent, afterwards only the
// answer decides. When ctx ends the connection does.
func (c *Conn) Send(ctx context.Context, from, to string, message []byte) Outcome {
	return c.put(ctx, &mailing{from, to, appendStuffed(nil, message)}, nil)
}

// put is Send for a message that is ready. When next is given, and the server allows
// it, the envelope of next goes along behind the message (RFC 2920 section 3.1): that
// spares a round trip. Next must then be what is put next; anything else needs another
// connection.
func (c *Conn) put(ctx context.Context, m, next *mailing) Outcome {
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

// takes tells whether m may be put on this connection: nothing else was announced.
func (c *Conn) takes(m *mailing) bool { return !c.committed() || c.announced == m.envelope() }

// committed tells whether only the message that was announced may come next.
func (c *Conn) committed() bool { return c.announced != (envelope{}) }

// unfit says why a message cannot go over this connection; empty: it can.
func (c *Conn) unfit(m *mailing) string {
	switch {
	case !isASCII(m.to) && !c.utf8:
		return "the mail server takes no addresses beyond ASCII (no SMTPUTF8)"
	case !fitsLine(m.to) || !fitsLine(m.from) || strings.ContainsAny(m.to, "<>"):
		return "not an address that can be written to"
	}
	return ""
}

// write hands b to the socket, and tells how much of it was taken.
func (c *Conn) write(b []byte) (int, error) {
	w := c.client.Text.W
	n, err := w.Write(b)
	if err == nil {
		err = w.Flush()
	}
	return n - w.Buffered(), err
}

func (c *Conn) read() (reply, error) { return readReply(c.client.Text.R) }

// appendStuffed doubles each dot that begins a line, RFC 5321 section 4.5.2, and sees
// to it that the last line has an end.
func appendStuffed(dst, message []byte) []byte {
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
