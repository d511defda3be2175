package smtp

import (
	"context"
	"errors"
	"slices"
	"time"
)

// errBraked is the error when every relay is braked.
var errBraked = errors.New("sending through every mail server is stopped")

// brakedPause is the longest pause while every relay is braked or fails.
const brakedPause = lastPause

// SetBraked stops sending through the named relays, and only those: a client closes its
// connection to a braked relay before its next message. Only urgent messages and probes are
// sent to a braked relay.
func (r *Relays) SetBraked(addresses map[string]bool) {
	for i, relay := range r.list {
		r.braked[i].Store(addresses[relay.address])
	}
}

// AllBraked reports whether no relay is left to send through.
func (r *Relays) AllBraked() bool {
	for i := range r.braked {
		if !r.braked[i].Load() {
			return false
		}
	}
	return true
}

func (r *Relays) isBraked(relay *Relay) bool { return r.braked[slices.Index(r.list, relay)].Load() }

// Addresses lists the relays as host:port, in order of preference.
func (r *Relays) Addresses() []string {
	list := make([]string, len(r.list))
	for i, relay := range r.list {
		list[i] = relay.address
	}
	return list
}

// index is a relay's place in the list, or -1.
func (r *Relays) index(address string) int {
	for i, relay := range r.list {
		if relay.address == address {
			return i
		}
	}
	return -1
}

// Probe sends a message through one relay, although it is braked, over a connection of its
// own. connected is false if the relay could not be connected to.
func (c *Client) Probe(ctx, wire context.Context, m *Message, relay string) (o Outcome, connected bool) {
	c.Close()
	i := c.relays.index(relay)
	if i < 0 {
		return Outcome{Kind: NotSent, Stage: stageConnect, Relay: relay, Text: "the mail server is not configured", At: time.Now()}, false
	}
	if o, err := c.open(ctx, []int{i}); err != nil {
		return o, false
	}
	defer c.Close()
	o = c.conn.Send(wire, m, nil)
	c.relays.note(c.conn.relay, o)
	return o, true
}

// ProbeMail connects to a relay, begins a transaction with MAIL and ends it with RSET, to
// find out whether the relay refuses us before RCPT. The outcome is Accepted if it does not.
func (r *Relays) ProbeMail(ctx context.Context, relay, from string) Outcome {
	i := r.index(relay)
	if i < 0 {
		return Outcome{Kind: NotSent, Stage: stageConnect, Relay: relay, Text: "the mail server is not configured", At: time.Now()}
	}
	conn, o, err := r.dial(ctx, []int{i})
	if err != nil {
		return o
	}
	defer r.closed(conn.relay)
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { _ = conn.raw.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	t := transaction{Conn: conn, ctx: ctx}
	o = t.begin(from)
	o.Relay, o.At = relay, time.Now()
	return o
}

// begin begins a transaction and ends it.
func (t *transaction) begin(from string) Outcome {
	t.deadline(t.relay.timeouts.Command)
	for _, line := range []string{"MAIL FROM:<" + from + ">\r\n", resetLine} {
		_, err := t.write([]byte(line))
		var answer reply
		if err == nil {
			answer, err = t.read()
		}
		if err != nil {
			return t.broken(stageMAIL, err)
		}
		if answer.code >= 400 {
			return t.refused(stageMAIL, answer)
		}
	}
	return Outcome{Kind: Accepted, Stage: stageMAIL}
}
