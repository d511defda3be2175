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

// connections are the network connections to one database, of all its pools.
type connections struct {
	mu   sync.Mutex
	open map[*connection]struct{}
}

func newConnections() *connections { return &connections{open: map[*connection]struct{}{}} }

// cut closes all connections. Calls that wait for an answer get an error.
func (l *connections) cut() {
	l.mu.Lock()
	open := make([]*connection, 0, len(l.open))
	for c := range l.open {
		open = append(open, c)
	}
	l.mu.Unlock()
	for _, c := range open {
		_ = c.Close()
	}
}

// dialer makes connections on which the server may be silent for so long while it owes an
// answer; 0: for any time.
type dialer struct {
	connections *connections
	answer      time.Duration
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
	c := &connection{Conn: conn, connections: d.connections, answer: d.answer}
	d.connections.mu.Lock()
	d.connections.open[c] = struct{}{}
	d.connections.mu.Unlock()
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

// connection is one connection. A server that vanished without ending it is noticed by its
// silence: a proxy in between may acknowledge every packet.
type connection struct {
	net.Conn
	connections *connections
	answer      time.Duration

	mu    sync.Mutex
	bound time.Time // set from outside, for making the connection; zero: none
}

// SetDeadline bounds everything; zero: the connection's limits alone apply.
func (c *connection) SetDeadline(t time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.bound = t
	return c.Conn.SetDeadline(t)
}

// wait gives the server its time for an answer, from now.
func (c *connection) wait() error {
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
func (c *connection) Write(p []byte) (int, error) {
	if err := c.wait(); err != nil {
		return 0, err
	}
	return c.Conn.Write(p)
}

// Read reads from the server. Each read starts the time limit again.
func (c *connection) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if err == nil {
		err = c.wait()
	}
	return n, err
}

// Close ends the connection.
func (c *connection) Close() error {
	c.connections.mu.Lock()
	delete(c.connections.open, c)
	c.connections.mu.Unlock()
	return c.Conn.Close()
}
