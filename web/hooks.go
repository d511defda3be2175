package web

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"

	"corridor/bounces/hooks"
)

// hook takes the events that a mail provider posts. Answers are for programs: 200 when all
// events are recorded, and 503 when the provider must repeat the request. A network whose
// requests are refused too often waits a minute.
func (s *Server) hook(w http.ResponseWriter, r *http.Request) error {
	if s.Hooks == nil {
		return errNoPage
	}
	from := network(clientAddr(r, s.TrustedProxies))
	if wait := s.hookErrors.wait(from, s.Now()); wait > 0 {
		w.Header().Set("Retry-After", seconds(wait+1e9))
		return plainAnswer(w, http.StatusTooManyRequests, "Too many refused requests; try again in a minute.")
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, hooks.MaxBody))
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return plainAnswer(w, http.StatusRequestEntityTooLarge, "The request is larger than 2 MiB.")
	}
	if err != nil {
		return plainAnswer(w, http.StatusBadRequest, "The request ended early.")
	}
	result, err := s.Hooks.Receive(r.Context(), r.PathValue("provider"), r.Header, body)
	if err == nil {
		w.Header().Set("Content-Type", "application/json")
		return json.NewEncoder(w).Encode(result)
	}
	for _, refusal := range hookRefusals {
		if errors.Is(err, refusal.err) {
			s.hookErrors.take(from, s.Now())
			if refusal.status == http.StatusNotFound {
				return errNoPage
			}
			return plainAnswer(w, refusal.status, refusal.says)
		}
	}
	w.Header().Set("Retry-After", "60")
	return plainAnswer(w, http.StatusServiceUnavailable, "The events are not recorded yet; please send them again.")
}

// hookRefusals are the answers to requests that must not be repeated.
var hookRefusals = []struct {
	err    error
	status int
	says   string
}{
	{hooks.ErrNoHook, http.StatusNotFound, ""},
	{hooks.ErrUnauthorized, http.StatusUnauthorized, "The signature or the secret is wrong, or the request is too old."},
	{hooks.ErrForbidden, http.StatusForbidden, "The topic is not one of ours."},
	{hooks.ErrMalformed, http.StatusBadRequest, "The request has not the form that the provider documents."},
	{hooks.ErrTooLarge, http.StatusRequestEntityTooLarge, "The request has too many events."},
}
