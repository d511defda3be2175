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

// mailsShown is how many captured mails a page lists.
const mailsShown = 100

// captured is the mailbox, for requests with its token.
func (s *Server) captured(w http.ResponseWriter, r *http.Request) (*mailer.Mailbox, error) {
	switch {
	case s.Mail == nil:
		return nil, errNoPage
	case !s.holdsToken(w, r):
		return nil, errNoToken
	}
	return s.Mail, nil
}

// fromHere tells whether a browser on this machine asks, as far as that can be seen: a
// proxy on this machine that adds no header looks the same.
func (s *Server) fromHere(r *http.Request) bool {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil || !peer.Addr().Unmap().IsLoopback() || !s.isOwnHost(r.Host) {
		return false
	}
	for _, name := range []string{"X-Forwarded-For", "Forwarded", "X-Real-Ip"} {
		if r.Header.Get(name) != "" { // a proxy on this machine brings somebody else
			return false
		}
	}
	return true
}

// isOwnHost tells whether a browser asked for this machine, by an address of it or by
// the name in the base URL. A stranger's page whose name leads here (DNS rebinding)
// gets nothing.
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

// devMails lists captured mail, newest first.
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
	return s.page(w, http.StatusOK, templates.Page{Title: "Captured mail", Private: true, View: view})
}

func mailURL(n int) string { return "/dev/mail/" + strconv.Itoa(n) }

// captured mail is read by its number.
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

// devMail shows one captured mail.
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

// mailPolicy lets a mail show itself and do nothing.
const mailPolicy = "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src https: http: data:; frame-ancestors 'self'"

var headTag = regexp.MustCompile(`(?i)<head(\s[^>]*)?>`)

// devMailHTML is a mail's HTML part alone, for a frame.
func (s *Server) devMailHTML(w http.ResponseWriter, r *http.Request) error {
	m, err := s.openMail(w, r)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", mailPolicy)
	h.Set("Cache-Control", "no-store")
	// A link followed in the frame opens beside it: our pages refuse to be framed.
	_, _ = io.WriteString(w, headTag.ReplaceAllString(m.HTML, `$0<base target="_blank">`))
	return nil
}

// devMailRaw is the message as it would have gone over the wire.
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

// demo is the demo's first page.
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
