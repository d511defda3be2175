// Package sink is a mail server for tests: it counts the messages that it accepts, and misbehaves
// on request.
package sink

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"net"
	"sync"
	"time"
)

// Stages of a session, as named in scripts.
const (
	Banner   = "banner"
	EHLO     = "EHLO"
	STARTTLS = "STARTTLS"
	AUTH     = "AUTH"
	MAIL     = "MAIL"
	RCPT     = "RCPT"
	DATA     = "DATA"
	Body     = "body" // while the message arrives: only Cut, Stall and Freeze apply
	Dot      = "dot"
)

// Answers of a script other than a reply.
const (
	Cut    = "cut"    // closes the connection without a reply
	Stall  = "stall"  // no reply until the client gives up
	Freeze = "freeze" // as Stall, without reading
)

// Script returns the answer at a stage: "" for the usual reply, a reply without its CRLF,
// [Cut], [Stall], [Freeze], or at Dot [AcceptThenCut]. to is empty before RCPT. Script is
// called concurrently.
type Script func(stage, to string) string

// AcceptThenCut accepts a message and closes the connection without a reply.
const AcceptThenCut = "accept-then-cut"

// SignIn authenticates a client, or returns the reason for refusing it. initial is its
// initial response, or nil; ask sends a challenge and returns the response.
type SignIn func(mechanism string, initial []byte, ask func(challenge string) ([]byte, error)) error

// Options configure a server. The zero value accepts everything.
type Options struct {
	Script     Script
	Address    string        // host:port; empty means a free port on loopback
	TLS        *tls.Config   // from the first byte with Implicit; else offered as STARTTLS
	Implicit   bool          //
	Auth       string        // AUTH mechanisms to offer, like "PLAIN LOGIN"
	SignIn     SignIn        // checks passwords; nil accepts any
	Offer      []string      // further extensions to offer, like "SMTPUTF8"
	NoPipeline bool          // do not offer PIPELINING
	Keep       bool          // keep whole messages, for tests
	Delay      time.Duration // before the reply to each message
}

// Server is a running sink.
type Server struct {
	o        Options
	listener net.Listener

	mu       sync.Mutex
	accepted map[string]int
	messages []Message
	conns    map[net.Conn]bool
	bytes    int64
	closing  chan struct{}
	done     sync.WaitGroup
}

// Message is a message that was kept.
type Message struct {
	From, To string
	Data     []byte // without dot-stuffing
}

// Listen starts a server.
func Listen(o Options) (*Server, error) {
	if o.Address == "" {
		o.Address = "127.0.0.1:0"
	}
	l, err := net.Listen("tcp", o.Address)
	if err != nil {
		return nil, fmt.Errorf("sink: %w", err)
	}
	s := &Server{o: o, listener: l, accepted: map[string]int{}, conns: map[net.Conn]bool{}, closing: make(chan struct{})}
	s.done.Go(s.serve)
	return s, nil
}

// Addr is the server's host:port.
func (s *Server) Addr() string { return s.listener.Addr().String() }

// Close ends all connections, as a crash would.
func (s *Server) Close() {
	_ = s.listener.Close()
	s.mu.Lock()
	select {
	case <-s.closing:
	default:
		close(s.closing)
	}
	for c := range s.conns {
		_ = c.Close()
	}
	s.mu.Unlock()
	s.done.Wait()
}

// Accepted returns the number of messages that each recipient got.
func (s *Server) Accepted() map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make(map[string]int, len(s.accepted))
	for to, n := range s.accepted {
		all[to] = n
	}
	return all
}

// Count returns the numbers of messages and bytes accepted.
func (s *Server) Count() (messages, bytes int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, n := range s.accepted {
		messages += int64(n)
	}
	return messages, s.bytes
}

// Connections returns the number of open connections.
func (s *Server) Connections() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.conns)
}

// Messages returns the messages that were kept.
func (s *Server) Messages() []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Message(nil), s.messages...)
}

func (s *Server) serve() {
	for {
		c, err := s.listener.Accept()
		if err != nil {
			return
		}
		s.mu.Lock()
		s.conns[c] = true
		s.mu.Unlock()
		s.done.Go(func() {
			defer func() {
				_ = c.Close()
				s.mu.Lock()
				delete(s.conns, c)
				s.mu.Unlock()
			}()
			conn := c
			if s.o.Implicit {
				conn = tls.Server(c, s.o.TLS)
			}
			(&session{Server: s, conn: conn, r: bufio.NewReaderSize(conn, 64<<10), w: bufio.NewWriter(conn), secure: s.o.Implicit}).run()
		})
	}
}
