package smtp

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"
)

// errHandedOver marks what happens after the final dot was handed to the socket.
var errHandedOver = errors.New("no answer to the message")

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

func (t *transaction) run(m, next *Message) Outcome {
	t.deadline(t.relay.timeouts.Command)
	stage, answer, err := t.introduce(m.envelope())
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

// hand gives the message and its end to the socket, the envelope of the next one behind
// them, all in one call: no final dot leaves before what it ends. size is the message's
// with its end; handedOver tells, also after an error, whether all of that was taken.
func (t *transaction) hand(m, next *Message) (size int, handedOver bool, err error) {
	out := append(m.Data, ".\r\n"...) // behind it, where only its buffer is
	size = len(out)
	if next != nil {
		t.announced = next.envelope()
		out = t.appendEnvelope(out, t.announced)
	}
	m.Data = out[:size-len(".\r\n")] // the buffer may have grown; its owner uses it again
	n, err := t.write(out)
	if err != nil {
		t.usable = false
	}
	return size, n >= size, err
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

// commands say who writes to whom.
func (c *Conn) commands(e envelope) [3]command {
	mail := "MAIL FROM:<" + e.from + ">"
	if c.size { // one that is too big is refused before it travels
		mail += " SIZE=" + strconv.Itoa(e.size)
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

// introduce says who writes to whom, in one write where the server takes it, unless that
// was said already, and ends with the first refusal or with the 354 that asks for the
// message.
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
	_, err := t.write([]byte(".\r\n"))
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

// refused is the outcome of a refusal. After 421 the server closes.
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

// broken is the outcome of a connection that ended, or talked garbage, before the
// final dot was handed to the socket.
func (t *transaction) broken(stage string, err error) Outcome {
	t.usable = false
	return Outcome{Kind: NotSent, Stage: stage, Text: err.Error()}
}
