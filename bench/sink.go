package bench

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
)

// Sink is the mail server of a benchmark, in a separate process so that its CPU time is
// not counted as the sender's. It prints its address, then for each byte that it reads
// the number of messages received, and returns when in ends.
func Sink(in io.Reader, out io.Writer) error {
	server, err := listenSink()
	if err != nil {
		return err
	}
	defer server.listener.Close()
	fmt.Fprintln(out, server.listener.Addr())
	var b [1]byte
	for {
		if _, err := in.Read(b[:]); err != nil {
			break
		}
		fmt.Fprintln(out, server.messages.Load())
	}
	return nil
}

// sinkProcess is a running process of [Sink].
type sinkProcess struct {
	addr    string
	command *exec.Cmd
	in      io.WriteCloser
	out     *bufio.Reader
}

func startSink(ctx context.Context) (*sinkProcess, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	s := &sinkProcess{command: exec.CommandContext(ctx, self, "bench", "sink")}
	if s.in, err = s.command.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := s.command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	s.out = bufio.NewReader(out)
	if err := s.command.Start(); err != nil {
		return nil, err
	}
	line, err := s.out.ReadString('\n')
	s.addr = strings.TrimSpace(line)
	return s, err
}

// count returns the number of messages that the sink has received.
func (s *sinkProcess) count() (int, error) {
	if _, err := s.in.Write([]byte{'?'}); err != nil {
		return 0, err
	}
	line, err := s.out.ReadString('\n')
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(strings.TrimSpace(line))
}

func (s *sinkProcess) stop() {
	_ = s.in.Close()
	_ = s.command.Wait()
}
