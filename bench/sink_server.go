package bench

import (
	"bufio"
	"bytes"
	"errors"
	"net"
	"strings"
	"sync/atomic"
)

// sinkServer is a mail server that accepts and counts every message and keeps none. It offers
// PIPELINING (RFC 2920) and answers the commands of a sender without checking their order.
type sinkServer struct {
	listener net.Listener
	messages atomic.Int64
}

// listenSink starts a server on a free port of loopback.
func listenSink() (*sinkServer, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &sinkServer{listener: l}
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go s.serve(conn)
		}
	}()
	return s, nil
}

// serve answers one connection until it ends. Replies to pipelined commands go out together.
func (s *sinkServer) serve(conn net.Conn) {
	defer conn.Close()
	r, w := bufio.NewReaderSize(conn, 64<<10), bufio.NewWriter(conn)
	reply := "220 sink ESMTP"
	for {
		_, _ = w.WriteString(reply + "\r\n")
		if r.Buffered() == 0 || strings.HasPrefix(reply, "354") {
			if w.Flush() != nil {
				return
			}
		}
		if strings.HasPrefix(reply, "354") {
			if err := skipMessage(r); err != nil {
				return
			}
			s.messages.Add(1)
			reply = "250 2.0.0 taken"
			continue
		}
		line, err := r.ReadSlice('\n')
		if err != nil {
			return
		}
		switch verb, _, _ := strings.Cut(strings.TrimRight(string(line), "\r\n"), " "); strings.ToUpper(verb) {
		case "EHLO":
			reply = "250-sink\r\n250-8BITMIME\r\n250-PIPELINING\r\n250 ENHANCEDSTATUSCODES"
		case "DATA":
			reply = "354 go on"
		case "QUIT": // smtp-source fails without a reply
			_, _ = w.WriteString("221 2.0.0 bye\r\n")
			_ = w.Flush()
			return
		default:
			reply = "250 2.0.0 ok"
		}
	}
}

// skipMessage reads a message up to its final dot.
func skipMessage(r *bufio.Reader) error {
	begins := true // of a line
	for {
		line, err := r.ReadSlice('\n')
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return err
		}
		if begins && bytes.Equal(line, []byte(".\r\n")) {
			return nil
		}
		begins = err == nil
	}
}
