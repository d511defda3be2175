package web

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"corridor/bounces"
	"corridor/bounces/hooks"
	"corridor/mailer/message"
	"corridor/trouble"
)

func TestHooksAnswerProviders(t *testing.T) {
	ids := message.NewIDs([]byte("key"), "example.org", message.ReturnAddresses{})
	var away error
	h, err := hooks.New(hooks.Options{
		Secrets: hooks.Secrets{Generic: "a secret of the provider", SESTopics: []string{"arn:aws:sns:us-east-1:123456789012:bounces"}},
		IDs:     ids, Log: slog.New(slog.DiscardHandler), Troubles: trouble.New(slog.New(slog.DiscardHandler)), Now: time.Now,
		Take: func(context.Context, bounces.Event) (bounces.Change, error) {
			return bounces.Change{Outcome: bounces.Complained}, away
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	s := newServer(t, func(o *Options) { o.Hooks = h })
	answer := func(s *Server, method, provider, authorization string, body io.Reader) *httptest.ResponseRecorder {
		r := httptest.NewRequest(method, "/hooks/"+provider, body)
		r.Header.Set("Authorization", authorization)
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		return w
	}
	const bearer = "Bearer a secret of the provider"
	event := `{"type":"complaint","id":"` + ids.ID(3, 7) + `"}`
	for _, c := range []struct {
		name, method, provider, authorization, body string
		away                                        error
		status                                      int
		says                                        string
	}{
		{"an event", "POST", "generic", bearer, event, nil, 200, `{"events":1,"changed":1,"ignored":0}`},
		{"without the database", "POST", "generic", bearer, event, errors.New("away"), 503, "again"},
		{"another secret", "POST", "generic", "Bearer x", event, nil, 401, "secret"},
		{"no secret", "POST", "generic", "", event, nil, 401, "secret"},
		{"broken JSON", "POST", "generic", bearer, "{", nil, 400, "form"},
		{"another topic", "POST", "ses", "", `{"TopicArn":"arn:aws:sns:us-east-1:123456789012:other"}`, nil, 403, "topic"},
		{"a large body", "POST", "generic", bearer, strings.Repeat("x", hooks.MaxBody+1), nil, 413, "2 MiB"},
		{"many events", "POST", "generic", bearer, "[" + strings.Repeat("{},", 5000) + "{}]", nil, 413, "too many"},
		{"a provider without a secret", "POST", "mailgun", bearer, event, nil, 404, ""},
		{"an unknown provider", "POST", "pigeon", bearer, event, nil, 404, ""},
		{"a look", "GET", "generic", bearer, "", nil, 405, ""},
	} {
		away = c.away
		w := answer(s, c.method, c.provider, c.authorization, strings.NewReader(c.body))
		if w.Code != c.status || !strings.Contains(w.Body.String(), c.says) || w.Code == 503 && w.Header().Get("Retry-After") == "" {
			t.Errorf("%s: %d %s", c.name, w.Code, w.Body)
		}
	}
	if w := answer(newServer(t, nil), "POST", "generic", bearer, strings.NewReader(event)); w.Code != 404 {
		t.Errorf("without hooks: %d", w.Code)
	}
	// A stranger is refused without a look at the body, and holds up no other network.
	away = nil
	var last *httptest.ResponseRecorder
	for range 70 {
		last = answer(s, "POST", "generic", "Bearer x", strings.NewReader(event))
	}
	if last.Code != 429 || last.Header().Get("Retry-After") == "" {
		t.Errorf("the 70th wrong secret: %d", last.Code)
	}
	r := httptest.NewRequest("POST", "/hooks/generic", strings.NewReader(event))
	r.RemoteAddr = "198.51.100.9:1234"
	r.Header.Set("Authorization", bearer)
	w := httptest.NewRecorder()
	if s.ServeHTTP(w, r); w.Code != 200 {
		t.Errorf("another network: %d", w.Code)
	}
}
