package fetch

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

func TestGuardPermitsPublicAddressesAlone(t *testing.T) {
	guard := Guard{Allowed: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}
	for address, want := range map[string]bool{
		"93.184.216.34": true, "2606:2800:220:1::1": true, "127.0.0.1": true, "::ffff:127.0.0.1": true,
		"10.0.0.1": false, "172.16.0.1": false, "192.168.1.1": false, "169.254.169.254": false, "100.64.0.1": false, "0.0.0.0": false,
		"::1": false, "fe80::1": false, "fc00::1": false, "::ffff:10.0.0.1": false, "224.0.0.1": false, "255.255.255.255": false,
		"64:ff9b::a00:1": false, "192.0.2.1": false, "198.18.0.1": false,
	} {
		if got := guard.Permits(netip.MustParseAddr(address)); got != want {
			t.Errorf("%s: %v, want %v", address, got, want)
		}
	}
	if (Guard{}).Permits(netip.MustParseAddr("127.0.0.1")) {
		t.Error("loopback is permitted without being asked for")
	}
}

var loopback = Guard{Allowed: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}

func serve(t *testing.T, fn http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewServer(fn)
	t.Cleanup(s.Close)
	return s.URL
}

func newClient(t *testing.T, o Options) *Client {
	t.Helper()
	o.UserAgent = "Corridor/test"
	c := New(o)
	t.Cleanup(c.Close)
	return c
}

func TestLimits(t *testing.T) {
	base := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/large":
			_, _ = io.WriteString(w, strings.Repeat("x", 5000))
		case "/endless":
			for {
				if _, err := io.WriteString(w, strings.Repeat("x", 1000)); err != nil {
					return
				}
			}
		case "/slow":
			<-r.Context().Done()
		case "/inward":
			http.Redirect(w, r, "http://10.0.0.1/", http.StatusFound)
		case "/round":
			http.Redirect(w, r, "/round", http.StatusFound)
		case "/robots.txt":
			_, _ = io.WriteString(w, "User-agent: *\nDisallow: /private/\n")
		}
	})
	c := newClient(t, Options{Guard: loopback, MaxBytes: 2000})
	for path, is := range map[string]error{"/large": ErrTooLarge, "/endless": ErrTooLarge, "/inward": ErrPrivateAddress, "/round": nil, "/private/a": ErrRobots} {
		_, err := c.Get(t.Context(), base+path, Validators{})
		if err == nil || is != nil && !errors.Is(err, is) {
			t.Errorf("%s: %v, want %v", path, err, is)
		}
	}
	hasty := newClient(t, Options{Guard: loopback, Timeout: 100 * time.Millisecond})
	if _, err := hasty.Get(t.Context(), base+"/slow", Validators{}); err == nil {
		t.Error("a page that never comes was waited for")
	}
	inside := newClient(t, Options{})
	if _, err := inside.Get(t.Context(), base, Validators{}); !errors.Is(err, ErrPrivateAddress) {
		t.Errorf("loopback: %v", err)
	}
	if _, err := inside.Get(t.Context(), strings.Replace(base, "127.0.0.1", "localhost", 1), Validators{}); !errors.Is(err, ErrPrivateAddress) {
		t.Errorf("a name for loopback: %v", err)
	}
}

func TestConditionalRequests(t *testing.T) {
	base := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("User-Agent") != "Corridor/test" {
			t.Errorf("agent %q", r.Header.Get("User-Agent"))
		}
		w.Header().Set("ETag", `"v1"`)
		if r.Header.Get("If-None-Match") == `"v1"` {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		_, _ = io.WriteString(w, "text")
	})
	c := newClient(t, Options{Guard: loopback})
	first, err := c.Get(t.Context(), base+"/a", Validators{})
	if err != nil || string(first.Body) != "text" || first.Validators.ETag != `"v1"` {
		t.Fatalf("%+v %v", first, err)
	}
	if again, err := c.Get(t.Context(), base+"/a", first.Validators); err != nil || !again.NotModified {
		t.Errorf("%+v %v", again, err)
	}
}

func TestOneHostIsAskedOneThingAtATime(t *testing.T) {
	var under, most atomic.Int32
	base := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/robots.txt" {
			return
		}
		if n := under.Add(1); n > most.Load() {
			most.Store(n)
		}
		time.Sleep(5 * time.Millisecond)
		under.Add(-1)
	})
	c := newClient(t, Options{Guard: loopback})
	done := make(chan error, 6)
	for range 6 {
		go func() {
			_, err := c.Get(context.Background(), base+"/a", Validators{})
			done <- err
		}()
	}
	for range 6 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	if most.Load() != 1 {
		t.Errorf("%d at once", most.Load())
	}
}

func TestRetryAfter(t *testing.T) {
	if got := retryAfter("120"); got != 2*time.Minute {
		t.Error(got)
	}
	if got := retryAfter(time.Now().Add(time.Minute).UTC().Format(http.TimeFormat)); got < 50*time.Second || got > time.Minute {
		t.Error(got)
	}
	for _, text := range []string{"", "soon", "-5"} {
		if got := retryAfter(text); got != 0 {
			t.Errorf("%q: %v", text, got)
		}
	}
}
