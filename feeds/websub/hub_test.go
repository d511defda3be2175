package websub

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"corridor/fetch"
	"corridor/postgres"
	"corridor/postgres/postgrestest"
	"corridor/testkit"
)

const topic = "https://news.example.org/feeds/all.atom"

// source provides the document that hubs push.
type source struct {
	mu      sync.Mutex
	body    string
	changed time.Time
	gone    bool
}

func (s *source) document(_ context.Context, t string) (Document, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if t != topic || s.gone {
		return Document{}, ErrNoTopic
	}
	return Document{Body: []byte(s.body), ContentType: "application/atom+xml; charset=utf-8", ETag: `"` + s.body + `"`, Changed: s.changed}, nil
}

func (s *source) set(body string) {
	s.mu.Lock()
	s.body = body
	s.mu.Unlock()
}

var loopback = fetch.Guard{Allowed: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}

func newHub(t *testing.T, db *postgres.DB, s *source, change ...func(*Options)) *Hub {
	t.Helper()
	o := Options{Document: s.document, Hub: "https://news.example.org/websub", Guard: loopback, Log: slog.New(slog.NewTextHandler(t.Output(), nil))}
	for _, c := range change {
		c(&o)
	}
	h := New(db, o)
	done := make(chan struct{})
	ctx, cancel := context.WithCancel(t.Context())
	go func() { defer close(done); _ = h.Run(ctx) }()
	t.Cleanup(func() { cancel(); <-done })
	return h
}

// subscriber is a callback with configurable answers.
type subscriber struct {
	*httptest.Server
	mu        sync.Mutex
	questions []url.Values
	pushes    []push
	answer    func(url.Values) (int, string) // to a verification; nil echoes the challenge
	take      func(n int) int                // status for the n-th push; nil means 200
}

type push struct {
	body   string
	header http.Header
}

func newSubscriber(t *testing.T) *subscriber {
	s := &subscriber{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		if r.Method == http.MethodGet {
			q := r.URL.Query()
			s.questions = append(s.questions, q)
			status, text := 200, q.Get("hub.challenge")
			if s.answer != nil {
				status, text = s.answer(q)
			}
			w.WriteHeader(status)
			_, _ = io.WriteString(w, text)
			return
		}
		body, _ := io.ReadAll(r.Body)
		s.pushes = append(s.pushes, push{string(body), r.Header})
		if s.take != nil {
			w.WriteHeader(s.take(len(s.pushes)))
		}
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *subscriber) pushed() []push {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]push(nil), s.pushes...)
}

func (s *subscriber) asked() []url.Values {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]url.Values(nil), s.questions...)
}

func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !ok(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%s did not happen", what)
		}
	}
}

func count(t *testing.T, db *postgres.DB, table string) int {
	t.Helper()
	var n int
	if err := db.Get(&n, `SELECT count(*) FROM `+table); err != nil {
		t.Fatal(err)
	}
	return n
}

func ask(t *testing.T, h *Hub, mode, callback, secret string) {
	t.Helper()
	if err := h.Ask(t.Context(), Request{Mode: mode, Topic: topic, Callback: callback, Secret: secret, Lease: time.Hour}, time.Now()); err != nil {
		t.Fatal(err)
	}
}

func TestSubscribePushUnsubscribe(t *testing.T) {
	testkit.Heavy(t)
	db, src := postgrestest.New(t), &source{body: "one"}
	h, other := newHub(t, db, src), newHub(t, db, src)
	s := newSubscriber(t)
	ask(t, h, "subscribe", s.URL+"/cb?mine=1", "hush")
	until(t, "the subscription", func() bool { return count(t, db, "websub_subscriptions") == 1 })
	q := s.asked()[0]
	if q.Get("hub.mode") != "subscribe" || q.Get("hub.topic") != topic || q.Get("hub.lease_seconds") != "3600" || q.Get("mine") != "1" || q.Get("hub.challenge") == "" {
		t.Errorf("asked %v", q)
	}
	began := time.Now()
	src.set("two")
	h.Changed()
	other.Changed() // both notice
	until(t, "the push", func() bool { return len(s.pushed()) > 0 })
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("it took %v", took)
	}
	time.Sleep(700 * time.Millisecond) // time for a second push to arrive
	got := s.pushed()
	if len(got) != 1 || got[0].body != "two" {
		t.Fatalf("pushes %+v", got)
	}
	mac := hmac.New(sha256.New, []byte("hush"))
	mac.Write([]byte("two"))
	header := got[0].header
	if header.Get("X-Hub-Signature") != "sha256="+hex.EncodeToString(mac.Sum(nil)) || header.Get("Content-Type") != "application/atom+xml; charset=utf-8" ||
		header.Get("Link") != `<https://news.example.org/websub>; rel="hub", <`+topic+`>; rel="self"` {
		t.Errorf("headers %v", header)
	}
	ask(t, h, "unsubscribe", s.URL+"/cb?mine=1", "")
	until(t, "the end", func() bool { return count(t, db, "websub_subscriptions") == 0 })
}

func TestIntentMustBeConfirmed(t *testing.T) {
	testkit.Heavy(t)
	db, src := postgrestest.New(t), &source{body: "one"}
	h := newHub(t, db, src)
	s := newSubscriber(t)
	for _, answer := range []func(url.Values) (int, string){
		func(url.Values) (int, string) { return 200, "something else" },
		func(q url.Values) (int, string) { return 404, q.Get("hub.challenge") },
		func(q url.Values) (int, string) { return 302, q.Get("hub.challenge") },
		func(q url.Values) (int, string) { return 200, q.Get("hub.challenge") + strings.Repeat("x", 2000) },
	} {
		s.mu.Lock()
		s.answer, s.questions = answer, nil
		s.mu.Unlock()
		ask(t, h, "subscribe", s.URL, "")
		until(t, "the question", func() bool { return len(s.asked()) > 0 && count(t, db, "websub_requests") == 0 })
		if n := count(t, db, "websub_subscriptions"); n != 0 {
			t.Fatalf("%d subscriptions", n)
		}
	}
	// The same holds for unsubscribing: a stranger cannot end a subscription.
	s.mu.Lock()
	s.answer = nil
	s.mu.Unlock()
	ask(t, h, "subscribe", s.URL, "")
	until(t, "the subscription", func() bool { return count(t, db, "websub_subscriptions") == 1 })
	s.mu.Lock()
	s.answer = func(url.Values) (int, string) { return 404, "" }
	s.mu.Unlock()
	ask(t, h, "unsubscribe", s.URL, "")
	until(t, "the question", func() bool { return count(t, db, "websub_requests") == 0 })
	if n := count(t, db, "websub_subscriptions"); n != 1 {
		t.Errorf("%d subscriptions, want the one that was there", n)
	}
}

func TestFailingAndGoneCallbacks(t *testing.T) {
	testkit.Heavy(t)
	db, src := postgrestest.New(t), &source{body: "one"}
	h := newHub(t, db, src)
	failing, gone := newSubscriber(t), newSubscriber(t)
	failing.take = func(n int) int { return map[bool]int{true: 503, false: 204}[n == 1] }
	gone.take = func(int) int { return 410 }
	ask(t, h, "subscribe", failing.URL, "")
	ask(t, h, "subscribe", gone.URL, "")
	until(t, "the subscriptions", func() bool { return count(t, db, "websub_subscriptions") == 2 })
	src.set("two")
	h.Changed()
	until(t, "the end of the one that is gone", func() bool { return count(t, db, "websub_subscriptions") == 1 && len(failing.pushed()) == 1 })
	src.set("three") // a later push has the newest document
	if _, err := db.Exec(`UPDATE websub_subscriptions SET due_at = now()`); err != nil {
		t.Fatal(err)
	}
	h.Wake()
	until(t, "the second try", func() bool { return len(failing.pushed()) == 2 })
	if got := failing.pushed()[1].body; got != "three" {
		t.Errorf("pushed %q", got)
	}
}

func TestLeasesEndAndFeedsEnd(t *testing.T) {
	db, src := postgrestest.New(t), &source{body: "one"}
	h := newHub(t, db, src)
	s := newSubscriber(t)
	ask(t, h, "subscribe", s.URL, "")
	until(t, "the subscription", func() bool { return count(t, db, "websub_subscriptions") == 1 })
	if _, err := db.Exec(`UPDATE websub_subscriptions SET lease_until = now() - interval '1 second'`); err != nil {
		t.Fatal(err)
	}
	h.Wake()
	until(t, "the lease's end", func() bool { return count(t, db, "websub_subscriptions") == 0 })
	ask(t, h, "subscribe", s.URL, "")
	until(t, "the subscription", func() bool { return count(t, db, "websub_subscriptions") == 1 })
	src.mu.Lock()
	src.gone = true
	src.mu.Unlock()
	h.Changed()
	until(t, "the denial", func() bool {
		for _, q := range s.asked() {
			if q.Get("hub.mode") == "denied" && q.Get("hub.topic") == topic {
				return true
			}
		}
		return false
	})
}

func TestPrivateCallbacksAreRefused(t *testing.T) {
	db, src := postgrestest.New(t), &source{body: "one"}
	h := newHub(t, db, src, func(o *Options) { o.Guard = fetch.Guard{} })
	s := newSubscriber(t)
	at := func(host string) string { return strings.Replace(s.URL, "127.0.0.1", host, 1) }
	for _, callback := range []string{s.URL, at("localhost"), at("10.1.2.3"), at("169.254.169.254"), at("[::1]"), at("[::ffff:127.0.0.1]")} {
		err := h.Ask(t.Context(), Request{Mode: "subscribe", Topic: topic, Callback: callback, Lease: time.Hour}, time.Now())
		if wrong := (Invalid{}); !errors.As(err, &wrong) {
			t.Errorf("%s: %v", callback, err)
		}
	}
	ask(t, h, "subscribe", at("localhost."), "") // a name, resolved when it is called
	until(t, "the tries", func() bool {
		var n int
		if err := db.Get(&n, `SELECT count(*) FROM websub_requests WHERE attempt > 0 AND claimed_until IS NULL`); err != nil {
			t.Fatal(err)
		}
		return n == 1
	})
	if len(s.asked()) != 0 {
		t.Error("a private address was asked")
	}
}

func TestLimits(t *testing.T) {
	db, src := postgrestest.New(t), &source{body: "one"}
	h := newHub(t, db, src, func(o *Options) { o.PerHost = 1 })
	s := newSubscriber(t)
	ask(t, h, "subscribe", s.URL+"/1", "")
	until(t, "the subscription", func() bool { return count(t, db, "websub_subscriptions") == 1 })
	err := h.Ask(t.Context(), Request{Mode: "subscribe", Topic: topic, Callback: s.URL + "/2", Lease: time.Hour}, time.Now())
	if !errors.Is(err, ErrTooMany) {
		t.Errorf("got %v", err)
	}
	ask(t, h, "subscribe", s.URL+"/1", "") // a subscriber may renew
	err = h.Ask(t.Context(), Request{Mode: "unsubscribe", Topic: topic, Callback: s.URL + "/2"}, time.Now())
	if !errors.Is(err, ErrNotSubscribed) {
		t.Errorf("got %v", err)
	}
	err = h.Ask(t.Context(), Request{Mode: "subscribe", Topic: "https://other.example/feed", Callback: s.URL + "/3"}, time.Now())
	if !errors.Is(err, ErrNoTopic) {
		t.Errorf("got %v", err)
	}
}

func TestOtherHubsAreTold(t *testing.T) {
	db, src := postgrestest.New(t), &source{body: "one"}
	var mu sync.Mutex
	var told []url.Values
	hub := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		_ = r.ParseForm()
		told = append(told, r.PostForm)
	}))
	defer hub.Close()
	h := newHub(t, db, src, func(o *Options) {
		o.External, o.Topics = []string{hub.URL}, func(context.Context) ([]string, error) { return []string{topic}, nil }
	})
	h.Changed()
	until(t, "the word", func() bool { mu.Lock(); defer mu.Unlock(); return len(told) == 1 })
	if told[0].Get("hub.mode") != "publish" || told[0].Get("hub.url") != topic {
		t.Errorf("told %v", told[0])
	}
	src.set("two")
	h.Changed()
	until(t, "the second word", func() bool { mu.Lock(); defer mu.Unlock(); return len(told) == 2 })
}

func TestParseRequest(t *testing.T) {
	good := url.Values{"hub.mode": {"subscribe"}, "hub.topic": {topic}, "hub.callback": {"https://reader.example/cb?x=1"}}
	with := func(key, value string) url.Values {
		form := url.Values{}
		for k, v := range good {
			form[k] = v
		}
		form.Set(key, value)
		return form
	}
	if r, err := ParseRequest(good); err != nil || r.Lease != usualLease {
		t.Errorf("%+v %v", r, err)
	}
	for _, c := range []struct {
		seconds string
		want    time.Duration
	}{{"1", shortestLease}, {"86400", 24 * time.Hour}, {"999999999999", longestLease}} {
		if r, err := ParseRequest(with("hub.lease_seconds", c.seconds)); err != nil || r.Lease != c.want {
			t.Errorf("%s: %v %v", c.seconds, r.Lease, err)
		}
	}
	for _, form := range []url.Values{
		with("hub.mode", ""), with("hub.mode", "publish"), with("hub.topic", ""), with("hub.callback", "ftp://x.example/"), with("hub.callback", "/cb"),
		with("hub.callback", "https://user:pass@x.example/"), with("hub.callback", "https://x.example/#f"), with("hub.callback", "https://x.example/"+strings.Repeat("a", 3000)),
		with("hub.callback", "https://x.example/\xff"), with("hub.secret", "\xc3"), with("hub.secret", "a\x00b"), with("hub.secret", strings.Repeat("s", 200)), with("hub.lease_seconds", "soon"), with("hub.lease_seconds", "-1"),
	} {
		var wrong Invalid
		if _, err := ParseRequest(form); !errors.As(err, &wrong) {
			t.Errorf("%v: %v", form, err)
		}
	}
}

func FuzzParseRequest(f *testing.F) {
	f.Add("hub.mode=subscribe&hub.topic=https%3A%2F%2Fa.example%2Ff&hub.callback=https%3A%2F%2Fb.example%2F")
	f.Add("hub.mode=unsubscribe&hub.topic=%ff&hub.callback=https%3A%2F%2Fb.example%2F%ff%3F&hub.lease_seconds=9223372036854775807&hub.secret=%00")
	f.Fuzz(func(t *testing.T, query string) {
		form, err := url.ParseQuery(query)
		if err != nil {
			return
		}
		r, err := ParseRequest(form)
		if err != nil {
			return
		}
		if !utf8.ValidString(r.Topic+r.Callback+r.Secret) || len(r.Secret) > maxSecret || hostOf(r.Callback) == "" || r.Lease < shortestLease || r.Lease > longestLease {
			t.Errorf("%q gives %+v", query, r)
		}
		if _, err := verificationURL(r.Callback, url.Values{"hub.mode": {"subscribe"}}); err != nil {
			t.Error(err)
		}
	})
}
