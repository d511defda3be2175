package web

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"net/http"

	"corridor/templates"
)

// errNoToken is the answer to a request for captured emails without the token.
var errNoToken = &failure{
	status: http.StatusNotFound, heading: "This page needs its token",
	text: "Captured emails are shown to the operators of this installation. Open the address that corridor printed when it started; it ends in ?token=….",
	link: templates.Link{Label: "Home page", URL: "/"},
}

// holdsToken reports whether a request holds the token of captured emails, in its address
// or in the cookie set by an earlier answer. The client's address does not count: behind a
// proxy every client has the address of this machine.
func (s *Server) holdsToken(w http.ResponseWriter, r *http.Request) bool {
	if s.MailToken == "" {
		return false
	}
	// A Referer header would disclose the token.
	w.Header().Set("Referrer-Policy", "no-referrer")
	if isToken(r.URL.Query().Get("token"), s.MailToken) {
		http.SetCookie(w, &http.Cookie{Name: s.mailCookie(), Value: s.MailToken, Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode, Secure: r.TLS != nil})
		return true
	}
	cookie, err := r.Cookie(s.mailCookie())
	return err == nil && isToken(cookie.Value, s.MailToken)
}

// mailCookie names the cookie. The name depends on the token because installations on one
// machine share cookies, even on different ports.
func (s *Server) mailCookie() string {
	sum := sha256.Sum256([]byte("corridor mail cookie\n" + s.MailToken))
	return "corridor_mail_" + hex.EncodeToString(sum[:4])
}

func isToken(got, want string) bool {
	return subtle.ConstantTimeCompare([]byte(got), []byte(want)) == 1
}

// mayTryDemo reports whether a request may see the demo's page: it holds the token or comes
// from this machine. The demo contains sample data only.
func (s *Server) mayTryDemo(w http.ResponseWriter, r *http.Request) bool {
	return s.holdsToken(w, r) || s.fromHere(r)
}
