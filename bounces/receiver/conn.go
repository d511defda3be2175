package receiver

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"sync"
	"time"
)

// conn is a connection whose first command is read before its protocol is known. It limits
// the duration of the connection and the number of replies.
type conn struct {
	net.Conn
	r       io.Reader // of the connection, and of the first command again
	end     time.Time // of the connection
	greeted bool      // the server's own greeting has been left out
	replies int
	closed  func()
	once    sync.Once

	mu      sync.Mutex // guards stopped and the deadline of reading
	stopped bool       // it must not wait any longer
}

func newConn(raw net.Conn, now time.Time) *conn {
	return &conn{Conn: raw, r: raw, end: now.Add(connectionTime)}
}

// begin greets the client and reads its first command. LMTP clients begin with LHLO.
func (c *conn) begin(name string) (isLMTP bool, err error) {
	if err := errors.Join(c.SetReadDeadline(time.Now().Add(idleTime)), c.SetWriteDeadline(time.Now().Add(time.Minute))); err != nil {
		return false, err
	}
	if _, err := c.Conn.Write([]byte("220 " + name + " ESMTP LMTP Corridor\r\n")); err != nil {
		return false, err
	}
	r := bufio.NewReaderSize(c.Conn, 1024)
	line, err := r.ReadSlice('\n')
	if err != nil {
		return false, err
	}
	c.r = io.MultiReader(bytes.NewReader(bytes.Clone(line)), r)
	return len(line) > 4 && strings.EqualFold(string(line[:4]), "LHLO"), nil
}

func (c *conn) Read(b []byte) (int, error) { return c.r.Read(b) }

// errTooMany is the error after too many replies.
var errTooMany = errors.New("too many commands")

// Write leaves out the greeting, which begin has sent.
func (c *conn) Write(b []byte) (int, error) {
	if !c.greeted {
		c.greeted = true
		return len(b), nil
	}
	if c.replies++; c.replies > maxReplies {
		_ = c.Close()
		return 0, errTooMany
	}
	return c.Conn.Write(b)
}

// SetReadDeadline sets the deadline, which the end of the connection limits.
func (c *conn) SetReadDeadline(t time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if t.After(c.end) {
		t = c.end
	}
	if c.stopped {
		t = time.Unix(1, 0)
	}
	return c.Conn.SetReadDeadline(t)
}

// interrupt ends the waiting for a command. A message that is being received is cut off, and
// the client sends it again.
func (c *conn) interrupt() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stopped = true
	_ = c.Conn.SetReadDeadline(time.Unix(1, 0))
}

// Close closes the connection.
func (c *conn) Close() error {
	err := os.ErrClosed
	c.once.Do(func() {
		err = c.Conn.Close()
		c.closed()
	})
	return err
}

// queue is the listener of one protocol: it has the connections that begin with it.
type queue struct {
	address net.Addr
	conns   chan *conn
	done    chan struct{}
	once    sync.Once
}

func newQueue(address net.Addr) *queue {
	return &queue{address: address, conns: make(chan *conn), done: make(chan struct{})}
}

// put hands a connection over, or closes it if the queue is closed.
func (q *queue) put(c *conn) {
	select {
	case q.conns <- c:
	case <-q.done:
		_ = c.Close()
	}
}

// Accept returns the next connection.
func (q *queue) Accept() (net.Conn, error) {
	select {
	case c := <-q.conns:
		return c, nil
	case <-q.done:
		return nil, net.ErrClosed
	}
}

// Close ends Accept.
func (q *queue) Close() error {
	q.once.Do(func() { close(q.done) })
	return nil
}

// Addr is the address of the listener.
func (q *queue) Addr() net.Addr { return q.address }
