package web

import (
	"context"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"corridor/feeds/websub"
	"corridor/postgres/postgrestest"
)

func TestHubAnswers(t *testing.T) {
	const topic = "https://news.example.org/feeds/all.atom"
	hub := websub.New(postgrestest.New(t), websub.Options{Document: func(_ context.Context, asked string) (websub.Document, error) {
		if asked != topic {
			return websub.Document{}, websub.ErrNoTopic
		}
		return websub.Document{ETag: `"1"`}, nil
	}})
	s := newServer(t, func(o *Options) { o.Hub = hub })
	form := func(mode, topic, callback string) string {
		return url.Values{"hub.mode": {mode}, "hub.topic": {topic}, "hub.callback": {callback}}.Encode()
	}
	const callback = "https://reader.example/cb"
	for _, c := range []struct {
		name, method, kind, body string
		status                   int
		says                     string
	}{
		{"a subscription", "POST", "", form("subscribe", topic, callback), 202, "callback"},
		{"the same again", "POST", "", form("subscribe", topic, callback), 202, "callback"},
		{"its end", "POST", "", form("unsubscribe", topic, callback), 202, "callback"},
		{"the end of none", "POST", "", form("unsubscribe", topic, callback+"2"), 404, "no such subscription"},
		{"another's feed", "POST", "", form("subscribe", "https://other.example/feed", callback), 404, "not one of our feeds"},
		{"no mode", "POST", "", form("", topic, callback), 400, "hub.mode"},
		{"publishing", "POST", "", form("publish", topic, callback), 400, "own feeds only"},
		{"no callback", "POST", "", form("subscribe", topic, ""), 400, "hub.callback"},
		{"broken text", "POST", "", form("subscribe", topic, callback+"/\xff"), 400, "UTF-8"},
		{"JSON", "POST", "application/json", `{}`, 415, "form"},
		{"a flood", "POST", "", "hub.mode=" + strings.Repeat("x", maxForm), 400, "cannot be read"},
		{"a look", "GET", "", "", 405, ""},
	} {
		r := httptest.NewRequest(c.method, "/websub", strings.NewReader(c.body))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if c.kind != "" {
			r.Header.Set("Content-Type", c.kind)
		}
		r.Header.Set("Origin", "https://elsewhere.example")
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if w.Code != c.status || !strings.Contains(w.Body.String(), c.says) || c.method == "POST" && !strings.HasPrefix(w.Header().Get("Content-Type"), "text/plain") {
			t.Errorf("%s: %d %s %s", c.name, w.Code, w.Header().Get("Content-Type"), w.Body)
		}
	}
}
