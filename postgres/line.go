package postgres

import (
	"context"
	"net"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

const (
	// connectTime bounds making a connection, unless the address has connect_timeout.
	connectTime = 10 * time.Second
	// userTimeout is how long data that the server's machine does not acknowledge is sent
	// again before the connection is given up (TCP_USER_TIMEOUT). Keepalive probes are
	// bounded by it as well.
	userTimeout = 20 * time.Second
)

var keepAlive = net.KeepAliveConfig{Enable: true, Idle: 10 * time.Second, Interval: 5 * time.Second, Count: 3}

// lines are the network connections to one database, of all its pools.
type lines struct {
	mu   sync.Mutex
	open map[*line]struct{}
}

func newLines() *lines { return &lines{open: map[*line]struct{}{}} }

// cut ends all connections. What waits for an answer over one gets an error.
func (l *lines) cut() {
	l.mu.Lock()
	open := make([]*line, 0, len(l.open))
	for c := range l.open {
		open = append(open, c)
	}
	l.mu.Unlock()
	for _, c := range open {
		_ = c.Close()
	}
}

// dialer makes lines on which the server may be silent for so long while it owes an
// answer; 0: for any time.
type dialer struct {
	lines  *lines
	answer time.Duration
}

// Dial is part of [pq.Dialer].
func (d dialer) Dial(network, address string) (net.Conn, error) {
	return d.DialContext(context.Background(), network, address)
}

// DialTimeout is part of [pq.Dialer].
func (d dialer) DialTimeout(network, address string, timeout time.Duration) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	return d.DialContext(ctx, network, address)
}

// DialContext is [pq.DialerContext]'s.
func (d dialer) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	n := net.Dialer{KeepAliveConfig: keepAlive, Control: setUserTimeout}
	conn, err := n.DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	c := &line{Conn: conn, lines: d.lines, answer: d.answer}
	d.lines.mu.Lock()
	d.lines.open[c] = struct{}{}
	d.lines.mu.Unlock()
	return c, nil
}

// setUserTimeout sets TCP_USER_TIMEOUT where there is TCP.
func setUserTimeout(network, _ string, c syscall.RawConn) (err error) {
	if network != "tcp" && network != "tcp4" && network != "tcp6" {
		return nil
	}
	if failed := c.Control(func(fd uintptr) {
		err = unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_USER_TIMEOUT, int(userTimeout.Milliseconds())) //nolint:gosec // a file descriptor
	}); failed != nil {
		return failed
	}
	return err
}

// line is one connection. A server that vanished without ending it is noticed by its
// silence: a proxy in between may acknowledge every packet.
type line struct {
	net.Conn
	lines  *lines
	answer time.Duration

	mu    sync.Mutex
	bound time.Time // set from outside, for making the connection; zero: none
}

// SetDeadline bounds everything; zero: the line's own limits alone hold.
func (c *line) SetDeadline(t time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.bound = t
	return c.Conn.SetDeadline(t)
}

// wait gives the server its time for an answer, from now.
func (c *line) wait() error {
	if c.answer <= 0 {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	t := time.Now().Add(c.answer)
	if !c.bound.IsZero() && c.bound.Before(t) {
		t = c.bound
	}
	return c.Conn.SetDeadline(t)
}

// Write sends, after which the server owes an answer.
func (c *line) Write(p []byte) (int, error) {
	if err := c.wait(); err != nil {
		return 0, err
	}
	return c.Conn.Write(p)
}

// Read returns what the server says. It may take as long again for the rest.
func (c *line) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if err == nil {
		err = c.wait()
	}
	return n, err
}

// Close ends the connection.
func (c *line) Close() error {
	c.lines.mu.Lock()
	delete(c.lines.open, c)
	c.lines.mu.Unlock()
	return c.Conn.Close()
}
