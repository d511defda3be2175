package service

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/emersion/go-message/mail"

	"corridor/subscribers"
	"corridor/web"
)

// TestSignUpMailLeadsToConfirmation follows a double opt-in from the form through the
// message in the outbox and its link to the button.
func TestSignUpMailLeadsToConfirmation(t *testing.T) {
	s := open(t, strings.Replace(readersConfig, "Test Review <news", "Тест & Co <news", 1))
	signer, err := s.Signer(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	site, err := newWebsite(s, signer)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(site)
	defer server.Close()

	post := func(path string, form url.Values) string {
		t.Helper()
		resp, err := http.PostForm(server.URL+path, form)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		if err != nil || resp.StatusCode != 200 {
			t.Fatalf("%s: %d %v %.500s", path, resp.StatusCode, err, body)
		}
		return string(body)
	}
	message := func(n int) (subject, text string) {
		t.Helper()
		var raw []byte
		if err := s.DB.Get(&raw, `SELECT message FROM outbox WHERE recipient = 'anna@example.org' ORDER BY id OFFSET $1`, n); err != nil {
			t.Fatal(err)
		}
		r, err := mail.CreateReader(bytes.NewReader(raw))
		if err != nil {
			t.Fatal(err)
		}
		subject, _ = r.Header.Subject()
		id, err := r.Header.MessageID()
		if err != nil || !strings.HasSuffix(id, "@example.org") || r.Header.Get("Auto-Submitted") != "auto-generated" {
			t.Errorf("Message-ID %q, %v", id, err)
		}
		part, err := r.NextPart()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(part.Body)
		if err != nil {
			t.Fatal(err)
		}
		return subject, string(b)
	}
	link := func(text, purpose string) string {
		t.Helper()
		found := regexp.MustCompile(`http://127\.0\.0\.1:8080(/` + purpose + `/\S+)`).FindStringSubmatch(text)
		if found == nil {
			t.Fatalf("no link to %s in %s", purpose, text)
		}
		return found[1]
	}

	signUp := url.Values{"email": {"anna@example.org"}, "name": {"Buy cheap things"}, "frequency": {"daily"}, "programs": {"eep"}}
	post("/subscribe", signUp)
	subject, text := message(0)
	if !strings.Contains(subject, "confirm") || strings.Contains(text, "cheap") {
		t.Errorf("%q: %s", subject, text)
	}
	post(link(text, "confirm"), nil)
	if r, err := s.Readers().Find(t.Context(), "anna@example.org"); err != nil || r.State != subscribers.Active {
		t.Fatal(r, err)
	}
	post("/subscribe", signUp)
	_, text = message(1)
	resp, err := http.Get(server.URL + link(text, "preferences"))
	if err != nil || resp.StatusCode != 200 {
		t.Fatal(resp, err)
	}
	resp.Body.Close()
}

// newWebsite builds the pages as serve does.
func newWebsite(s *Service, signer *subscribers.Signer) (*web.Server, error) {
	o, err := s.webOptions(signer)
	if err != nil {
		return nil, err
	}
	return web.New(o)
}
