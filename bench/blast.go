package bench

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// blast sends one message to n generated recipients over the given number of connections,
// pipelined and without storing results. It is the reference of `corridor bench send` if no
// other is installed. message has CRLF line ends, and no line begins with a dot.
func blast(ctx context.Context, addr string, n, connections int, message []byte) (time.Duration, error) {
	var left atomic.Int64
	left.Store(int64(n))
	errs := make(chan error, connections)
	var group sync.WaitGroup
	begin := time.Now()
	for range connections {
		group.Go(func() { errs <- blastOne(ctx, addr, &left, message) })
	}
	group.Wait()
	for range connections {
		if err := <-errs; err != nil {
			return 0, err
		}
	}
	return time.Since(begin), nil
}

func blastOne(ctx context.Context, addr string, left *atomic.Int64, message []byte) error {
	var dialer net.Dialer
	conn, err := dialer.DialContext(ctx, "tcp", addr)
	if err != nil {
		return err
	}
	defer conn.Close()
	r := bufio.NewReader(conn)
	if err := expect(r, "220"); err != nil {
		return err
	}
	if _, err := conn.Write([]byte("EHLO blast\r\n")); err != nil {
		return err
	}
	if err := expect(r, "250"); err != nil {
		return err
	}
	body := append(append([]byte(nil), message...), "\r\n.\r\n"...)
	for i := left.Add(-1); i >= 0; i = left.Add(-1) {
		if _, err := fmt.Fprintf(conn, "MAIL FROM:<news@example.org>\r\nRCPT TO:<reader%d@example.net>\r\nDATA\r\n", i); err != nil {
			return err
		}
		for _, code := range []string{"250", "250", "354"} {
			if err := expect(r, code); err != nil {
				return err
			}
		}
		if _, err := conn.Write(body); err != nil {
			return err
		}
		if err := expect(r, "250"); err != nil {
			return err
		}
	}
	return nil
}

// expect reads a reply of any number of lines.
func expect(r *bufio.Reader, code string) error {
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return err
		}
		if !strings.HasPrefix(line, code) {
			return fmt.Errorf("bench: got %q, want %s", strings.TrimSpace(line), code)
		}
		if len(line) > 3 && line[3] != '-' {
			return nil
		}
	}
}
