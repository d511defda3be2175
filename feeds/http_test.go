package feeds

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"runtime"
	"strings"
	"testing"
	"time"
)

func TestConditionalRequests(t *testing.T) {
	w := newWorld(t)
	w.article(0)
	d := w.document(w.publisher(), Topic{}, JSON, "")
	etag, modified := d.ETag(), d.Modified.Format(http.TimeFormat)
	earlier := d.Modified.Add(-time.Second).Format(http.TimeFormat)
	gz := strings.TrimSuffix(etag, `"`) + `-gz"`
	for _, c := range []struct {
		name     string
		headers  map[string]string
		status   int
		encoding string
	}{
		{"plain", nil, 200, ""},
		{"same tag", map[string]string{"If-None-Match": etag}, 304, ""},
		{"weak", map[string]string{"If-None-Match": "W/" + etag}, 304, ""},
		{"list", map[string]string{"If-None-Match": `"a", "b" , ` + etag}, 304, ""},
		{"star", map[string]string{"If-None-Match": "*"}, 304, ""},
		{"another", map[string]string{"If-None-Match": `"other"`}, 200, ""},
		{"same time", map[string]string{"If-Modified-Since": modified}, 304, ""},
		{"earlier time", map[string]string{"If-Modified-Since": earlier}, 200, ""},
		{"no time", map[string]string{"If-Modified-Since": "yesterday"}, 200, ""},
		{"the tag wins over the time", map[string]string{"If-None-Match": `"other"`, "If-Modified-Since": modified}, 200, ""},
		{"and also so", map[string]string{"If-None-Match": etag, "If-Modified-Since": earlier}, 304, ""},
		{"gzip", map[string]string{"Accept-Encoding": "gzip"}, 200, "gzip"},
		{"brotli", map[string]string{"Accept-Encoding": "gzip, deflate, br"}, 200, "br"},
		{"weights", map[string]string{"Accept-Encoding": "br;q=0.2, gzip;q=0.8"}, 200, "gzip"},
		{"refused", map[string]string{"Accept-Encoding": "br;q=0, gzip;q=0"}, 200, ""},
		{"anything but as it is", map[string]string{"Accept-Encoding": "identity;q=0, *;q=0.1"}, 200, "br"},
		{"all but this refused", map[string]string{"Accept-Encoding": "*;q=0, gzip;q=0.1"}, 200, "gzip"},
		{"identity first", map[string]string{"Accept-Encoding": "identity, gzip;q=0.5"}, 200, ""},
		{"any", map[string]string{"Accept-Encoding": "*"}, 200, "br"},
		{"the tag of an encoding", map[string]string{"Accept-Encoding": "gzip", "If-None-Match": gz}, 304, ""},
		{"not of another", map[string]string{"Accept-Encoding": "br", "If-None-Match": gz}, 200, "br"},
	} {
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			r := httptest.NewRequest(method, "/feeds/all.json", nil)
			for name, value := range c.headers {
				r.Header.Set(name, value)
			}
			got := httptest.NewRecorder()
			d.Serve(got, r, []string{"public, max-age=300"})
			h := got.Header()
			if got.Code != c.status || h.Get("Content-Encoding") != c.encoding {
				t.Errorf("%s %s: %d %q, want %d %q", method, c.name, got.Code, h.Get("Content-Encoding"), c.status, c.encoding)
			}
			if h.Get("ETag") == "" || h.Get("Cache-Control") != "public, max-age=300" || h.Get("Vary") != "Accept-Encoding" || h.Get("Access-Control-Allow-Origin") != "*" {
				t.Errorf("%s %s: headers %v", method, c.name, h)
			}
			if c.status == 304 && (got.Body.Len() > 0 || h.Get("Content-Type") != "" || h.Get("Content-Length") != "") {
				t.Errorf("%s %s: 304 with %v and %d bytes", method, c.name, h, got.Body.Len())
			}
			if c.status == 304 && (h.Get("Last-Modified") != modified || h.Get("Link") != "") { // RFC 9110 section 15.4.5
				t.Errorf("%s %s: 304 with %v", method, c.name, h)
			}
			if c.status == 200 && (h.Get("Content-Type") != "application/feed+json; charset=utf-8" || h.Get("Last-Modified") != modified || (method == http.MethodGet) != (got.Body.Len() > 0)) {
				t.Errorf("%s %s: headers %v and %d bytes", method, c.name, h, got.Body.Len())
			}
		}
	}
}

func TestEveryEncodingRefused(t *testing.T) {
	w := newWorld(t)
	d := w.document(w.publisher(), Topic{}, RSS, "")
	for _, accept := range [][]string{{"identity;q=0"}, {"*;q=0"}, {"gzip;q=0, br;q=0, identity;q=0"}, {"gzip;q=0", "*;q=0"}} {
		r := httptest.NewRequest(http.MethodGet, "/feeds/all.rss", nil)
		r.Header["Accept-Encoding"] = accept
		got := httptest.NewRecorder()
		d.Serve(got, r, []string{"public, max-age=300"})
		if got.Code != http.StatusNotAcceptable || got.Header().Get("Vary") != "Accept-Encoding" || got.Header().Get("Etag") != "" {
			t.Errorf("%q: %d %v", accept, got.Code, got.Header())
		}
	}
}

func TestClientsAreCounted(t *testing.T) {
	c := clients{most: 3}
	one, two := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("192.0.2.2")
	now := day0
	for range 3 {
		if wait := c.take(one, Topic{}, now); wait != 0 {
			t.Fatal(wait)
		}
	}
	if wait := c.take(one, Topic{}, now.Add(20*time.Second)); wait != 40*time.Second {
		t.Errorf("the fourth waits %v, want 40s", wait)
	}
	if c.take(two, Topic{}, now) != 0 || c.take(one, Topic{Kind: Program, Program: "eep"}, now) != 0 {
		t.Error("another client, or another feed, waits too")
	}
	if c.take(one, Topic{}, now.Add(time.Minute)) != 0 {
		t.Error("a minute later it still waits")
	}
}

func FuzzSplitFile(f *testing.F) {
	for _, s := range []string{"all.atom", "eep~123-4.rss", "~.json", "a~-1-2.atom", "..", "x~9-9", "\xff.rss"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, file string) {
		slug, c, format, ok := SplitFile(file)
		if !ok {
			return
		}
		again := slug
		if c != "" {
			again += "~" + string(c)
		}
		if format != "" {
			again += "." + string(format)
		}
		if again != file {
			t.Errorf("%q became %q", file, again)
		}
		if c != "" {
			newCatalogue(nil).page(Topic{}, c, 10)
		}
	})
}

// sink is an answer that is thrown away.
type sink struct{ header http.Header }

func (s sink) Header() http.Header         { return s.header }
func (s sink) Write(p []byte) (int, error) { return len(p), nil }
func (s sink) WriteHeader(int)             {}

// The allocations of a request do not grow with the document.
func TestAnswersAllocateLittle(t *testing.T) {
	perRequest := func(size int, headers map[string]string) uint64 {
		d := newDocument(bytes.Repeat([]byte("all the same text "), size/18), Atom, day0, newPackers())
		d.Compress()
		r := httptest.NewRequest(http.MethodGet, "/feeds/all.atom", nil)
		for name, value := range headers {
			r.Header.Set(name, value)
		}
		const requests = 1000
		var before, after runtime.MemStats
		w := sink{http.Header{}}
		d.Serve(w, r, []string{"public, max-age=300"})
		runtime.ReadMemStats(&before)
		for range requests {
			clear(w.header)
			d.Serve(w, r, []string{"public, max-age=300"})
		}
		runtime.ReadMemStats(&after)
		return (after.TotalAlloc - before.TotalAlloc) / requests
	}
	for name, headers := range map[string]map[string]string{
		"as it is": nil, "gzip": {"Accept-Encoding": "gzip"}, "brotli": {"Accept-Encoding": "br"}, "304": {"If-None-Match": "*"},
	} {
		small, large := perRequest(1<<10, headers), perRequest(480<<10, headers)
		if large > small+100 || large > 1000 {
			t.Errorf("%s: %d bytes for a small document, %d for a large one", name, small, large)
		}
	}
}
