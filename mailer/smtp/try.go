package smtp

import (
	"context"
	"time"
)

// Try asks the server whether it takes a message to one recipient: it sends MAIL and RCPT,
// and takes both back with RSET. No message is sent. The outcome is that of the first
// refusal, or Accepted at the stage RCPT.
func (c *Conn) Try(ctx context.Context, from, to string) Outcome {
	m := &Message{From: from, To: to}
	o := Outcome{Kind: Rejected, Stage: stageRCPT, Text: c.unfit(m)}
	if o.Text == "" {
		stop := context.AfterFunc(ctx, func() { _ = c.raw.SetDeadline(time.Unix(1, 0)) })
		defer stop()
		t := transaction{Conn: c, ctx: ctx}
		t.deadline(c.relay.timeouts.Command)
		o = t.try(m.envelope())
	}
	o.Relay, o.At = c.relay.address, time.Now()
	return o
}

func (t *transaction) try(e envelope) Outcome {
	o := Outcome{Kind: Accepted, Stage: stageRCPT}
	for _, c := range t.commands(e) {
		if c.stage == stageDATA {
			break
		}
		answer, err := t.say(c.line)
		switch {
		case err != nil:
			return t.broken(c.stage, err)
		case answer.code >= 400:
			o = t.refused(c.stage, answer)
		case answer.code >= 300:
			return t.broken(c.stage, errGarbage)
		}
		if o.Kind != Accepted {
			break
		}
		o.Code, o.Enhanced, o.Text = answer.code, answer.enhanced, answer.text
	}
	if t.usable {
		if answer, err := t.say("RSET"); err != nil || answer.code != 250 {
			t.usable = false
		}
	}
	return o
}

// say sends a command and reads its reply.
func (t *transaction) say(line string) (reply, error) {
	if _, err := t.write([]byte(line + "\r\n")); err != nil {
		return reply{}, err
	}
	return t.read()
}
