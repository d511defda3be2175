package bench

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os/exec"
	"regexp"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"corridor/feeds"
	"corridor/templates"
	"corridor/web"
)

// serve measures the requests a second of Corridor, a bare net/http server and, where it
// is installed, nginx, all with the same bytes.
func (f Feeds) serve(ctx context.Context, log *slog.Logger, publisher *feeds.Publisher, r *FeedsReport) error {
	d, err := publisher.Document(ctx, feeds.Topic{}, feeds.Atom, "")
	if err != nil {
		return err
	}
	site, err := web.New(web.Options{Site: templates.Site{Title: "Benchmark", BaseURL: "http://127.0.0.1:8080"}, Log: log, Now: time.Now, Feeds: publisher})
	if err != nil {
		return err
	}
	// The headers are the same too, except those that only Corridor writes.
	bare := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h["Etag"], h["Vary"], h["Cache-Control"] = []string{d.ETag()}, []string{"Accept-Encoding"}, publisher.CacheControl()
		if r.Header.Get("If-None-Match") == d.ETag() {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		h["Content-Type"] = []string{"application/atom+xml; charset=utf-8"}
		h["Content-Length"] = []string{strconv.Itoa(len(d.Body))}
		_, _ = w.Write(d.Body)
	})
	r.Serving = []ServingRate{{Name: "corridor"}, {Name: "bare net/http"}}
	for range servingRounds { // in turn, so that other work on the machine meets both
		for i, handler := range []http.Handler{site, bare} {
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				return err
			}
			s := &http.Server{Handler: handler, ReadHeaderTimeout: time.Minute, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug)}
			go func() { _ = s.Serve(l) }()
			row, err := f.measure(ctx, r.Serving[i].Name, "http://"+l.Addr().String()+"/feeds/all.atom", d.ETag())
			_ = s.Close()
			if err != nil {
				return err
			}
			r.Serving[i] = r.Serving[i].better(row)
		}
	}
	if row, err := f.nginx(ctx, d); err == nil {
		r.Serving = append(r.Serving, row)
	}
	r.Ratios["200"], r.Ratios["304"] = r.Serving[0].OK/r.Serving[1].OK, r.Serving[0].Unchanged/r.Serving[1].Unchanged
	return nil
}

// servingRounds is the number of measurements of each server; the best one counts.
const servingRounds = 6

// better takes the better of each figure.
func (s ServingRate) better(other ServingRate) ServingRate {
	if s.OK == 0 {
		return other
	}
	s.OK, s.Unchanged, s.Allocated = max(s.OK, other.OK), max(s.Unchanged, other.Unchanged), min(s.Allocated, other.Allocated)
	return s
}

// measure measures one server at url, whose document has that ETag.
func (f Feeds) measure(ctx context.Context, name, url, etag string) (ServingRate, error) {
	row := ServingRate{Name: name}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	var err error
	if row.OK, err = f.load(ctx, url, ""); err != nil {
		return row, err
	}
	runtime.ReadMemStats(&after)
	if n := row.OK * f.Time.Seconds(); n > 0 {
		row.Allocated = float64(after.TotalAlloc-before.TotalAlloc) / n
	}
	row.Unchanged, err = f.load(ctx, url, etag)
	return row, err
}

var wrkRate = regexp.MustCompile(`Requests/sec:\s+([0-9.]+)`)

// load returns the highest rate of requests a second. It uses wrk where that is
// installed, which takes less CPU than a client in Go.
func (f Feeds) load(ctx context.Context, url, etag string) (float64, error) {
	program, err := exec.LookPath("wrk")
	if err != nil {
		return f.loadOurselves(ctx, url, etag)
	}
	args := []string{"-t", "1", "-c", "16", "-d", strconv.Itoa(max(1, int(f.Time.Seconds()))) + "s"}
	if etag != "" {
		args = append(args, "-H", "If-None-Match: "+etag)
	}
	out, err := exec.CommandContext(ctx, program, append(args, url)...).Output()
	if err != nil {
		return 0, fmt.Errorf("wrk: %w", err)
	}
	m := wrkRate.FindSubmatch(out)
	if m == nil {
		return 0, errors.New("the output of wrk has no rate")
	}
	return strconv.ParseFloat(string(m[1]), 64)
}

// loadOurselves is load without wrk.
func (f Feeds) loadOurselves(ctx context.Context, url, etag string) (float64, error) {
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 16, DisableCompression: true}}
	var done atomic.Int64
	var failed atomic.Pointer[error]
	end := time.Now().Add(f.Time)
	var group sync.WaitGroup
	for range 16 {
		group.Go(func() {
			buffer := make([]byte, 64<<10)
			for time.Now().Before(end) && ctx.Err() == nil {
				if err := request(ctx, client, url, etag, buffer); err != nil {
					failed.Store(&err)
					return
				}
				done.Add(1)
			}
		})
	}
	group.Wait()
	if err := failed.Load(); err != nil {
		return 0, *err
	}
	return float64(done.Load()) / f.Time.Seconds(), ctx.Err()
}

// request makes one request and reads the answer to its end.
func request(ctx context.Context, client *http.Client, url, etag string, buffer []byte) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	if etag != "" {
		r.Header.Set("If-None-Match", etag)
	}
	response, err := client.Do(r)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	for {
		if _, err := response.Body.Read(buffer); err != nil {
			return nil //nolint:nilerr // the end of the body
		}
	}
}
