package web

import (
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"corridor/templates"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

func newServer(t testing.TB, change func(*Options)) *Server {
	t.Helper()
	o := Options{
		Site:     templates.Site{Title: "Caspian Policy Center", SiteURL: "https://www.example.org", BaseURL: "https://news.example.org", Language: "en", Address: "1015 Example Street"},
		Programs: []Label{{Slug: "eep", Name: "Energy and Economy"}, {Slug: "spp", Name: "Security and Politics"}},
		Regions:  []Label{{Slug: "central-asia", Name: "Central Asia"}, {Slug: "south-caucasus", Name: "South Caucasus"}},
		Log:      slog.New(slog.DiscardHandler),
		Now:      func() time.Time { return noon },
	}
	if change != nil {
		change(&o)
	}
	s, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestUnmatchedRequestsGetAPage(t *testing.T) {
	s := newServer(t, nil)
	for _, c := range []struct {
		method, path, accept string
		status               int
		says                 string
	}{
		{"GET", "/nothing/here", "text/html", 404, "Page not found"},
		{"DELETE", "/healthz", "text/html", 405, "DELETE"},
		{"GET", "/nothing", "application/json", 404, `{"error":`},
		{"GET", "/healthz", "", 200, "ok"},
		{"GET", "/static/style.css", "", 200, "--paper"},
		{"GET", "/static/none.css", "text/html", 404, "Page not found"},
	} {
		r := httptest.NewRequest(c.method, c.path, nil)
		r.Header.Set("Accept", c.accept)
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if w.Code != c.status || !strings.Contains(w.Body.String(), c.says) {
			t.Errorf("%s %s: %d %s", c.method, c.path, w.Code, w.Body)
		}
	}
}

func TestAdapterTurnsErrorsAndPanicsIntoPages(t *testing.T) {
	s := newServer(t, nil)
	for name, c := range map[string]struct {
		h      handler
		status int
	}{
		"cause":   {func(http.ResponseWriter, *http.Request) error { return errors.New("secret cause") }, 500},
		"panic":   {func(http.ResponseWriter, *http.Request) error { panic("secret cause") }, 500},
		"too big": {func(_ http.ResponseWriter, r *http.Request) error { _, err := io.ReadAll(r.Body); return err }, 413},
		"wait":    {func(http.ResponseWriter, *http.Request) error { return errTooMany(90 * time.Second) }, 429},
	} {
		w := httptest.NewRecorder()
		s.adapt(route{pattern: "POST /x", handle: c.h}).ServeHTTP(w, httptest.NewRequest("POST", "/x", strings.NewReader(strings.Repeat("x", maxForm+1))))
		if w.Code != c.status || strings.Contains(w.Body.String(), "secret") {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
		}
		if c.status == 429 && w.Header().Get("Retry-After") != "90" {
			t.Errorf("%s: Retry-After %q", name, w.Header().Get("Retry-After"))
		}
	}
}

func TestGuards(t *testing.T) {
	s := newServer(t, nil)
	guards, err := s.guards()
	if err != nil {
		t.Fatal(err)
	}
	fine := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204) })
	for _, c := range []struct {
		from   origin
		header string
		status int
	}{
		{ownPages, "https://news.example.org", 204},
		{ownPages, "https://www.example.org", 403},
		{ownPages, "", 204}, // a program, not a browser
		{siteToo, "https://www.example.org", 204},
		{siteToo, "https://evil.example", 403},
		{everywhere, "https://mail.example.net", 204},
	} {
		r := httptest.NewRequest("POST", "http://127.0.0.1/x", nil)
		if c.header != "" {
			r.Header.Set("Origin", c.header)
			r.Header.Set("Sec-Fetch-Site", "cross-site")
		}
		w := httptest.NewRecorder()
		guards[c.from](fine).ServeHTTP(w, r)
		if w.Code != c.status {
			t.Errorf("origin %q on %d: %d", c.header, c.from, w.Code)
		}
	}
}

func TestClientAddr(t *testing.T) {
	trusted, err := ParseProxies([]string{"127.0.0.1", "10.0.0.0/8", "::1"})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ peer, forwarded, want string }{
		{"203.0.113.9:1", "198.51.100.7", "203.0.113.9"},
		{"127.0.0.1:1", "198.51.100.7", "198.51.100.7"},
		{"127.0.0.1:1", "1.1.1.1, 198.51.100.7, 10.1.2.3", "198.51.100.7"},
		{"127.0.0.1:1", "198.51.100.7:4711", "198.51.100.7"},
		{"127.0.0.1:1", "[2001:db8::1]:80", "2001:db8::1"},
		{"127.0.0.1:1", "garbage", "127.0.0.1"},
		{"127.0.0.1:1", "", "127.0.0.1"},
		{"[::ffff:127.0.0.1]:1", "198.51.100.7", "198.51.100.7"},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = c.peer
		r.Header.Set("X-Forwarded-For", c.forwarded)
		if got := clientAddr(r, trusted); got.String() != c.want {
			t.Errorf("%s via %q: %s, want %s", c.peer, c.forwarded, got, c.want)
		}
	}
	if network(netip.MustParseAddr("192.0.2.77")).String() != "192.0.2.0/24" || network(netip.MustParseAddr("2001:db8:1:2:3::4")).String() != "2001:db8:1:2::/64" {
		t.Error("networks are cut wrong")
	}
}
