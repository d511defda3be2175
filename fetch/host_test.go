package fetch

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestTurnsOfAHost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &host{slot: make(chan struct{}, 1), gap: 3 * time.Second}
		begin := func(ctx context.Context) (time.Duration, error) {
			began := time.Now()
			release, err := h.turn(ctx, false)
			if err == nil {
				release()
			}
			return time.Since(began), err
		}
		for i, want := range []time.Duration{0, 3 * time.Second} { // the first request does not wait for Crawl-delay
			if waited, err := begin(t.Context()); err != nil || waited != want {
				t.Errorf("request %d waited %v, %v; want %v", i+1, waited, err, want)
			}
		}
		h.backOff(15 * time.Second)
		if waited, err := begin(t.Context()); err != nil || waited != 15*time.Second {
			t.Errorf("after Retry-After of 15 s it waited %v, %v", waited, err)
		}
		h.backOff(0)
		if waited, err := begin(t.Context()); err != nil || waited != 10*time.Second {
			t.Errorf("after 503 without Retry-After it waited %v, %v", waited, err)
		}
		h.backOff(time.Minute)
		if waited, err := begin(t.Context()); err == nil || waited != 0 || !strings.Contains(err.Error(), "another 1m0s") {
			t.Errorf("after Retry-After of a minute it waited %v, %v", waited, err)
		}

		time.Sleep(time.Minute)
		h.backOff(15 * time.Second)
		stopped, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if waited, err := begin(stopped); !errors.Is(err, context.DeadlineExceeded) || waited != time.Second {
			t.Errorf("a request that is stopped waited %v, %v", waited, err)
		}
		release, err := h.turn(t.Context(), false) // a stopped request has given its turn back
		if err != nil {
			t.Fatal(err)
		}
		defer release()
		second, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if waited, err := begin(second); !errors.Is(err, context.DeadlineExceeded) || waited != time.Second {
			t.Errorf("beside another request it waited %v, %v", waited, err)
		}
	})
}

// A server that asks for time gets it: the next request to it is refused at once.
func TestAServerThatAsksForTime(t *testing.T) {
	asked := 0
	base := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/robots.txt" {
			http.NotFound(w, r)
			return
		}
		asked++
		w.Header().Set("Retry-After", "3600")
		w.WriteHeader(http.StatusTooManyRequests)
	})
	c := newClient(t, Options{Guard: loopback})
	_, err := c.Get(t.Context(), base+"/a", Validators{})
	var status *StatusError
	if !errors.As(err, &status) || status.Status != 429 || status.RetryAfter != time.Hour || err.Error() != "answers 429 Too Many Requests" {
		t.Errorf("%v", err)
	}
	if _, err := c.Get(t.Context(), base+"/b", Validators{}); err == nil || !strings.Contains(err.Error(), "left alone") || asked != 1 {
		t.Errorf("%v, after %d requests", err, asked)
	}
}

func TestMoved(t *testing.T) {
	base := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/for-good":
			http.Redirect(w, r, "/here", http.StatusMovedPermanently)
		case "/for-now":
			http.Redirect(w, r, "/for-good", http.StatusFound)
		}
	})
	c := newClient(t, Options{Guard: loopback})
	for path, moved := range map[string]bool{"/here": false, "/for-good": true, "/for-now": false} {
		doc, err := c.Get(t.Context(), base+path, Validators{})
		if err != nil || doc.Moved != moved || doc.URL != base+"/here" {
			t.Errorf("%s: %+v, %v; want moved=%v", path, doc, err, moved)
		}
	}
}

// A file that is gzip itself is unpacked, within the size limit. Other bytes stay as they are.
func TestGzippedFiles(t *testing.T) {
	pack := func(text string) []byte {
		var b bytes.Buffer
		w := gzip.NewWriter(&b)
		_, _ = io.WriteString(w, text)
		_ = w.Close()
		return b.Bytes()
	}
	files := map[string][]byte{"/sitemap.xml.gz": pack("<urlset/>"), "/bomb.gz": pack(strings.Repeat("x", 1<<20)), "/like-gzip": []byte("\x1f\x8bxyz")}
	base := serve(t, func(w http.ResponseWriter, r *http.Request) { _, _ = w.Write(files[r.URL.Path]) })
	c := newClient(t, Options{Guard: loopback, MaxBytes: 10_000})
	for path, want := range map[string]string{"/sitemap.xml.gz": "<urlset/>", "/like-gzip": "\x1f\x8bxyz"} {
		if doc, err := c.Get(t.Context(), base+path, Validators{}); err != nil || string(doc.Body) != want {
			t.Errorf("%s: %+v, %v", path, doc, err)
		}
	}
	if _, err := c.Get(t.Context(), base+"/bomb.gz", Validators{}); !errors.Is(err, ErrTooLarge) {
		t.Errorf("a megabyte in a small file: %v", err)
	}
}

func TestWordsForNetworkErrors(t *testing.T) {
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	c := newClient(t, Options{Guard: loopback})
	for address, says := range map[string]string{
		gone.URL:                   "connection refused",
		"http://nowhere.invalid/a": "the name nowhere.invalid cannot be resolved",
		"http://127.0.0.1:1:2/a":   "is no web address",
		"just words":               "is no web address",
		"ftp://127.0.0.1/file":     "unsupported protocol scheme",
	} {
		_, err := c.Get(t.Context(), address, Validators{})
		if err == nil || !strings.Contains(err.Error(), says) || strings.Contains(err.Error(), "Get \"") {
			t.Errorf("%s: %v, want %q", address, err, says)
		}
	}
}
