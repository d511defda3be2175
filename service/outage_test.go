package service

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"corridor/trouble"
)

// lockedBuffer is a buffer that a logger and a test share.
type lockedBuffer struct {
	buffer bytes.Buffer
	wrote  chan struct{}
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	n, err := b.buffer.Write(p)
	b.wrote <- struct{}{}
	return n, err
}

func TestOutageIsOneLine(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	out := &lockedBuffer{wrote: make(chan struct{}, 100)}
	var down atomic.Bool
	raw := slog.New(slog.NewTextHandler(out, nil))
	log := watchDatabase(ctx, raw, trouble.New(raw), watched{ping: func(context.Context) error {
		if down.Load() {
			return errors.New("connection refused")
		}
		return nil
	}}).With("role", "sender")
	refused := &net.OpError{Op: "dial", Err: errors.New("connection refused")}

	log.Warn("a website does not answer", "error", refused) // the database answers
	down.Store(true)
	for range 5 {
		log.Warn("a job failed", "error", refused)
		log.Error("a request failed", "error", refused)
	}
	log.Warn("something else", "error", errors.New("no such thing"))
	down.Store(false)
	for range 4 { // the website, the loss, another error, the return
		select {
		case <-out.wrote:
		case <-ctx.Done():
			t.Fatalf("the database's return was not noticed; the log:\n%s", out.buffer.String())
		}
	}
	lines := strings.Split(strings.TrimSpace(out.buffer.String()), "\n")
	if len(lines) != 4 {
		t.Fatalf("%d lines, want 4:\n%s", len(lines), strings.Join(lines, "\n"))
	}
	for i, want := range []string{"a website does not answer", "the database does not answer", "something else", "the database is back"} {
		if !strings.Contains(lines[i], want) {
			t.Errorf("line %d is %q, want %q in it", i+1, lines[i], want)
		}
	}
}
