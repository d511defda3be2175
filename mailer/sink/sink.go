// Package sink is a mail server for tests: it counts the messages that it accepts, and misbehaves
// on request.
package sink

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
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

// session is one connection.
type session struct {
	*Server
	conn     net.Conn
	r        *bufio.Reader
	w        *bufio.Writer
	secure   bool
	from, to string
	begun    bool // MAIL was accepted
}

var errOver = errors.New("over")

// say answers a stage by the script, or with usual. It reports whether it answered with
// usual.
func (s *session) say(stage, usual string) (bool, error) {
	return s.answer(s.scripted(stage), usual)
}

// scripted calls the script, once.
func (s *session) scripted(stage string) string {
	if s.o.Script == nil {
		return ""
	}
	return s.o.Script(stage, s.to)
}

func (s *session) answer(answer, usual string) (bool, error) {
	switch answer {
	case Cut:
		return false, errOver
	case Stall:
		_ = s.w.Flush()
		_, _ = io.Copy(io.Discard, s.r)
		return false, errOver
	case Freeze:
		_ = s.w.Flush()
		<-s.closing
		return false, errOver
	case "":
		answer = usual
	}
	_, _ = s.w.WriteString(answer)
	_, _ = s.w.WriteString("\r\n")
	if s.r.Buffered() == 0 {
		if err := s.w.Flush(); err != nil {
			return false, err
		}
	}
	if strings.HasPrefix(answer, "421") {
		_ = s.w.Flush()
		return false, errOver
	}
	return answer == usual, nil
}

func (s *session) run() {
	defer func() { _ = s.w.Flush() }()
	if _, err := s.say(Banner, "220 sink ESMTP"); err != nil {
		return
	}
	for {
		line, err := s.r.ReadString('\n')
		if err != nil || len(line) > 4096 {
			return
		}
		if err := s.command(strings.TrimRight(line, "\r\n")); err != nil {
			return
		}
	}
}

func (s *session) command(line string) error {
	verb, argument, _ := strings.Cut(line, " ")
	switch strings.ToUpper(verb) {
	case "EHLO", "HELO":
		_, err := s.say(EHLO, s.extensions())
		return err
	case "STARTTLS":
		return s.startTLS()
	case "AUTH":
		return s.signIn(argument)
	case "MAIL":
		s.from, s.to = between(argument), ""
		ok, err := s.say(MAIL, "250 2.1.0 ok")
		s.begun = ok
		return err
	case "RCPT":
		if !s.begun {
			_, err := s.say("", "503 5.5.1 MAIL first")
			return err
		}
		s.to = between(argument)
		ok, err := s.say(RCPT, "250 2.1.5 ok")
		if !ok {
			s.to = ""
		}
		return err
	case "DATA":
		return s.data()
	case "RSET":
		s.from, s.to, s.begun = "", "", false
		_, err := s.say("", "250 2.0.0 ok")
		return err
	case "QUIT":
		_, _ = s.w.WriteString("221 2.0.0 bye\r\n")
		return errOver
	}
	_, err := s.say("", "502 5.5.2 what?")
	return err
}

func (s *session) extensions() string {
	lines := []string{"250-sink", "250-8BITMIME"}
	if !s.o.NoPipeline {
		lines = append(lines, "250-PIPELINING")
	}
	if s.o.TLS != nil && !s.secure {
		lines = append(lines, "250-STARTTLS")
	}
	if s.o.Auth != "" {
		lines = append(lines, "250-AUTH "+s.o.Auth)
	}
	for _, extension := range s.o.Offer {
		lines = append(lines, "250-"+extension)
	}
	return strings.Join(append(lines, "250 ENHANCEDSTATUSCODES"), "\r\n")
}

func (s *session) startTLS() error {
	ok, err := s.say(STARTTLS, "220 2.0.0 go on")
	if err != nil || !ok {
		return err
	}
	_ = s.w.Flush()
	conn := tls.Server(s.conn, s.o.TLS)
	s.conn, s.r, s.w, s.secure = conn, bufio.NewReaderSize(conn, 64<<10), bufio.NewWriter(conn), true
	return nil
}

// signIn authenticates with an offered mechanism.
func (s *session) signIn(argument string) error {
	mechanism, initial, _ := strings.Cut(argument, " ")
	var response []byte
	if initial != "" {
		var err error
		if response, err = base64.StdEncoding.DecodeString(initial); err != nil {
			return err
		}
	}
	decide := s.o.SignIn
	if decide == nil {
		decide = takeAny
	}
	usual := "235 2.7.0 welcome"
	if err := decide(strings.ToUpper(mechanism), response, s.ask); err != nil {
		usual = "535 5.7.8 " + err.Error()
	}
	_, err := s.say(AUTH, usual)
	return err
}

// ask sends a challenge and reads the response.
func (s *session) ask(challenge string) ([]byte, error) {
	_, _ = s.w.WriteString("334 " + base64.StdEncoding.EncodeToString([]byte(challenge)) + "\r\n")
	if err := s.w.Flush(); err != nil {
		return nil, err
	}
	line, err := s.r.ReadString('\n')
	if err != nil {
		return nil, err
	}
	return base64.StdEncoding.DecodeString(strings.TrimRight(line, "\r\n"))
}

// takeAny accepts any PLAIN or LOGIN.
func takeAny(mechanism string, initial []byte, ask func(string) ([]byte, error)) error {
	challenges := []string{""}
	switch {
	case mechanism == "LOGIN":
		challenges = []string{"Username:", "Password:"}
	case initial != nil:
		challenges = nil
	}
	for _, c := range challenges {
		if _, err := ask(c); err != nil {
			return err
		}
	}
	return nil
}

func (s *session) data() error {
	if s.to == "" {
		_, err := s.say("", "554 5.5.1 no valid recipients")
		return err
	}
	ok, err := s.say(DATA, "354 go on")
	if err != nil || !ok {
		return err
	}
	_ = s.w.Flush()
	switch s.scripted(Body) {
	case Cut:
		_, _ = s.r.Discard(100)
		return errOver
	case Stall:
		_, _ = io.Copy(io.Discard, s.r)
		return errOver
	case Freeze:
		<-s.closing
		return errOver
	}
	data, size, err := s.message()
	if err != nil {
		return err
	}
	if s.o.Delay > 0 {
		time.Sleep(s.o.Delay)
	}
	answer := s.scripted(Dot)
	if answer == AcceptThenCut {
		s.keep(data, size)
		return errOver
	}
	if answer == "" { // counted first, because a client may look as soon as it has the reply
		s.keep(data, size)
	}
	_, err = s.answer(answer, "250 2.0.0 taken")
	s.from, s.to, s.begun = "", "", false
	return err
}

// message reads up to the final dot.
func (s *session) message() (data []byte, size int, err error) {
	begins := true // at the beginning of a line
	for {
		line, err := s.r.ReadSlice('\n')
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return nil, 0, err
		}
		if begins && bytes.Equal(line, []byte(".\r\n")) {
			return data, size, nil
		}
		if begins && len(line) > 0 && line[0] == '.' {
			line = line[1:]
		}
		begins = err == nil
		size += len(line)
		if s.o.Keep {
			data = append(data, line...)
		}
	}
}

func (s *session) keep(data []byte, size int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.accepted[s.to]++
	s.bytes += int64(size)
	if s.o.Keep {
		s.messages = append(s.messages, Message{s.from, s.to, data})
	}
}

// between returns the text between < and >.
func between(s string) string {
	_, s, _ = strings.Cut(s, "<")
	s, _, _ = strings.Cut(s, ">")
	return s
}
