package web

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"mime"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"corridor/articles"
	"corridor/editions"
	"corridor/feeds"
	"corridor/subscribers"
	"corridor/templates"
)

// failure is an answer with an error: a status, and for people a heading and a sentence
// that says how to go on.
type failure struct {
	status     int
	heading    string
	text       string
	retryAfter time.Duration
	link       templates.Link // a link to go on with; the zero value: the home page
}

// Error returns the sentence for people.
func (f *failure) Error() string { return f.text }

// Links to go on with after a failure.
var (
	toHome   = templates.Link{Label: "Home page", URL: "/"}
	toSignUp = templates.Link{Label: "Sign up", URL: "/#subscribe"}
	toFeeds  = templates.Link{Label: "All feeds", URL: "/feeds"}
)

// Failures that handlers return themselves.
var (
	errNoPage = &failure{
		status: http.StatusNotFound, heading: "Page not found",
		text: "The address may be mistyped or cut off, or the page no longer exists.",
	}
	errBroken = &failure{
		status: http.StatusInternalServerError, heading: "Something went wrong",
		text: "This is our fault and has been logged. Please try again in a minute.",
	}
	errOtherSite = &failure{
		status: http.StatusForbidden, heading: "This form came from another website",
		text: "To be safe, nothing was changed. Please open the page here and try again.",
	}
)

// errTooMany asks a client to wait.
func errTooMany(wait time.Duration) error {
	return &failure{
		status: http.StatusTooManyRequests, heading: "Too many requests",
		text: "We received too many requests from your network. Please try again in a minute.", retryAfter: wait,
	}
}

// outcomes maps errors of other packages to answers. The first matching row counts; an
// error that matches no row is answered with 500.
var outcomes = []struct {
	is     func(error) bool
	answer failure
}{
	{is(subscribers.ErrExpiredToken), failure{
		status: http.StatusGone, heading: "This link has expired",
		text: "Links like this work for a limited time. Sign up again with the same address and we will send you a new one.",
		link: toSignUp,
	}},
	{is(subscribers.ErrForgedToken), failure{
		status: http.StatusNotFound, heading: "This link does not work",
		text: "It may have been cut when it was copied or forwarded. Open it from the email itself, or sign up again with the same address and we will send you a new one.",
		link: toSignUp,
	}},
	{is(subscribers.ErrNotFound), failure{
		status: http.StatusNotFound, heading: "This link no longer works",
		text: "Its data has been erased. You can sign up again at any time.",
		link: toSignUp,
	}},
	{is(editions.ErrNotFound), *errNoPage},
	{is(feeds.ErrNoFeed), failure{
		status: http.StatusNotFound, heading: "Feed not found",
		text: "The address may be mistyped. The feeds page lists all of them.",
		link: toFeeds,
	}},
	{is(feeds.ErrGone), failure{
		status: http.StatusGone, heading: "This feed has ended",
		text: "We no longer publish under this name. The feeds page lists all of them.",
		link: toFeeds,
	}},
	{is(articles.ErrNoPage), *errNoPage},
	{is(articles.ErrWithdrawn), failure{
		status: http.StatusGone, heading: "This article has been withdrawn",
		text: "We no longer publish it.",
	}},
	{as[subscribers.Invalid], failure{
		status: http.StatusUnprocessableEntity, heading: "Something in the form is not right",
		text: "Please go back and look at what you filled in.",
	}},
	{as[*http.MaxBytesError], failure{
		status: http.StatusRequestEntityTooLarge, heading: "Too large",
		text: "The request is larger than we accept.",
	}},
	{is(context.Canceled), failure{status: 499, heading: "Cancelled", text: "The request was cancelled."}},
	{unreachable, failure{
		status: http.StatusServiceUnavailable, heading: "Temporarily unavailable",
		text: "Our database does not answer at the moment. Please try again in a minute.", retryAfter: time.Minute,
	}},
}

func is(target error) func(error) bool {
	return func(err error) bool { return errors.Is(err, target) }
}

func as[T error](err error) bool {
	var target T
	return errors.As(err, &target)
}

// unreachable reports whether the database did not answer.
func unreachable(err error) bool {
	var network net.Error
	return errors.Is(err, driver.ErrBadConn) || errors.As(err, &network) || errors.Is(err, context.DeadlineExceeded)
}

// failureOf returns the answer to err.
func failureOf(err error) *failure {
	var f *failure
	if errors.As(err, &f) {
		return f
	}
	for _, o := range outcomes {
		if o.is(err) {
			return &o.answer
		}
	}
	return errBroken
}

// fail answers with the failure for err: a page, or JSON for programs.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error) {
	f := failureOf(err)
	h := w.Header()
	if a, ok := w.(*answer); ok && a.status != 0 {
		return // too late: the handler has begun its answer
	}
	for _, name := range []string{"ETag", "Last-Modified", "Content-Encoding", "Content-Length"} {
		h.Del(name)
	}
	h.Set("Cache-Control", "no-store")
	if f.retryAfter > 0 {
		h.Set("Retry-After", strconv.Itoa(int((f.retryAfter+time.Second-1)/time.Second)))
	}
	if wantsJSON(r) {
		_ = writeJSON(w, f.status, map[string]string{"error": f.text})
		return
	}
	setHeaders(h, personal)
	link := f.link
	if link == (templates.Link{}) {
		link = toHome
	}
	view := templates.ErrorView{Heading: f.heading, Text: f.text, Links: []templates.Link{link}}
	if err := s.page(w, f.status, templates.Page{Title: f.heading, Private: true, View: view}); err != nil {
		s.Log.Error("error page failed", "error", err)
		http.Error(w, f.text, f.status)
	}
}

// wantsJSON reports whether the client is a program: it sends JSON, or accepts JSON but not
// HTML.
func wantsJSON(r *http.Request) bool {
	if strings.HasPrefix(r.URL.Path, "/api/") {
		return true
	}
	if t, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err == nil && t == "application/json" {
		return true
	}
	accept := r.Header.Get("Accept")
	return strings.Contains(accept, "application/json") && !strings.Contains(accept, "text/html")
}

// unmatched answers requests that match no route with the usual pages for errors.
func (s *Server) unmatched(known *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h, _ := known.Handler(r)
		probe := &verdict{header: http.Header{}}
		h.ServeHTTP(probe, r)
		if probe.status != http.StatusMethodNotAllowed {
			s.fail(w, r, errNoPage)
			return
		}
		w.Header().Set("Allow", probe.header.Get("Allow"))
		s.fail(w, r, &failure{
			status: http.StatusMethodNotAllowed, heading: "This cannot be done here",
			text: fmt.Sprintf("This address does not accept %.10s requests.", strings.ToUpper(r.Method)),
		})
	})
}

// verdict records the status that the mux gives to an unmatched request.
type verdict struct {
	header http.Header
	status int
}

func (v *verdict) Header() http.Header         { return v.header }
func (v *verdict) Write(p []byte) (int, error) { return len(p), nil }
func (v *verdict) WriteHeader(status int)      { v.status = status }
