package mailer

import (
	"context"
	"sync/atomic"
	"time"
)

// line is a worker's way to the relays: one connection, kept for many messages and
// replaced when it is old, used up or broken.
type line struct {
	relays  *relays
	from    string // envelope sender
	most    int    // messages over one connection
	longest time.Duration
	open    *atomic.Int64 // counts it while there is a connection; nil: nobody counts
	conn    *Conn
}

// send puts a message on the wire; next, when it is known, is what will be sent next
// (see [Conn.put]). wire ends a transaction that is under way; ctx only keeps a new
// connection from being opened. connected is false when no relay took us.
//
// A relay that refuses the message because of us is left for the next one.
func (l *line) send(ctx, wire context.Context, m, next *mailing) (o Outcome, connected bool) {
	var refusal Outcome // of a relay before
	tried := 0
	for {
		fresh, o, err := l.connect(ctx, m)
		if err != nil && refusal.concernsUs() {
			return refusal, true
		}
		if err != nil {
			return o, false
		}
		if l.usedUp(1) {
			next = nil // it will go over another connection
		}
		relay := l.conn.relay
		o = l.conn.put(wire, m, next)
		if tried++; o.concernsUs() && wire.Err() == nil && l.relays.refused(relay, time.Now()) && tried < len(l.relays.list) {
			l.hangUp()
			refusal = o
			continue
		}
		if !l.conn.Usable() || o.Kind == NotSent {
			l.hangUp()
		}
		// That the relay has closed an idle connection is noticed only by using it. Nothing
		// of the message has been handed over then, and a new connection may take it.
		stale := o.Kind == NotSent || o.SlowDown && o.Stage == "MAIL"
		if fresh || !stale || wire.Err() != nil {
			return o, true
		}
		l.hangUp()
	}
}

// connect sees to a connection that may take m, and tells whether it is a new one.
func (l *line) connect(ctx context.Context, m *mailing) (fresh bool, o Outcome, err error) {
	if l.conn != nil && (!l.conn.takes(m) || !l.conn.committed() && l.usedUp(0)) {
		l.hangUp()
	}
	if l.conn != nil {
		return false, Outcome{}, nil
	}
	if l.conn, o, err = l.relays.dial(ctx); err == nil && l.open != nil {
		l.open.Add(1)
	}
	return true, o, err
}

// usedUp tells whether the connection, so many messages on, is to take no more.
func (l *line) usedUp(more int) bool {
	return l.conn.Sent()+more >= l.most || l.conn.Age() >= l.longest
}

func (l *line) hangUp() {
	if l.conn != nil {
		l.relays.closed(l.conn.relay)
		l.conn.Close()
		l.conn = nil
		if l.open != nil {
			l.open.Add(-1)
		}
	}
}
