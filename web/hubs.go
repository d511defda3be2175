package web

import (
	"errors"
	"io"
	"net/http"

	"corridor/articles/hubs"
)

// maxPush is the size up to which a hub's push is read.
const maxPush = 20 << 20

// confirmHub answers a hub that verifies our subscription (W3C WebSub, section 5.3).
func (s *Server) confirmHub(w http.ResponseWriter, r *http.Request) error {
	if s.Hubs == nil {
		return errNoPage
	}
	challenge, err := s.Hubs.Confirm(r.Context(), r.PathValue("token"), r.URL.Query(), s.Now())
	if errors.Is(err, hubs.ErrUnknown) {
		return plainAnswer(w, http.StatusNotFound, "There is no such subscription.")
	}
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = io.WriteString(w, challenge)
	return nil
}

// pushed takes what a hub pushes (W3C WebSub, section 7). The answer does not tell whether the
// signature is valid.
func (s *Server) pushed(w http.ResponseWriter, r *http.Request) error {
	if s.Hubs == nil {
		return errNoPage
	}
	_, err := s.Hubs.Push(r.Context(), r.PathValue("token"), r.Header.Get("X-Hub-Signature"), http.MaxBytesReader(w, r.Body, maxPush), s.Now())
	var large *http.MaxBytesError
	switch {
	case errors.Is(err, hubs.ErrUnknown):
		return plainAnswer(w, http.StatusGone, "There is no such subscription.")
	case errors.As(err, &large):
		return plainAnswer(w, http.StatusRequestEntityTooLarge, "The document is larger than 20 MB.")
	case err != nil:
		return err
	}
	return plainAnswer(w, http.StatusAccepted, "Accepted.")
}
