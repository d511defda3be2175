package smtp

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"
)

// errHandedOver is the error after the socket has taken the final dot.
var errHandedOver = errors.New("no answer to the message")

// transaction is the sending of one message.
type transaction struct {
	*Conn
	ctx context.Context
}

// deadline limits the next step, unless the context has ended.
func (t *transaction) deadline(d time.Duration) {
	_ = t.raw.SetDeadline(time.Now().Add(d))
	if t.ctx.Err() != nil {
		_ = t.raw.SetDeadline(time.Unix(1, 0))
	}
}

func (t *transaction) run(m, next *Message) Outcome {
	t.deadline(t.relay.timeouts.Command)
	stage, answer, err := t.introduce(m.envelope())
	if err != nil {
		return t.broken(stage, err)
	}
	if answer.code >= 400 {
		return t.refused(stage, answer)
	}
	// A reply that arrives early would be taken for the reply to the message.
	if t.client.Text.R.Buffered() > 0 {
		return t.broken(stageDATA, fmt.Errorf("%w: unexpected additional replies", errGarbage))
	}
	t.deadline(t.relay.timeouts.Block)
	size, handedOver, err := t.hand(m, next)
	if err != nil && !handedOver {
		return t.interrupted(err)
	}
	t.deadline(t.relay.timeouts.Dot)
	if answer, err = t.read(); err == nil && answer.code >= 300 && answer.code < 400 {
		err = errGarbage
	}
	switch {
	case err != nil:
		t.usable = false
		return Outcome{Kind: Uncertain, Stage: stageDot, Text: fmt.Sprintf("%v: %v", errHandedOver, err), Bytes: size}
	case answer.code >= 400:
		o := t.refused(stageDot, answer)
		o.Bytes = size
		return o
	}
	return Outcome{Kind: Accepted, Stage: stageDot, Code: answer.code, Enhanced: answer.enhanced, Text: answer.text, Bytes: size}
}

// hand writes the message, its end and the envelope of the next message in one call, so
// that no final dot leaves before its message. size is the message's with its end.
// handedOver reports, even with an error, whether the socket took all of that.
func (t *transaction) hand(m, next *Message) (size int, handedOver bool, err error) {
	out := append(m.Data, ".\r\n"...) // into the buffer behind the message
	size = len(out)
	if next != nil {
		t.announced = next.envelope()
		out = t.appendEnvelope(out, t.announced)
	}
	m.Data = out[:size-len(".\r\n")] // the buffer may have grown, and its owner reuses it
	n, err := t.write(out)
	if err != nil {
		t.usable = false
	}
	return size, n >= size, err
}

// lastWords is the time to wait for a reply of a server that stopped reading the message.
const lastWords = time.Second

// interrupted is the outcome of a message that the socket did not take completely. A server
// that closes the connection may have sent a reason before, like 552 for a message that is
// too large.
func (t *transaction) interrupted(err error) Outcome {
	t.deadline(lastWords)
	if answer, unread := t.read(); unread == nil && answer.code >= 400 {
		t.usable = false
		return t.refused(stageDATA, answer)
	}
	return t.broken(stageDATA, err)
}

// command is a command with its stage.
type command struct{ stage, line string }

// commands returns the commands of an envelope.
func (c *Conn) commands(e envelope) [3]command {
	mail := "MAIL FROM:<" + e.from + ">"
	if c.size { // lets the server refuse a large message before it is sent
		mail += " SIZE=" + strconv.Itoa(e.size)
	}
	if c.dsn { // delivery reports with the header of the message, not with its body
		mail += " RET=HDRS"
		if e.id != "" && len(e.id) <= maxEnvelopeID {
			mail += " ENVID=" + xtext(e.id)
		}
	}
	if !isASCII(e.to) {
		mail += " SMTPUTF8"
	}
	return [3]command{{stageMAIL, mail}, {stageRCPT, "RCPT TO:<" + e.to + ">"}, {stageDATA, "DATA"}}
}

func (c *Conn) appendEnvelope(dst []byte, e envelope) []byte {
	for _, command := range c.commands(e) {
		dst = append(append(dst, command.line...), "\r\n"...)
	}
	return dst
}

// introduce sends the envelope unless it was announced, in one write if the server supports
// pipelining. It returns the first refusal, or the 354 that asks for the message.
func (t *transaction) introduce(e envelope) (stage string, answer reply, err error) {
	dirty, said := t.dirty, t.committed()
	t.dirty, t.announced = false, envelope{}
	if t.pipelined && !said {
		t.out = t.out[:0]
		if dirty {
			t.out = append(t.out, resetLine...)
		}
		t.out = t.appendEnvelope(t.out, e)
		if _, err := t.write(t.out); err != nil {
			return stageMAIL, reply{}, err
		}
	}
	if dirty {
		if err := t.reset(); err != nil {
			return stageMAIL, reply{}, err
		}
	}
	commands := t.commands(e)
	for i, c := range commands {
		if !t.pipelined {
			if _, err := t.write([]byte(c.line + "\r\n")); err != nil {
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

// skip reads the replies to the pipelined commands after a refused one. The refusal stays
// the result; the connection remains usable only if both sides agree on the state.
func (t *transaction) skip(rest []command) {
	recipient := false // the server accepted the recipient although it refused the sender
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

// nothing ends the data phase after a 354 without a recipient (RFC 2920 section 3.1). An
// accepted recipient would get an empty message, which only closing the connection
// prevents.
func (t *transaction) nothing(recipient bool) {
	if recipient {
		t.usable = false
		return
	}
	_, err := t.write([]byte(".\r\n"))
	if err == nil {
		_, err = t.read()
	}
	if err != nil {
		t.usable = false
	}
}

const resetLine = "RSET\r\n"

// reset ends a transaction that was refused halfway. With pipelining, RSET has been sent
// already.
func (t *transaction) reset() error {
	if !t.pipelined {
		if _, err := t.write([]byte(resetLine)); err != nil {
			return err
		}
	}
	answer, err := t.read()
	if err == nil && answer.code != 250 {
		err = fmt.Errorf("RSET was answered %d", answer.code)
	}
	return err
}

// refused is the outcome of a refusal. After 421 the server closes the connection.
func (t *transaction) refused(stage string, r reply) Outcome {
	if r.code == 421 {
		t.usable = false
	}
	kind, meaning := Classify(stage, r.code, r.enhanced, r.text)
	return Outcome{
		Kind: kind, Meaning: meaning, Stage: stage, Code: r.code, Enhanced: r.enhanced, Text: r.text,
		SlowDown: r.code == 421,
	}
}

// broken is the outcome of a connection that failed, or of an invalid reply, before the
// socket took the final dot.
func (t *transaction) broken(stage string, err error) Outcome {
	t.usable = false
	return Outcome{Kind: NotSent, Stage: stage, Text: err.Error()}
}
