package web

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"corridor/articles/hubs"
	"corridor/postgres/postgrestest"
)

// Hubs verify a subscription and push at the address that they were given.
func TestPushesOfHubs(t *testing.T) {
	var asked url.Values
	due := 0
	sub := hubs.New(postgrestest.New(t), hubs.Options{
		Callback: func(token string) string { return "/websub/sources/" + token },
		Post: func(_ context.Context, _ string, form url.Values) (int, error) {
			asked = form
			return http.StatusAccepted, nil
		},
		Ask: func(context.Context, string, time.Time) error { due++; return nil },
	})
	if err := sub.Follow(t.Context(), "site", hubs.Links{Hub: "https://hub.example.net/", Topic: "https://www.example.org/feed"}, noon); err != nil {
		t.Fatal(err)
	}
	sign := func(body string) string {
		mac := hmac.New(sha256.New, []byte(asked.Get("hub.secret")))
		mac.Write([]byte(body))
		return "sha256=" + hex.EncodeToString(mac.Sum(nil))
	}
	s := newServer(t, func(o *Options) { o.Hubs = sub })
	callback := asked.Get("hub.callback")
	large := strings.Repeat("x", maxPush+1)
	for _, c := range []struct {
		name, method, path, signature, body string
		status                              int
		says                                string
		due                                 int
	}{
		{"a push before the confirmation", "POST", callback, sign("x"), "x", 410, "no such", 0},
		{"a confirmation of another topic", "GET", callback + "?hub.mode=subscribe&hub.challenge=abc&hub.topic=other", "", "", 404, "no such", 0},
		{"a confirmation", "GET", callback + "?hub.mode=subscribe&hub.challenge=abc&hub.lease_seconds=600&hub.topic=https://www.example.org/feed", "", "", 200, "abc", 0},
		{"a forged push", "POST", callback, sign("y"), "x", 202, "Accepted", 0},
		{"a large push", "POST", callback, sign(large), large, 413, "larger", 0},
		{"a push", "POST", callback, sign("x"), "x", 202, "Accepted", 1},
		{"a push to nobody", "POST", "/websub/sources/guess", sign("x"), "x", 410, "no such", 1},
	} {
		r := httptest.NewRequest(c.method, c.path, strings.NewReader(c.body))
		r.Header.Set("X-Hub-Signature", c.signature)
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if w.Code != c.status || !strings.Contains(w.Body.String(), c.says) || due != c.due {
			t.Errorf("%s: %d %s, due %d times", c.name, w.Code, w.Body, due)
		}
	}
	for _, method := range []string{"GET", "POST"} {
		w := httptest.NewRecorder()
		newServer(t, nil).ServeHTTP(w, httptest.NewRequest(method, callback, nil))
		if w.Code != http.StatusNotFound {
			t.Errorf("%s without hubs: %d", method, w.Code)
		}
	}
}
