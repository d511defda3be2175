package sink

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"strings"
	"time"
)

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
