package web

import (
	"errors"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"corridor/mailer"
	"corridor/templates"
)

// mailsShown is the number of captured emails on one page.
const mailsShown = 100

// captured returns the mailbox of captured emails if the request holds the token.
func (s *Server) captured(w http.ResponseWriter, r *http.Request) (*mailer.Mailbox, error) {
	switch {
	case s.Mail == nil:
		return nil, errNoPage
	case !s.holdsToken(w, r):
		return nil, errNoToken
	}
	return s.Mail, nil
}

// fromHere reports whether the request comes from a browser on this machine. A local proxy
// that adds no forwarding header cannot be told apart from one.
func (s *Server) fromHere(r *http.Request) bool {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil || !peer.Addr().Unmap().IsLoopback() || !s.isOwnHost(r.Host) {
		return false
	}
	for _, name := range []string{"X-Forwarded-For", "Forwarded", "X-Real-Ip"} {
		if r.Header.Get(name) != "" { // a local proxy forwards another machine's request
			return false
		}
	}
	return true
}

// isOwnHost reports whether the Host header names this machine: a loopback address,
// localhost or the host of the base URL. Other names are refused against DNS rebinding.
func (s *Server) isOwnHost(host string) bool {
	name := host
	if h, _, err := net.SplitHostPort(host); err == nil {
		name = h
	}
	name = strings.Trim(name, "[]")
	if addr, err := netip.ParseAddr(name); err == nil {
		return addr.Unmap().IsLoopback()
	}
	base, err := url.Parse(s.Site.BaseURL)
	return strings.EqualFold(name, "localhost") || err == nil && strings.EqualFold(name, base.Hostname())
}

// devMails lists captured emails, newest first.
func (s *Server) devMails(w http.ResponseWriter, r *http.Request) error {
	box, err := s.captured(w, r)
	if err != nil {
		return err
	}
	offset, _ := strconv.Atoi(r.URL.Query().Get("after"))
	list, total, err := box.List(max(offset, 0), mailsShown)
	if err != nil {
		return err
	}
	view := templates.MailsView{Total: total}
	for _, m := range list {
		view.Mails = append(view.Mails, templates.MailRow{URL: mailURL(m.Number), To: m.To, Subject: m.Subject, Date: m.Date})
	}
	if offset+len(list) < total {
		view.Older = "/dev/mail?after=" + strconv.Itoa(offset+len(list))
	}
	w.Header().Set("Cache-Control", "no-store")
	return s.page(w, http.StatusOK, templates.Page{Title: "Captured emails", Private: true, View: view})
}

func mailURL(n int) string { return "/dev/mail/" + strconv.Itoa(n) }

// openMail returns the captured email that the path numbers.
func (s *Server) openMail(w http.ResponseWriter, r *http.Request) (*mailer.Mail, error) {
	box, err := s.captured(w, r)
	if err != nil {
		return nil, err
	}
	n, err := strconv.Atoi(r.PathValue("n"))
	if err != nil {
		return nil, errNoPage
	}
	m, err := box.Open(n)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, errNoPage
	}
	return m, err
}

// devMail shows one captured email.
func (s *Server) devMail(w http.ResponseWriter, r *http.Request) error {
	m, err := s.openMail(w, r)
	if err != nil {
		return err
	}
	view := templates.MailView{Subject: m.Subject, Text: m.Text, RawURL: mailURL(m.Number) + "/raw"}
	if m.HTML != "" {
		view.HTMLURL = mailURL(m.Number) + "/html"
	}
	for _, h := range m.Headers {
		view.Headers = append(view.Headers, templates.MailHeader{Name: h[0], Value: h[1]})
	}
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", policy+"; frame-src 'self'")
	return s.page(w, http.StatusOK, templates.Page{Title: m.Subject, Private: true, View: view})
}

// mailPolicy lets an email's HTML show its styles and images, and run nothing.
const mailPolicy = "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src https: http: data:; frame-ancestors 'self'"

var headTag = regexp.MustCompile(`(?i)<head(\s[^>]*)?>`)

// devMailHTML serves the HTML part of an email, for a frame.
func (s *Server) devMailHTML(w http.ResponseWriter, r *http.Request) error {
	m, err := s.openMail(w, r)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", mailPolicy)
	h.Set("Cache-Control", "no-store")
	// A link followed in the frame opens in a new tab, because our own pages refuse to be
	// framed.
	_, _ = io.WriteString(w, headTag.ReplaceAllString(m.HTML, `$0<base target="_blank">`))
	return nil
}

// devMailRaw serves the message as it would be sent.
func (s *Server) devMailRaw(w http.ResponseWriter, r *http.Request) error {
	m, err := s.openMail(w, r)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "message/rfc822")
	h.Set("Content-Disposition", `attachment; filename="`+strconv.Itoa(m.Number)+`.eml"`)
	h.Set("Cache-Control", "no-store")
	_, _ = w.Write(m.Raw)
	return nil
}

// demo shows the first page of the demo.
func (s *Server) demo(w http.ResponseWriter, r *http.Request) error {
	switch {
	case s.Demo == nil:
		return errNoPage
	case !s.mayTryDemo(w, r):
		return errNoToken
	}
	view, err := s.Demo(r.Context())
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Content-Security-Policy", policy+"; frame-src 'self'")
	return s.page(w, http.StatusOK, templates.Page{Title: "Demo", Private: true, View: view})
}
