package mailer

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strconv"
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
	dirty     bool // a refused transaction is still open
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
	if c.usable {
		_ = c.raw.SetDeadline(time.Now().Add(time.Second))
		_ = c.write([]byte("QUIT\r\n"))
	}
	c.usable = false
	_ = c.raw.Close()
}

// errHandedOver marks what happens after the final dot was handed to the socket.
var errHandedOver = errors.New("no answer to the message")

// Send puts one message to one recipient on the wire, RFC 5321 section 3.3. It must
// have CRLF line ends and is dot-stuffed here. The outcome is exact about the final
// dot: if it was not handed to the socket nothing was sent, afterwards only the
// answer decides. When ctx ends the connection does.
func (c *Conn) Send(ctx context.Context, from, to string, message []byte) Outcome {
	return c.SendDotless(ctx, from, to, appendStuffed(nil, message))
}

// SendDotless is Send for a message that goes to the wire as it is: no line begins with
// a dot, or it is stuffed already, and the last line has its end. [Template.Splice]
// makes such ones.
func (c *Conn) SendDotless(ctx context.Context, from, to string, message []byte) Outcome {
	c.sent++
	unfit := ""
	switch {
	case !isASCII(to) && !c.utf8:
		unfit = "the mail server takes no addresses beyond ASCII (no SMTPUTF8)"
	case !fitsLine(to) || !fitsLine(from) || strings.ContainsAny(to, "<>"):
		unfit = "not an address that can be written to"
	}
	if unfit != "" {
		return Outcome{Kind: Rejected, Stage: stageRCPT, Relay: c.relay.address, At: time.Now(), Text: unfit}
	}
	stop := context.AfterFunc(ctx, func() { _ = c.raw.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	c.raw.left = maxTalk
	t := transaction{Conn: c, ctx: ctx}
	o := t.run(from, to, message)
	o.Relay, o.At = c.relay.address, time.Now()
	return o
}

// transaction is one message on its way.
type transaction struct {
	*Conn
	ctx context.Context
}

// deadline bounds the next step, unless the context has ended.
func (t *transaction) deadline(d time.Duration) {
	_ = t.raw.SetDeadline(time.Now().Add(d))
	if t.ctx.Err() != nil {
		_ = t.raw.SetDeadline(time.Unix(1, 0))
	}
}

func (t *transaction) run(from, to string, message []byte) Outcome {
	t.deadline(t.relay.timeouts.Command)
	stage, answer, err := t.envelope(from, to, len(message))
	if err != nil {
		return t.broken(stage, err)
	}
	if answer.code >= 400 {
		return t.refused(stage, answer)
	}
	// What came before it was asked for would be taken for the answer to the message.
	if t.client.Text.R.Buffered() > 0 {
		return t.broken(stageDATA, fmt.Errorf("%w: it says more than was asked", errGarbage))
	}
	// One call hands over the message and its end: when it fails the last bytes were
	// not taken.
	message = append(message, ".\r\n"...) // behind it, where only its buffer is
	t.deadline(t.relay.timeouts.Block)
	if err := t.write(message); err != nil {
		return t.interrupted(err)
	}
	t.deadline(t.relay.timeouts.Dot)
	answer, err = t.read()
	switch {
	case err != nil || answer.code >= 300 && answer.code < 400:
		t.usable = false
		if err == nil {
			err = errGarbage
		}
		return Outcome{Kind: Uncertain, Stage: stageDot, Text: fmt.Sprintf("%v: %v", errHandedOver, err), Bytes: len(message)}
	case answer.code >= 400:
		o := t.refused(stageDot, answer)
		o.Bytes = len(message)
		return o
	}
	return Outcome{Kind: Accepted, Stage: stageDot, Code: answer.code, Enhanced: answer.enhanced, Text: answer.text, Bytes: len(message)}
}

// lastWords is how long a server that stopped taking the message is listened to.
const lastWords = time.Second

// interrupted is the outcome of a message that could not be handed over. A server that
// ends the connection in the middle may have said why, like 552 for one too big.
func (t *transaction) interrupted(err error) Outcome {
	t.deadline(lastWords)
	if answer, unread := t.read(); unread == nil && answer.code >= 400 {
		t.usable = false
		return t.refused(stageDATA, answer)
	}
	return t.broken(stageDATA, err)
}

// command is a line and the stage that it is.
type command struct{ stage, line string }

// envelope says who writes to whom, in one write where the server takes it, and ends
// with the first refusal or with the 354 that asks for the message.
func (t *transaction) envelope(from, to string, size int) (stage string, answer reply, err error) {
	commands := []command{{stageMAIL, "MAIL FROM:<" + from + ">"}, {stageRCPT, "RCPT TO:<" + to + ">"}, {stageDATA, "DATA"}}
	if t.size { // one that is too big is refused before it travels
		commands[0].line += " SIZE=" + strconv.Itoa(size)
	}
	if !isASCII(to) {
		commands[0].line += " SMTPUTF8"
	}
	dirty := t.dirty
	t.dirty = false
	if t.pipelined {
		t.out = t.out[:0]
		if dirty {
			t.out = append(t.out, resetLine...)
		}
		for _, c := range commands {
			t.out = append(append(t.out, c.line...), "\r\n"...)
		}
		if err := t.write(t.out); err != nil {
			return stageMAIL, reply{}, err
		}
	}
	if dirty {
		if err := t.reset(); err != nil {
			return stageMAIL, reply{}, err
		}
	}
	for i, c := range commands {
		if !t.pipelined {
			if err := t.write([]byte(c.line + "\r\n")); err != nil {
				return c.stage, reply{}, err
			}
		}
		if answer, err = t.read(); err != nil {
			return c.stage, reply{}, err
		}
		switch {
		case answer.code >= 400:
			t.dirty = c.stage != stageMAIL
			if t.pipelined && answer.code != 421 {
				t.skip(commands[i+1:])
			}
			return c.stage, answer, nil
		case (c.stage == stageDATA) != (answer.code == 354) || answer.code >= 300 && c.stage != stageDATA:
			return c.stage, reply{}, fmt.Errorf("%w: %d to %s", errGarbage, answer.code, c.stage)
		}
	}
	return "", answer, nil
}

// skip reads the answers to what was on its way when a command was refused. What was
// said first is what counts; but the connection goes on only where both sides agree.
func (t *transaction) skip(rest []command) {
	recipient := false // one was taken, although the sender was not
	for _, c := range rest {
		answer, err := t.read()
		if err != nil {
			t.usable = false
			return
		}
		recipient = recipient || c.stage == stageRCPT && answer.code < 300
		if c.stage == stageDATA && answer.code < 400 {
			t.nothing(recipient)
		}
	}
}

// nothing ends a message that has no recipient, RFC 2920 section 3.1. Where there is
// one it would get an empty mail: only hanging up prevents that.
func (t *transaction) nothing(recipient bool) {
	if recipient {
		t.usable = false
		return
	}
	err := t.write([]byte(".\r\n"))
	if err == nil {
		_, err = t.read()
	}
	if err != nil {
		t.usable = false
	}
}

const resetLine = "RSET\r\n"

// reset ends a transaction that was refused half-way. When pipelined the command is on
// its way already.
func (t *transaction) reset() error {
	if !t.pipelined {
		if err := t.write([]byte(resetLine)); err != nil {
			return err
		}
	}
	answer, err := t.read()
	if err == nil && answer.code != 250 {
		err = fmt.Errorf("RSET was answered %d", answer.code)
	}
	return err
}

// refused is the outcome of a refusal. After 421 the server closes.
func (t *transaction) refused(stage string, r reply) Outcome {
	if r.code == 421 {
		t.usable = false
	}
	return Outcome{
		Kind: Classify(stage, r.code, r.enhanced, r.text), Stage: stage, Code: r.code, Enhanced: r.enhanced, Text: r.text,
		SlowDown: r.code == 421,
	}
}

// broken is the outcome of a connection that ended, or talked garbage, before the
// final dot was handed to the socket.
func (t *transaction) broken(stage string, err error) Outcome {
	t.usable = false
	return Outcome{Kind: NotSent, Stage: stage, Text: err.Error()}
}

func (c *Conn) write(b []byte) error {
	if _, err := c.client.Text.W.Write(b); err != nil {
		return err
	}
	return c.client.Text.W.Flush()
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
