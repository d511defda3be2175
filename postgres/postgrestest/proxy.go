package postgrestest

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"

	"corridor/postgres"
)

// Proxy stands between a pool of connections and the server. It stops or ends a
// connection before or after any statement, so that a test sees what a crash, a lost
// answer or another process at that moment does.
type Proxy struct {
	URL string // of the database, by way of the proxy

	socket   string // of the server
	listener net.Listener

	mu    sync.Mutex
	conns map[*proxied]bool
	gate  *Gate
}

// NewProxy starts a proxy to a test's database. It ends with the test.
func NewProxy(t testing.TB, db *postgres.DB) *Proxy {
	t.Helper()
	host, rest, _ := strings.Cut(strings.TrimPrefix(db.URL, "host="), " ")
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &Proxy{
		URL:    fmt.Sprintf("host=127.0.0.1 port=%d %s", listener.Addr().(*net.TCPAddr).Port, rest),
		socket: host + "/.s.PGSQL.5432", listener: listener, conns: map[*proxied]bool{},
	}
	go p.accept()
	t.Cleanup(p.Close)
	return p
}

// Close ends the proxy and all its connections.
func (p *Proxy) Close() {
	p.listener.Close()
	p.Cut()
}

// Gate is a statement at which a connection stops.
type Gate struct {
	Reached <-chan struct{} // closed when the connection has stopped there

	left    int // statements that pass first
	after   bool
	reached chan struct{}
	release chan bool
	once    sync.Once
}

// Stop sets a gate before the nth statement from now on, or after it: then the server has
// executed it, and the client has no answer yet. Statements that only set parameters of a
// session do not count. A new gate replaces a former one that was not reached.
func (p *Proxy) Stop(n int, after bool) *Gate {
	g := &Gate{left: n, after: after, reached: make(chan struct{}), release: make(chan bool, 1)}
	g.Reached = g.reached
	p.mu.Lock()
	defer p.mu.Unlock()
	p.gate = g
	return g
}

// Open takes the gate away. A connection that has stopped there goes on, or ends.
func (g *Gate) Open(cut bool) { g.once.Do(func() { g.release <- cut }) }

// Pass takes a gate away that no connection has reached.
func (p *Proxy) Pass() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.gate = nil
}

// Cut ends all connections, and waits until the server has ended their sessions.
func (p *Proxy) Cut() {
	p.mu.Lock()
	var conns []*proxied
	for c := range p.conns {
		conns = append(conns, c)
	}
	p.gate = nil
	p.mu.Unlock()
	for _, c := range conns {
		c.end()
	}
	for _, c := range conns {
		<-c.ended
	}
}

// statement counts a statement, and returns the gate at which it stops, if it does.
func (p *Proxy) statement() *Gate {
	p.mu.Lock()
	defer p.mu.Unlock()
	g := p.gate
	if g == nil {
		return nil
	}
	if g.left--; g.left > 0 {
		return nil
	}
	p.gate = nil
	return g
}

func (p *Proxy) accept() {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial("unix", p.socket)
		if err != nil {
			client.Close()
			continue
		}
		c := &proxied{proxy: p, client: client, server: server.(*net.UnixConn), ending: make(chan struct{}), ended: make(chan struct{})}
		p.mu.Lock()
		p.conns[c] = true
		p.mu.Unlock()
		go c.fromClient()
		go c.fromServer()
	}
}

// proxied is one connection.
type proxied struct {
	proxy  *Proxy
	client net.Conn
	server *net.UnixConn
	once   sync.Once
	ending chan struct{}
	ended  chan struct{} // closed when the server has ended the session

	mu    sync.Mutex
	after *Gate // at which the present answer stops
}

// end ends the connection of the client. The server reads the end of its input and ends
// the session.
func (c *proxied) end() {
	c.once.Do(func() {
		close(c.ending)
		c.client.Close()
		_ = c.server.CloseWrite()
	})
}

// waitAt stops at a gate; false: the connection ends there.
func (c *proxied) waitAt(g *Gate) bool {
	close(g.reached)
	select {
	case cut := <-g.release:
		return !cut
	case <-c.ending:
		return false
	}
}

// fromClient passes requests on.
func (c *proxied) fromClient() {
	defer c.end()
	in := bufio.NewReader(c.client)
	startup, err := readMessage(in, 0)
	if err != nil {
		return
	}
	if _, err := c.server.Write(startup); err != nil {
		return
	}
	for {
		request, counts, err := readRequest(in)
		if err != nil || counts && !c.passGate() {
			return
		}
		if _, err := c.server.Write(request); err != nil {
			return
		}
	}
}

// readRequest reads messages until the server answers: a simple query, or those of an
// extended query up to its Sync. counts reports whether a statement is executed.
func readRequest(in *bufio.Reader) (request []byte, counts bool, err error) {
	for {
		m, err := readMessage(in, 1)
		if err != nil {
			return nil, false, err
		}
		request = append(request, m...)
		switch m[0] {
		case 'E':
			counts = true
		case 'P', 'B', 'D', 'C':
		case 'Q':
			return request, isStatement(string(m[5:])), nil
		default:
			return request, counts && m[0] == 'S', nil
		}
	}
}

// passGate counts a statement, and stops at a gate before it; false: the connection ends
// there. A gate after the statement is left to fromServer.
func (c *proxied) passGate() bool {
	g := c.proxy.statement()
	if g == nil {
		return true
	}
	if !g.after {
		return c.waitAt(g)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.after = g
	return true
}

func isStatement(query string) bool {
	return !strings.HasPrefix(query, "SET ") && !strings.HasPrefix(query, ";")
}

// fromServer passes answers on. It reads to the end also when the client is gone.
func (c *proxied) fromServer() {
	defer func() {
		c.end()
		_ = c.server.Close()
		c.proxy.mu.Lock()
		delete(c.proxy.conns, c)
		c.proxy.mu.Unlock()
		close(c.ended)
	}()
	in := bufio.NewReader(c.server)
	var answer []byte
	for {
		m, err := readMessage(in, 1)
		if err != nil {
			return
		}
		answer = append(answer, m...)
		c.mu.Lock()
		g := c.after
		if m[0] == 'Z' {
			c.after = nil
		}
		c.mu.Unlock()
		switch {
		case g != nil && m[0] != 'Z':
			continue
		case g != nil && !c.waitAt(g):
			c.end()
		case in.Buffered() > 0:
			continue
		}
		_, _ = c.client.Write(answer)
		answer = answer[:0]
	}
}

// readMessage reads a message of the frontend/backend protocol: its type, if it has one,
// its length, and the rest.
func readMessage(in *bufio.Reader, typed int) ([]byte, error) {
	head := make([]byte, typed+4)
	if _, err := io.ReadFull(in, head); err != nil {
		return nil, err
	}
	m := append(head, make([]byte, int(binary.BigEndian.Uint32(head[typed:]))-4)...)
	_, err := io.ReadFull(in, m[typed+4:])
	return m, err
}
