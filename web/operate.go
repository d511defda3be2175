package web

import (
	"net/http"
)

// readyz says whether requests can be answered: whether the database is there.
func (s *Server) readyz(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	if s.Ready != nil {
		if err := s.Ready(r.Context()); err != nil {
			w.WriteHeader(http.StatusServiceUnavailable)
			_, _ = w.Write([]byte("the database does not answer\n"))
			return nil
		}
	}
	_, _ = w.Write([]byte("ready\n"))
	return nil
}

// metrics are for a monitor.
func (s *Server) metrics(w http.ResponseWriter, r *http.Request) error {
	if s.Metrics == nil {
		return errNoPage
	}
	s.Metrics.ServeHTTP(w, r)
	return nil
}
