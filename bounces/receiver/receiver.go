// Package receiver receives messages that come back from mail servers, by SMTP (RFC 5321)
// and LMTP (RFC 2033) at one address: the client's first command decides. It relays no
// message: it accepts only recipients that belong to an email of ours.
package receiver

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"sync"
	"time"

	"corridor/bounces"
	"corridor/trouble"

	"github.com/emersion/go-smtp"
)

// Limits of the receiver. Clients are mail servers, usually one on the same machine.
const (
	maxSize        = 50 << 20         // bytes of a message; the desk reads its beginning
	maxLine        = 1 << 20          // bytes of a line
	maxRecipients  = 50               // of a message
	maxRefused     = 20               // recipients of a connection
	maxMessages    = 1000             // of a connection
	maxReplies     = 20_000           // of a connection
	maxConnections = 40               // each may hold a message in memory
	idleTime       = 5 * time.Minute  // for a command or a message, RFC 5321 section 4.5.3.2
	connectionTime = time.Hour        // for a connection
	deskTime       = 20 * time.Second // for the database
	stopTime       = 5 * time.Second  // for the message in progress after a stop
)

// Options configure a receiver. Desk, Log and Troubles are required.
type Options struct {
	Desk     *bounces.Desk
	Name     string // of this machine, for the greeting
	Feedback string // address for complaints (CFBL-Address, RFC 9477), accepted too; may be empty
	Log      *slog.Logger
	Troubles *trouble.Log
}

// Server receives messages.
type Server struct {
	Options
	lmtp, smtp *smtp.Server

	opening sync.WaitGroup // connections before their first command
	mu      sync.Mutex
	open    map[*conn]bool
}

// New returns a receiver.
func New(o Options) *Server {
	s := &Server{Options: o, open: map[*conn]bool{}}
	s.lmtp, s.smtp = s.protocol("lmtp"), s.protocol("smtp")
	s.lmtp.LMTP = true
	return s
}

// protocol returns the server of one protocol.
func (s *Server) protocol(name string) *smtp.Server {
	p := smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) {
		return &session{Server: s, conn: c, door: name}, nil
	}))
	p.Domain = s.Name
	p.EnableSMTPUTF8 = true
	p.MaxMessageBytes, p.MaxLineLength, p.MaxRecipients = maxSize, maxLine, maxRecipients
	p.ReadTimeout, p.WriteTimeout = idleTime, time.Minute
	p.ErrorLog = slog.NewLogLogger(s.Log.Handler(), slog.LevelDebug)
	return p
}

// Run receives messages until ctx ends, and then completes those in progress. It closes l.
func (s *Server) Run(ctx context.Context, l net.Listener) error {
	lmtp, plain := newQueue(l.Addr()), newQueue(l.Addr())
	var serving sync.WaitGroup
	serving.Go(func() { _ = s.lmtp.Serve(lmtp) })
	serving.Go(func() { _ = s.smtp.Serve(plain) })
	stop := context.AfterFunc(ctx, func() { _ = l.Close() })
	defer stop()
	err := s.accept(l, lmtp, plain)
	_ = l.Close()
	s.interrupt()
	s.opening.Wait()
	s.shutdown()
	serving.Wait()
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// accept hands each connection to the server of its protocol until l is closed.
func (s *Server) accept(l net.Listener, lmtp, plain *queue) error {
	for {
		raw, err := l.Accept()
		if err != nil {
			var temporary interface{ Temporary() bool }
			if errors.As(err, &temporary) && temporary.Temporary() { // out of files
				time.Sleep(100 * time.Millisecond)
				continue
			}
			return err
		}
		c := s.admit(raw)
		if c == nil {
			continue
		}
		s.opening.Go(func() {
			switch isLMTP, err := c.begin(s.Name); {
			case err != nil:
				_ = c.Close()
			case isLMTP:
				lmtp.put(c)
			default:
				plain.put(c)
			}
		})
	}
}

// admit counts a connection, or refuses it and returns nil.
func (s *Server) admit(raw net.Conn) *conn {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.open) >= maxConnections {
		_ = raw.SetWriteDeadline(time.Now().Add(time.Second))
		_, _ = raw.Write([]byte("421 4.3.2 Too many connections, try again later\r\n"))
		_ = raw.Close()
		return nil
	}
	c := newConn(raw, time.Now())
	c.closed = func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.open, c)
	}
	s.open[c] = true
	return c
}

// interrupt ends the waiting of every connection for its next command.
func (s *Server) interrupt() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.open {
		c.interrupt()
	}
}

// shutdown waits for messages in progress, and closes all connections.
func (s *Server) shutdown() {
	ctx, cancel := context.WithTimeout(context.Background(), stopTime)
	defer cancel()
	for _, p := range []*smtp.Server{s.lmtp, s.smtp} {
		if err := p.Shutdown(ctx); err != nil {
			s.Log.Debug("connections of mail servers were cut off", "error", err)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.open {
		_ = c.Conn.Close()
	}
}
