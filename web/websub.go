package web

import (
	"errors"
	"mime"
	"net/http"

	"corridor/feeds/websub"
)

// websub accepts subscriptions to feeds (W3C WebSub, section 5). Answers are a status and
// one sentence of plain text, for programs.
func (s *Server) websub(w http.ResponseWriter, r *http.Request) error {
	if s.Hub == nil {
		return errNoPage
	}
	if wait := s.hubRequests.take(network(clientAddr(r, s.TrustedProxies)), s.Now()); wait > 0 {
		w.Header().Set("Retry-After", seconds(wait+1e9))
		return plainAnswer(w, http.StatusTooManyRequests, "Too many requests; try again in a minute.")
	}
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/x-www-form-urlencoded" {
		return plainAnswer(w, http.StatusUnsupportedMediaType, "The request must be a form (application/x-www-form-urlencoded).")
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		return plainAnswer(w, http.StatusBadRequest, "The form cannot be read.")
	}
	request, err := websub.ParseRequest(r.PostForm)
	if err == nil {
		err = s.Hub.Ask(r.Context(), request, s.Now())
	}
	var wrong websub.Invalid
	switch {
	case errors.As(err, &wrong):
		return plainAnswer(w, http.StatusBadRequest, wrong.Error())
	case errors.Is(err, websub.ErrNoTopic):
		return plainAnswer(w, http.StatusNotFound, "hub.topic is not one of our feeds; use the address in the feed itself.")
	case errors.Is(err, websub.ErrNotSubscribed):
		return plainAnswer(w, http.StatusNotFound, "There is no such subscription; hub.topic and hub.callback must be the same as in the subscribe request.")
	case errors.Is(err, websub.ErrTooMany):
		return plainAnswer(w, http.StatusForbidden, "There are too many subscriptions or unverified requests for this callback's host; try again later.")
	case err != nil:
		return err
	}
	return plainAnswer(w, http.StatusAccepted, "Accepted. We will verify the callback.")
}

func plainAnswer(w http.ResponseWriter, status int, text string) error {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(text + "\n"))
	return nil
}
