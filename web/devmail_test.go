package web

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"corridor/mailer"
	"corridor/templates"
)

const capturedMail = "From: News <news@example.org>\r\nTo: Ana <ana@example.org>\r\nSubject: =?utf-8?q?Caf=C3=A9_<b>?=\r\nDate: Mon, 02 Mar 2026 11:00:00 +0000\r\n" +
	"MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nThe words <i>\r\n" +
	"--x\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<head><title>x</title></head><script>alert(1)</script><p>The page</p>\r\n--x--\r\n"

func withMail(t *testing.T) *Server {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{"00000001.eml": capturedMail, "00000002.eml": "Subject: Second\r\nTo: ben@example.org\r\n\r\nPlain\r\n", "note.txt": "no mail"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return newServer(t, func(o *Options) {
		o.Mail, o.MailToken = &mailer.Mailbox{Dir: dir}, mailToken
		o.Demo = func(context.Context) (templates.DemoView, error) { return templates.DemoView{Articles: 24}, nil }
	})
}

const mailToken = "SECRETTOKENOFCAPTUREDMAIL"

// fromHere is a request from a browser on this machine, or from a local proxy that adds no
// header.
func fromHere(path string) *http.Request {
	r := httptest.NewRequest("GET", "http://127.0.0.1:8080"+path, nil)
	r.RemoteAddr = "127.0.0.1:50000"
	return r
}

func withToken(path string) *http.Request { return fromHere(path + "?token=" + mailToken) }

func TestCapturedMailIsShownAndCannotAct(t *testing.T) {
	s := withMail(t)
	for _, c := range []struct {
		path, policy string
		says         []string
	}{
		{"/dev/mail", "default-src 'none'", []string{"2 emails", "Café &lt;b&gt;", `href="/dev/mail/1"`, "ben@example.org"}},
		{"/dev/mail/1", "frame-src 'self'", []string{"Café &lt;b&gt;", "The words &lt;i&gt;", `src="/dev/mail/1/html"`, "sandbox", `href="/dev/mail/1/raw"`}},
		{"/dev/mail/1/html", "sandbox", []string{"The page", `<head><base target="_blank">`}},
		{"/dev/mail/1/raw", "", []string{capturedMail}},
		{"/dev/mail/2", "frame-src 'self'", []string{"Second", "Plain"}},
		{"/demo", "frame-src 'self'", []string{"24 articles"}},
	} {
		w := httptest.NewRecorder()
		s.ServeHTTP(w, withToken(c.path))
		want(t, c.path, w.Code, w.Body.String(), 200, c.says...)
		if got := w.Header().Get("Content-Security-Policy"); !strings.Contains(got, c.policy) {
			t.Errorf("%s: policy %q, want %q in it", c.path, got, c.policy)
		}
		if got := w.Header().Get("Cache-Control"); got != "no-store" {
			t.Errorf("%s: may be kept: %q", c.path, got)
		}
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, withToken("/dev/mail/1/html"))
	if policy := w.Header().Get("Content-Security-Policy"); strings.Contains(policy, "allow-scripts") || strings.Contains(policy, "allow-same-origin") {
		t.Errorf("a mail may act: %s", policy)
	}
}

// Only the token authorizes; the client's address does not.
func TestCapturedMailNeedsItsToken(t *testing.T) {
	s := withMail(t)
	w := httptest.NewRecorder()
	s.ServeHTTP(w, withToken("/dev/mail"))
	cookies := w.Result().Cookies()
	if len(cookies) != 1 || !cookies[0].HttpOnly || cookies[0].SameSite != http.SameSiteStrictMode || cookies[0].MaxAge != 0 || w.Header().Get("Referrer-Policy") != "no-referrer" {
		t.Fatalf("cookies %v, headers %v", cookies, w.Header())
	}
	paths := []string{"/dev/mail", "/dev/mail/1", "/dev/mail/1/html", "/dev/mail/1/raw"}
	for name, c := range map[string]struct {
		change func(*http.Request)
		status int
	}{
		"this machine":       {func(*http.Request) {}, 404},
		"a bare proxy":       {func(r *http.Request) { r.Host = "news.example.org" }, 404},
		"a proxy":            {func(r *http.Request) { r.Header.Set("X-Forwarded-For", "127.0.0.1") }, 404},
		"another machine":    {func(r *http.Request) { r.RemoteAddr = "192.0.2.7:50000" }, 404},
		"an empty token":     {func(r *http.Request) { r.URL.RawQuery = "token=" }, 404},
		"a wrong token":      {func(r *http.Request) { r.URL.RawQuery = "token=" + mailToken + "x" }, 404},
		"half a token":       {func(r *http.Request) { r.URL.RawQuery = "token=" + mailToken[:9] }, 404},
		"a wrong cookie":     {func(r *http.Request) { r.AddCookie(&http.Cookie{Name: cookies[0].Name, Value: "x"}) }, 404},
		"an empty cookie":    {func(r *http.Request) { r.AddCookie(&http.Cookie{Name: cookies[0].Name}) }, 404},
		"another's cookie":   {func(r *http.Request) { r.AddCookie(&http.Cookie{Name: "corridor_mail_0", Value: mailToken}) }, 404},
		"the cookie":         {func(r *http.Request) { r.AddCookie(cookies[0]) }, 200},
		"the token anywhere": {func(r *http.Request) { r.RemoteAddr, r.URL.RawQuery = "192.0.2.7:1", "token="+mailToken }, 200},
	} {
		for _, path := range paths {
			r := fromHere(path)
			c.change(r)
			w := httptest.NewRecorder()
			s.ServeHTTP(w, r)
			if w.Code != c.status || c.status == 404 && (strings.Contains(w.Body.String(), "The words") || strings.Contains(w.Body.String(), mailToken)) {
				t.Errorf("%s, %s: %d", name, path, w.Code)
			}
		}
	}
	for _, path := range []string{"/dev/mail/99", "/dev/mail/-1", "/dev/mail/99999999999999999999", "/dev/mail/..%2fnote.txt"} {
		w := httptest.NewRecorder()
		s.ServeHTTP(w, withToken(path))
		want(t, path, w.Code, w.Body.String(), 404, "Page not found")
	}
	w = httptest.NewRecorder()
	newServer(t, nil).ServeHTTP(w, withToken("/dev/mail"))
	want(t, "mail is not captured", w.Code, w.Body.String(), 404)
	w = httptest.NewRecorder()
	newServer(t, func(o *Options) { o.Mail = &mailer.Mailbox{} }).ServeHTTP(w, fromHere("/dev/mail?token="))
	want(t, "without a token no mail is shown", w.Code, w.Body.String(), 404)
}

func TestDemoIsForThisMachine(t *testing.T) {
	s := withMail(t)
	for name, c := range map[string]struct {
		change func(*http.Request)
		status int
	}{
		"this machine":      {func(*http.Request) {}, 200},
		"localhost":         {func(r *http.Request) { r.Host = "localhost:8080" }, 200},
		"another machine":   {func(r *http.Request) { r.RemoteAddr = "192.0.2.7:50000" }, 404},
		"a proxy":           {func(r *http.Request) { r.Header.Set("Forwarded", "for=127.0.0.1") }, 404},
		"a rebound name":    {func(r *http.Request) { r.Host = "evil.example:8080" }, 404},
		"a peer's nonsense": {func(r *http.Request) { r.RemoteAddr = "@" }, 404},
		"the token":         {func(r *http.Request) { r.RemoteAddr, r.URL.RawQuery = "192.0.2.7:1", "token="+mailToken }, 200},
	} {
		r := fromHere("/demo")
		c.change(r)
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		want(t, name, w.Code, w.Body.String(), c.status)
	}
}

func TestProcessWithoutPagesAnswersOperatorsAlone(t *testing.T) {
	var trouble error
	s := newServer(t, func(o *Options) {
		o.OperatorsOnly, o.Roles = true, []string{"scheduler", "sender"}
		o.Ready = func(context.Context) ([]string, error) { return nil, trouble }
		o.Metrics = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("corridor_senders 1")) })
	})
	ask := func(path string) (int, string) {
		w := httptest.NewRecorder()
		s.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		return w.Code, w.Body.String()
	}
	for path, says := range map[string]string{"/readyz": "ready: scheduler, sender", "/healthz": "ok", "/metrics": "corridor_senders 1"} {
		status, body := ask(path)
		want(t, path, status, body, 200, says)
	}
	for _, path := range []string{"/", "/feeds", "/editions", "/static/style.css"} {
		if status, _ := ask(path); status != 404 {
			t.Errorf("%s: %d, want 404", path, status)
		}
	}
	trouble = errors.New("the database does not answer")
	status, body := ask("/readyz")
	want(t, "not ready", status, body, 503, "the database does not answer")
	if status, _ := ask("/healthz"); status != 200 {
		t.Errorf("a process that lives answers %d", status)
	}
}
