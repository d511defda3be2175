package web

import (
	"net/http"
	"strings"
)

// readyz reports whether this process can do its work, and lists its roles.
func (s *Server) readyz(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	status, text := http.StatusOK, strings.TrimSuffix("ready: "+strings.Join(s.Roles, ", "), ": ")
	if s.Ready != nil {
		notes, reason := s.Ready(r.Context())
		if reason != nil {
			status, text = http.StatusServiceUnavailable, reason.Error()
		} else {
			text = strings.Join(append([]string{text}, notes...), "\n")
		}
	}
	w.WriteHeader(status)
	_, _ = w.Write([]byte(text + "\n"))
	return nil
}

// metrics serves the metrics of this process.
func (s *Server) metrics(w http.ResponseWriter, r *http.Request) error {
	if s.Metrics == nil {
		return errNoPage
	}
	s.Metrics.ServeHTTP(w, r)
	return nil
}
