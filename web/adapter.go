package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"

	"corridor/templates"
)

// handler answers a request, or returns an error without having written anything.
type handler func(w http.ResponseWriter, r *http.Request) error

// maxForm is the largest body of a page's form.
const maxForm = 64 << 10

// adapt wraps a route's handler with headers, the limit on the body's size, error pages and
// the log.
func (s *Server) adapt(rt route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var began time.Time
		logged := s.Log.Enabled(r.Context(), slog.LevelDebug)
		if logged {
			began = time.Now()
		}
		out := &answer{ResponseWriter: w}
		defer func() {
			if cause := recover(); cause != nil {
				if err, ok := cause.(error); ok && errors.Is(err, http.ErrAbortHandler) {
					panic(cause)
				}
				s.Log.Error("handler panicked", "route", rt.pattern, "cause", cause, "stack", string(debug.Stack()))
				s.fail(out, r, errBroken)
			}
			if s.Observe != nil {
				s.Observe(rt.pattern, out.status)
			}
			// The route is logged instead of the path because paths hold tokens.
			if logged {
				s.Log.Debug("request", "route", rt.pattern, "method", r.Method, "status", out.status, "bytes", out.bytes, "took", time.Since(began))
			}
		}()
		setHeaders(out.Header(), rt.kind)
		if rt.kind < machine {
			r.Body = http.MaxBytesReader(out, r.Body, maxForm)
		}
		if err := rt.handle(out, r); err != nil {
			s.report(rt, r, err)
			s.fail(out, r, err)
		}
	})
}

// report logs the cause of an answer with status 500 or above, unless the client has gone.
func (s *Server) report(rt route, r *http.Request, err error) {
	if f := failureOf(err); f.status >= 500 && r.Context().Err() == nil {
		s.Log.LogAttrs(r.Context(), slog.LevelError, "request failed", slog.String("route", rt.pattern), slog.Int("status", f.status), slog.Any("error", err))
	}
}

// answer records the status and the number of bytes written.
type answer struct {
	http.ResponseWriter
	status int
	bytes  int64
}

// WriteHeader records the status.
func (a *answer) WriteHeader(status int) {
	if a.status == 0 && status >= 200 {
		a.status = status
	}
	a.ResponseWriter.WriteHeader(status)
}

// Write counts the bytes.
func (a *answer) Write(p []byte) (int, error) {
	if a.status == 0 {
		a.status = http.StatusOK
	}
	n, err := a.ResponseWriter.Write(p)
	a.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController reach the connection.
func (a *answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }

// page writes a page with the given status. It renders the whole page first, so that a
// failing template never leaves half a page.
func (s *Server) page(w http.ResponseWriter, status int, p templates.Page) error {
	if p.Alternates == nil {
		p.Alternates = s.mainFeeds()
	}
	var b bytes.Buffer
	if err := s.pages.Render(&b, p); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes()) // an error means that the client is gone
	return nil
}

// writeJSON writes v as JSON with the given status.
func writeJSON(w http.ResponseWriter, status int, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(append(b, '\n')) // an error means that the client is gone
	return nil
}
