package hubs

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	"corridor/postgres/postgrestest"
)

// world is a subscriber with a clock, a hub that accepts requests, and the sources that are
// due.
type world struct {
	*testing.T
	*Subscriber
	now      time.Time
	requests []url.Values
	status   int
	due      map[string]time.Time
}

func newWorld(t *testing.T) *world {
	w := &world{T: t, now: time.Date(2026, 5, 4, 8, 0, 0, 0, time.UTC), status: 202, due: map[string]time.Time{}}
	w.Subscriber = New(postgrestest.New(t), Options{
		Callback: func(token string) string { return "https://news.example.org/websub/sources/" + token },
		Post: func(_ context.Context, address string, form url.Values) (int, error) {
			if address != "https://hub.example.net/" {
				t.Errorf("asked %s", address)
			}
			w.requests = append(w.requests, form)
			return w.status, nil
		},
		Ask: func(_ context.Context, source string, at time.Time) error {
			w.due[source] = at
			return nil
		},
	})
	return w
}

var links = Links{Hub: "https://hub.example.net/", Topic: "https://www.example.org/feed"}

func (w *world) follow(l Links) error { return w.Follow(w.Context(), "site", l, w.now) }

// token is the token of the last request's callback.
func (w *world) token() string {
	w.Helper()
	if len(w.requests) == 0 {
		w.Fatal("the hub was not asked")
	}
	return strings.TrimPrefix(w.requests[len(w.requests)-1].Get("hub.callback"), "https://news.example.org/websub/sources/")
}

func (w *world) confirm(token string, change ...string) (string, error) {
	q := url.Values{"hub.mode": {"subscribe"}, "hub.topic": {links.Topic}, "hub.challenge": {"abc"}, "hub.lease_seconds": {"864000"}}
	for i := 0; i+1 < len(change); i += 2 {
		q.Set(change[i], change[i+1])
	}
	return w.Confirm(w.Context(), token, q, w.now)
}

func (w *world) sign(body string) string {
	mac := hmac.New(sha256.New, []byte(w.requests[len(w.requests)-1].Get("hub.secret")))
	mac.Write([]byte(body))
	return "sha256=" + hex.EncodeToString(mac.Sum(nil))
}

func (w *world) push(token, signature, body string) (bool, error) {
	return w.Push(w.Context(), token, signature, strings.NewReader(body), w.now)
}

func (w *world) pushed(news bool) bool {
	w.Helper()
	is, err := w.IsPushed(w.Context(), "site", news, w.now)
	if err != nil {
		w.Fatal(err)
	}
	return is
}

func TestASourceIsDueWhenItsHubPushes(t *testing.T) {
	w := newWorld(t)
	if err := w.follow(links); err != nil {
		t.Fatal(err)
	}
	asked := w.requests[0]
	if asked.Get("hub.mode") != "subscribe" || asked.Get("hub.topic") != links.Topic || len(asked.Get("hub.secret")) < 20 {
		t.Errorf("%v", asked)
	}
	if _, err := w.push(w.token(), w.sign("news"), "news"); !errors.Is(err, ErrUnknown) {
		t.Errorf("a push before the confirmation: %v", err)
	}
	for what, change := range map[string][]string{
		"another topic": {"hub.topic", "https://www.example.org/other"}, "the end": {"hub.mode", "unsubscribe"}, "no challenge": {"hub.challenge", ""},
	} {
		if _, err := w.confirm(w.token(), change...); !errors.Is(err, ErrUnknown) {
			t.Errorf("confirming %s: %v", what, err)
		}
	}
	if _, err := w.confirm("guessed"); !errors.Is(err, ErrUnknown) {
		t.Errorf("confirming with a guessed token: %v", err)
	}
	if challenge, err := w.confirm(w.token()); challenge != "abc" || err != nil {
		t.Fatalf("%q %v", challenge, err)
	}
	if w.due["site"] != (time.Time{}) {
		t.Errorf("the source is due without a push")
	}
	for _, bad := range []string{"", "sha256=", "sha256=00", "md5=00", w.sign("other news")} {
		if valid, err := w.push(w.token(), bad, "news"); valid || err != nil || w.due["site"] != (time.Time{}) {
			t.Errorf("the signature %q: %v %v, due %v", bad, valid, err, w.due["site"])
		}
	}
	for i, want := range []time.Duration{0, 5 * time.Second, 5 * time.Second} { // a flood of pushes reads the source twice
		if valid, err := w.push(w.token(), w.sign("news"), "news"); !valid || err != nil || w.due["site"] != w.now.Add(want) {
			t.Errorf("push %d: %v %v, due %v", i, valid, err, w.due["site"])
		}
	}
}

// A subscription is renewed before its end; a hub that does not answer is asked once an hour.
func TestSubscriptionsAreRenewed(t *testing.T) {
	w := newWorld(t)
	step := func(after time.Duration, want int) {
		t.Helper()
		w.now = w.now.Add(after)
		if err := w.follow(links); err != nil || len(w.requests) != want {
			t.Fatalf("the hub was asked %d times, want %d: %v", len(w.requests), want, err)
		}
	}
	step(0, 1)
	step(time.Minute, 1)
	step(time.Hour, 2)
	if _, err := w.confirm(w.token()); err != nil {
		t.Fatal(err)
	}
	step(8*24*time.Hour, 2)
	step(2*24*time.Hour-time.Hour, 3)
	if _, err := w.confirm(w.token(), "hub.lease_seconds", "999999999999"); err != nil {
		t.Fatal(err)
	}
	step(28*24*time.Hour, 3)
	step(24*time.Hour+time.Minute, 4) // at most thirty days are believed
	w.status = 500
	w.now = w.now.Add(2 * time.Hour)
	if err := w.follow(links); err == nil || !strings.Contains(err.Error(), "answers 500") {
		t.Errorf("%v", err)
	}
	if err := w.Renew(t.Context(), "another", w.now); err != nil {
		t.Errorf("a source without a subscription: %v", err)
	}
}

// A hub is relied on while it pushes what the source has.
func TestAHubThatDoesNotPushIsNotReliedOn(t *testing.T) {
	w := newWorld(t)
	if w.pushed(true) {
		t.Error("a source without a subscription is pushed")
	}
	if err := w.follow(links); err != nil {
		t.Fatal(err)
	}
	if w.pushed(false) {
		t.Error("relied on before it is confirmed")
	}
	if _, err := w.confirm(w.token()); err != nil {
		t.Fatal(err)
	}
	if !w.pushed(false) {
		t.Error("not relied on after it is confirmed")
	}
	w.now = w.now.Add(time.Hour)
	if w.pushed(true) || w.pushed(false) {
		t.Error("relied on although an article came without a push")
	}
	w.now = w.now.Add(time.Hour)
	if _, err := w.push(w.token(), w.sign("x"), "x"); err != nil {
		t.Fatal(err)
	}
	w.now = w.now.Add(time.Minute)
	if !w.pushed(true) {
		t.Error("not relied on although it pushes again")
	}
	if _, err := w.confirm(w.token(), "hub.mode", "denied"); err != nil || w.pushed(false) {
		t.Errorf("relied on after its refusal: %v", err)
	}
}

// A feed with another hub, or none, ends the subscription: pushes to its address are unknown.
func TestAFeedWithoutItsHub(t *testing.T) {
	w := newWorld(t)
	for _, next := range []Links{{}, {Hub: links.Hub, Topic: "https://www.example.org/moved"}} {
		if err := w.follow(links); err != nil {
			t.Fatal(err)
		}
		token := w.token()
		if _, err := w.confirm(token); err != nil {
			t.Fatal(err)
		}
		signature := w.sign("x")
		if err := w.follow(next); err != nil {
			t.Fatal(err)
		}
		if _, err := w.push(token, signature, "x"); !errors.Is(err, ErrUnknown) {
			t.Errorf("%v: a push: %v", next, err)
		}
	}
}
