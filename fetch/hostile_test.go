package fetch

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// raw serves bytes in the place of HTTP.
func raw(t *testing.T, answer func(conn net.Conn)) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				request := make([]byte, 4096)
				n, _ := conn.Read(request)
				if strings.Contains(string(request[:n]), "/robots.txt") {
					fmt.Fprint(conn, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
					return
				}
				answer(conn)
			}()
		}
	}()
	return "http://" + listener.Addr().String()
}

// bomb is n bytes, packed.
func bomb(n int) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	block := make([]byte, 1<<16)
	for ; n > 0; n -= len(block) {
		_, _ = w.Write(block)
	}
	_ = w.Close()
	return b.Bytes()
}

// Servers that stall, flood, loop, lie or lead inward cost a bounded time, and a reason that
// an editor understands.
func TestHostileServers(t *testing.T) {
	packed := bomb(20 << 20)
	pages := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch path := r.URL.Path; path {
		case "/circle":
			http.Redirect(w, r, "/circle", http.StatusMovedPermanently)
		case "/inward":
			http.Redirect(w, r, "http://192.168.0.1/admin", http.StatusFound)
		case "/elsewhere":
			w.Header().Set("Location", "file:///etc/hosts")
			w.WriteHeader(http.StatusFound)
		case "/nowhere":
			w.WriteHeader(http.StatusFound)
		case "/encoding":
			w.Header().Set("Content-Encoding", "br")
			_, _ = w.Write([]byte("xyz"))
		case "/bomb":
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write(packed)
		case "/bomb.gz":
			_, _ = w.Write(packed)
		case "/long":
			w.Header().Set("Content-Length", "1000")
			_, _ = io.WriteString(w, "short")
		default:
			http.NotFound(w, r)
		}
	})
	say := func(text string) string {
		return raw(t, func(conn net.Conn) { fmt.Fprint(conn, text) })
	}
	forever := func(head, part string, pause time.Duration) string {
		return raw(t, func(conn net.Conn) {
			for _, err := fmt.Fprint(conn, head); err == nil; _, err = fmt.Fprint(conn, part) {
				time.Sleep(pause)
			}
		})
	}
	for address, says := range map[string]string{
		pages + "/circle":                     "redirects more than 5 times",
		pages + "/inward":                     "leads to an address that is not public",
		pages + "/elsewhere":                  `redirects to "file:///etc/hosts", which is no web address`,
		pages + "/nowhere":                    "answers 302 Found",
		pages + "/encoding":                   `answers in the encoding "br"`,
		pages + "/bomb":                       "is larger than the limit of 100000 bytes",
		pages + "/bomb.gz":                    "is larger than the limit of 100000 bytes",
		pages + "/long":                       "breaks off in the middle of the document",
		raw(t, func(net.Conn) {}) + "/closes": "closes the connection without an answer",
		say("SSH-2.0-x\r\n") + "/other":       "answers with something other than HTTP",
		forever("HTTP/1.1 200 OK\r\n", "X-Flood: x\r\n", 0) + "/headers":                           "answers with a header that is too large",
		forever("HTTP/1.1 200 OK\r\n\r\n", strings.Repeat("x", 1<<12), 0) + "/flood":               "is larger than the limit of 100000 bytes",
		forever("HTTP/1.1 200 OK\r\n\r\n", "x", 20*time.Millisecond) + "/drip":                     "does not answer within 1s",
		forever("HTTP/1.1 ", "", time.Hour) + "/stall":                                             "does not answer within 1s",
		forever("HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 100 Continue\r\n\r\n", 0) + "/continue": "answers with a header that is too large",
	} {
		t.Run(address[strings.LastIndexByte(address, '/'):], func(t *testing.T) {
			t.Parallel()
			c := newClient(t, Options{Guard: loopback, MaxBytes: 100_000, Timeout: time.Second})
			began := time.Now()
			_, err := c.Get(t.Context(), address, Validators{})
			if err == nil || !strings.Contains(err.Error(), says) {
				t.Errorf("%v, want %q", err, says)
			}
			if took := time.Since(began); took > 5*time.Second {
				t.Errorf("it took %v", took)
			}
		})
	}
}
