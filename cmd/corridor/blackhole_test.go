package main

import (
	"fmt"
	"net"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"corridor/postgres/postgrestest"
)

// hole is a proxy for PostgreSQL that can swallow all bytes without closing a connection,
// like a network that drops every packet.
type hole struct {
	listener net.Listener
	socket   string
	keep     bool // existing connections continue when it opens; otherwise they stay dead

	mu     sync.Mutex
	closed bool
	era    int // number of closings
}

var dsnHost = regexp.MustCompile(`host=(\S+)`)

// newHole returns a proxy for the database at a libpq string, and its address.
func newHole(t *testing.T, dsn string, keep bool) (h *hole, through string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	h = &hole{listener: l, socket: dsnHost.FindStringSubmatch(dsn)[1] + "/.s.PGSQL.5432", keep: keep}
	go h.accept()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return h, dsnHost.ReplaceAllString(dsn, "host=127.0.0.1 port="+port)
}

func (h *hole) accept() {
	for {
		client, err := h.listener.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial("unix", h.socket)
		if err != nil {
			_ = client.Close()
			continue
		}
		h.mu.Lock()
		era := h.era
		h.mu.Unlock()
		go h.pass(client, server, era)
		go h.pass(server, client, era)
	}
}

// pass forwards bytes, or swallows them.
func (h *hole) pass(from, to net.Conn, era int) {
	defer from.Close()
	b := make([]byte, 64<<10)
	for {
		n, err := from.Read(b)
		h.mu.Lock()
		swallow := h.closed || era != h.era && !h.keep
		h.mu.Unlock()
		if swallow {
			if err != nil { // the other end is not told either
				return
			}
			continue
		}
		if n > 0 {
			if _, err := to.Write(b[:n]); err != nil {
				return
			}
		}
		if err != nil {
			_ = to.Close()
			return
		}
	}
}

func (h *hole) set(closed bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed = closed; closed {
		h.era++
	}
}

// A database that vanishes without closing its connections is noticed, logged and waited
// for, and the sender continues as soon as it is back.
func TestServeOutlivesADatabaseThatVanishes(t *testing.T) {
	for name, keep := range map[string]bool{"connections stay dead": false, "connections go on": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h, through := newHole(t, postgrestest.New(t).URL, keep)
			in := interruptOn(t, through)
			served := in.serve()
			in.passed(200)
			h.set(true)
			says := func(what string) int { return strings.Count(served.log.String(), what) }
			eventually(t, "a word about it", func() bool { return says("the database does not answer") == 1 })
			if body, status := get(t, served.base+"/readyz"); status != http.StatusServiceUnavailable {
				t.Errorf("readyz answers %d %q", status, body)
			}
			eventually(t, "the sender to be stalled", func() bool { return stalledFor(t, served.base) > 8 })
			if _, status := get(t, served.base+"/healthz"); status != http.StatusOK {
				t.Errorf("healthz answers %d", status)
			}
			before, _ := in.sink.Count()
			if says("is back") != 0 {
				t.Errorf("it is not back:\n%s", served.log)
			}
			h.set(false)
			// The server may keep the locks of a dead connection for 30 seconds.
			for late := time.After(2 * time.Minute); says("the database is back") == 0; time.Sleep(50 * time.Millisecond) {
				select {
				case <-late:
					t.Fatalf("its return is not noticed:\n%s", served.log)
				default:
				}
			}
			in.passed(before + 500)
			eventually(t, "readiness", func() bool { _, status := get(t, served.base+"/readyz"); return status == http.StatusOK })
			if s := stalledFor(t, served.base); s > 5 {
				t.Errorf("stalled for %v seconds while it sends", s)
			}
			in.settled(nil)
			if begun, ended := says("the database does not answer"), says("the database is back"); begun != 1 || ended != 1 || says("level=WARN") > 3 {
				t.Errorf("%d lines when it began and %d when it ended:\n%s", begun, ended, served.log)
			}
			if status := served.end(t, syscall.SIGTERM); status != 0 {
				t.Errorf("serve ended with status %d", status)
			}
		})
	}
}

var stalledLine = regexp.MustCompile(`(?m)^corridor_sender_stalled_seconds (\S+)$`)

// stalledFor reads the metric.
func stalledFor(t *testing.T, base string) float64 {
	t.Helper()
	body, status := get(t, base+"/metrics")
	m := stalledLine.FindStringSubmatch(body)
	if status != http.StatusOK || m == nil {
		t.Fatalf("metrics answer %d without the sender's:\n%s", status, body)
	}
	n, err := strconv.ParseFloat(m[1], 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// A command that delivers continues too.
func TestAWaitingCommandOutlivesADatabaseThatVanishes(t *testing.T) {
	t.Parallel()
	h, through := newHole(t, postgrestest.New(t).URL, false)
	in := interruptOn(t, through)
	done := make(chan string, 1)
	go func() {
		_, complaints, status := in.run("digest", "send", "--frequency", "daily", "--wait")
		done <- fmt.Sprint(status, complaints)
	}()
	in.passed(200)
	h.set(true)
	time.Sleep(20 * time.Second) // long enough to be noticed
	h.set(false)
	select {
	case said := <-done:
		if !strings.HasPrefix(said, "0") {
			t.Error(said)
		}
	case <-time.After(time.Minute):
		t.Fatal("the command hangs")
	}
	in.settled(nil)
}
