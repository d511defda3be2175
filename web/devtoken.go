package web

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"net/http"

	"corridor/templates"
)

// errNoToken answers a request for captured mail without the token.
var errNoToken = &failure{
	status: http.StatusNotFound, heading: "This page needs its token",
	text: "Captured mail is shown to the people who run this installation. Open the address that corridor printed when it started; it ends in ?token=….",
	way:  templates.Way{Label: "Home page", URL: "/"},
}

// holdsToken tells whether a request brings the token of captured mail, in its address
// or in the cookie that an earlier answer set. Where the request comes from does not
// matter: behind a proxy every client has the address of this machine.
func (s *Server) holdsToken(w http.ResponseWriter, r *http.Request) bool {
	if s.MailToken == "" {
		return false
	}
	// A referrer would carry the token.
	w.Header().Set("Referrer-Policy", "no-referrer")
	if isToken(r.URL.Query().Get("token"), s.MailToken) {
		http.SetCookie(w, &http.Cookie{Name: s.mailCookie(), Value: s.MailToken, Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode, Secure: r.TLS != nil})
		return true
	}
	cookie, err := r.Cookie(s.mailCookie())
	return err == nil && isToken(cookie.Value, s.MailToken)
}

// mailCookie differs between the installations on one machine, which share cookies
// whatever their ports.
func (s *Server) mailCookie() string {
	sum := sha256.Sum256([]byte("corridor mail cookie\n" + s.MailToken))
	return "corridor_mail_" + hex.EncodeToString(sum[:4])
}

func isToken(got, want string) bool {
	return subtle.ConstantTimeCompare([]byte(got), []byte(want)) == 1
}

// mayTryDemo tells whether a request may see the demo's own page: with the token, or from
// this machine. The demo holds sample data alone.
func (s *Server) mayTryDemo(w http.ResponseWriter, r *http.Request) bool {
	return s.holdsToken(w, r) || s.fromHere(r)
}
