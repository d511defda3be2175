package smtp

import (
	"context"
	"sync/atomic"
	"time"
)

// ClientOptions configure a client. All fields except Open are required.
type ClientOptions struct {
	MessagesPerConn int           // messages over one connection
	MaxAge          time.Duration // age at which a connection is replaced
	Open            *atomic.Int64 // counts open connections; may be nil
}

// Client sends each message to the first relay that accepts it. It has one connection at a
// time, keeps it for many messages, and replaces it when it is old, used up or broken. It
// is not safe for concurrent use.
type Client struct {
	relays *Relays
	o      ClientOptions
	conn   *Conn // nil unless connected
}

// NewClient returns a client without a connection.
func NewClient(relays *Relays, o ClientOptions) *Client { return &Client{relays: relays, o: o} }

// Connected reports whether the client has a connection.
func (c *Client) Connected() bool { return c.conn != nil }

// Send sends a message. next is the message of the following call, if it is known (see
// [Conn.Send]). The end of wire aborts a transaction in progress; the end of ctx only
// prevents a new connection. connected is false if no relay could be connected to.
//
// When a relay refuses the message because of the sender, Send tries the next relay.
func (c *Client) Send(ctx, wire context.Context, m, next *Message) (o Outcome, connected bool) {
	var refusal *Outcome // of the relay before
	tried := 0
	for {
		fresh, o, err := c.connect(ctx, m)
		if err != nil && refusal != nil {
			failed := o
			refusal.Earlier = chain(&failed, refusal.Earlier)
			return *refusal, true
		}
		if err != nil {
			return o, false
		}
		if c.usedUp(1) {
			next = nil // next will need a new connection
		}
		relay, earlier := c.conn.relay, chain(o.Earlier, refusal)
		o = c.conn.Send(wire, m, next)
		c.relays.note(relay, o)
		o.Earlier = earlier
		if tried++; o.ConcernsSender() && wire.Err() == nil && c.relays.refused(relay, time.Now()) && tried < len(c.relays.list) {
			c.Close()
			before := o
			refusal = &before
			continue
		}
		if !c.conn.Usable() || o.Kind == NotSent {
			c.Close()
		}
		// A relay may have closed an idle connection, which is noticed at its next use.
		// Then no byte of the message was taken, so a new connection may send it.
		stale := o.Kind == NotSent || o.SlowDown && o.Stage == stageMAIL
		if fresh || !stale || wire.Err() != nil {
			return o, true
		}
		c.Close()
	}
}

// chain appends outcomes to a list of earlier ones.
func chain(list, rest *Outcome) *Outcome {
	if list == nil {
		return rest
	}
	last := list
	for last.Earlier != nil {
		last = last.Earlier
	}
	last.Earlier = rest
	return list
}

// connect ensures a connection that may take m. fresh is true if this call opened it.
func (c *Client) connect(ctx context.Context, m *Message) (fresh bool, o Outcome, err error) {
	if c.conn != nil && (!c.conn.takes(m) || !c.conn.committed() && c.usedUp(0) || c.relays.isBraked(c.conn.relay) && !m.Urgent) {
		c.Close()
	}
	if c.conn != nil {
		return false, Outcome{}, nil
	}
	o, err = c.open(ctx, c.relays.order(time.Now(), m.Urgent))
	return true, o, err
}

// open connects to the first relay of an order that accepts a connection.
func (c *Client) open(ctx context.Context, order []int) (o Outcome, err error) {
	if c.conn, o, err = c.relays.dial(ctx, order); err == nil && c.o.Open != nil {
		c.o.Open.Add(1)
	}
	return o, err
}

// usedUp reports whether the connection will take no further message after the given
// number.
func (c *Client) usedUp(more int) bool {
	return c.conn.Sent()+more >= c.o.MessagesPerConn || c.conn.Age() >= c.o.MaxAge
}

// Close closes the connection, if there is one. The next message opens another.
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
