package mailbox

import (
	"errors"
	"net"
	"time"
)

// errTooMuch is returned when a server sends more than maxBytes.
var errTooMuch = errors.New("the server sent too much; the rest is read next time")

// bounded is a connection with an end: it reads until a deadline, and at most maxBytes.
type bounded struct {
	net.Conn
	end  time.Time
	left int64
}

func newBounded(conn net.Conn, end time.Time) *bounded {
	b := &bounded{Conn: conn, end: end, left: maxBytes}
	_ = b.SetDeadline(time.Time{}) // fails for a closed connection only, whose reads fail
	return b
}

// Read reads while the limit permits.
func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errTooMuch
	}
	n, err := b.Conn.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	return n, err
}

// until is the earlier one of t and the end. The zero time stands for the end.
func (b *bounded) until(t time.Time) time.Time {
	if t.IsZero() || t.After(b.end) {
		return b.end
	}
	return t
}

// SetDeadline sets both deadlines.
func (b *bounded) SetDeadline(t time.Time) error { return b.Conn.SetDeadline(b.until(t)) }

// SetReadDeadline sets the deadline of reads.
func (b *bounded) SetReadDeadline(t time.Time) error { return b.Conn.SetReadDeadline(b.until(t)) }

// SetWriteDeadline sets the deadline of writes.
func (b *bounded) SetWriteDeadline(t time.Time) error { return b.Conn.SetWriteDeadline(b.until(t)) }
