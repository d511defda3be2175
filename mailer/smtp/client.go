package smtp

import (
	"context"
	"sync/atomic"
	"time"
)

// ClientOptions are the ways of a client. All but Open are needed.
type ClientOptions struct {
	MessagesPerConn int           // after which a connection is replaced
	MaxAge          time.Duration // after which a connection is replaced
	Open            *atomic.Int64 // counts the client's connection while it is open; nil: not counted
}

// Client sends messages to the first of several relays that takes them. It has one
// connection at a time, which is kept for many messages and replaced when it is old, used up
// or broken. It is not safe for concurrent use.
type Client struct {
	relays *Relays
	o      ClientOptions
	conn   *Conn // nil: not connected
}

// NewClient returns a client without a connection.
func NewClient(relays *Relays, o ClientOptions) *Client { return &Client{relays: relays, o: o} }

// Connected tells whether the client has a connection.
func (c *Client) Connected() bool { return c.conn != nil }

// Send puts a message on the wire; next, if known, is the message of the following call (see
// [Conn.Send]). wire ends a transaction that is under way; ctx only keeps a new connection
// from being opened. connected is false when no relay could be connected to.
//
// When a relay refuses the message because of the sender, the next relay is tried.
func (c *Client) Send(ctx, wire context.Context, m, next *Message) (o Outcome, connected bool) {
	var refusal Outcome // of a relay before
	tried := 0
	for {
		fresh, o, err := c.connect(ctx, m)
		if err != nil && refusal.ConcernsSender() {
			return refusal, true
		}
		if err != nil {
			return o, false
		}
		if c.usedUp(1) {
			next = nil // it will go over another connection
		}
		relay := c.conn.relay
		o = c.conn.Send(wire, m, next)
		if tried++; o.ConcernsSender() && wire.Err() == nil && c.relays.refused(relay, time.Now()) && tried < len(c.relays.list) {
			c.Close()
			refusal = o
			continue
		}
		if !c.conn.Usable() || o.Kind == NotSent {
			c.Close()
		}
		// An idle connection that the relay has closed is noticed only when it is used. Nothing
		// of the message has been handed over then, and a new connection may take it.
		stale := o.Kind == NotSent || o.SlowDown && o.Stage == stageMAIL
		if fresh || !stale || wire.Err() != nil {
			return o, true
		}
		c.Close()
	}
}

// connect makes sure of a connection that may take m. fresh: it was opened by this call.
func (c *Client) connect(ctx context.Context, m *Message) (fresh bool, o Outcome, err error) {
	if c.conn != nil && (!c.conn.takes(m) || !c.conn.committed() && c.usedUp(0)) {
		c.Close()
	}
	if c.conn != nil {
		return false, Outcome{}, nil
	}
	if c.conn, o, err = c.relays.dial(ctx); err == nil && c.o.Open != nil {
		c.o.Open.Add(1)
	}
	return true, o, err
}

// usedUp tells whether the connection takes no message after that many more.
func (c *Client) usedUp(more int) bool {
	return c.conn.Sent()+more >= c.o.MessagesPerConn || c.conn.Age() >= c.o.MaxAge
}

// Close ends the connection, if there is one. The next message opens another.
func (c *Client) Close() {
	if c.conn != nil {
		c.relays.closed(c.conn.relay)
		c.conn.Close()
		c.conn = nil
		if c.o.Open != nil {
			c.o.Open.Add(-1)
		}
	}
}
