package websub

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"corridor/postgres"
	"corridor/postgres/postgrestest"
)

// hanging is a callback that never answers, reachable under every host of 127.0.0.0/8.
func hanging(t *testing.T) (address func(host int) string) {
	t.Helper()
	release := make(chan struct{})
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-release }))
	_ = s.Listener.Close()
	listener, err := net.Listen("tcp4", "0.0.0.0:0")
	if err != nil {
		t.Fatal(err)
	}
	s.Listener = listener
	s.Start()
	t.Cleanup(func() { close(release); s.Close() })
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	return func(host int) string { return fmt.Sprintf("http://127.0.1.%d:%s/cb", host, port) }
}

// subscribed inserts a verified subscription.
func subscribed(t *testing.T, db *postgres.DB, callback, etag string, failing bool) {
	t.Helper()
	if _, err := db.Exec(`
		INSERT INTO websub_subscriptions (topic, callback, host, lease_until, pushed_etag, failing_since, due_at, created_at)
		VALUES ($1, $2, $3, now() + interval '1 hour', $4, CASE WHEN $5 THEN now() END, CASE WHEN $5 THEN now() END, now())`,
		topic, callback, hostOf(callback), etag, failing); err != nil {
		t.Fatal(err)
	}
}

func TestHangingCallbacksHoldUpNobody(t *testing.T) {
	db, src := postgrestest.New(t), &source{body: "one"}
	h := newHub(t, db, src)
	dead, s := hanging(t), newSubscriber(t)
	for n := range verifying + 8 { // more than the slots of unverified requests and of failing subscriptions
		subscribed(t, db, dead(1+n), `"zero"`, true)
		subscribed(t, db, dead(51+n), `"one"`, false)
		ask(t, h, "subscribe", dead(101+n), "")
	}
	subscribed(t, db, s.URL, `"one"`, false)
	until(t, "the calls that hang", func() bool {
		var n int
		if err := db.Get(&n, `SELECT (SELECT count(*) FROM websub_requests WHERE claimed_until IS NOT NULL) + (SELECT count(*) FROM websub_subscriptions WHERE claimed_until IS NOT NULL)`); err != nil {
			t.Fatal(err)
		}
		return n == verifying+retrying
	})
	began := time.Now()
	src.set("two")
	h.Changed()
	until(t, "the push", func() bool { return len(s.pushed()) == 1 })
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("the push took %v", took)
	}
}

// Many subscribers of one host, such as a large reader service, are reached as soon as the
// only one of another host, even while a third host with equally many subscribers hangs.
func TestManyCallbacksOfOneHost(t *testing.T) {
	db, src := postgrestest.New(t), &source{body: "one"}
	h := newHub(t, db, src)
	dead, s := hanging(t), newSubscriber(t)
	const many = 60
	for n := range many {
		subscribed(t, db, fmt.Sprintf("%s?dead=%d", dead(1), n), `"one"`, false)
		subscribed(t, db, fmt.Sprintf("%s/cb?n=%d", s.URL, n), `"one"`, false)
	}
	until(t, "the look at all of them", func() bool { return count(t, db, "websub_subscriptions WHERE due_at IS NOT NULL") == 0 })
	began := time.Now()
	src.set("two")
	h.Changed()
	until(t, "every push", func() bool { return len(s.pushed()) == many })
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("the last push left after %v", took)
	}
}

func TestDeadProcessesClaimExpires(t *testing.T) {
	db, src := postgrestest.New(t), &source{body: "two"}
	s := newSubscriber(t)
	subscribed(t, db, s.URL, `"one"`, false)
	// A process died between its claim and its push.
	if _, err := db.Exec(`UPDATE websub_subscriptions SET due_at = now(), attempt = 1, claimed_until = now() + interval '30 seconds'`); err != nil {
		t.Fatal(err)
	}
	h := New(db, Options{Document: src.document, Guard: loopback})
	if call, err := h.claimPush(t.Context(), false); err != nil || call != nil {
		t.Fatalf("another's claim was taken over (%v)", err)
	}
	if _, err := db.Exec(`UPDATE websub_subscriptions SET claimed_until = now()`); err != nil {
		t.Fatal(err)
	}
	call, err := h.claimPush(t.Context(), false)
	if err != nil || call == nil {
		t.Fatalf("nothing was claimed (%v)", err)
	}
	call(t.Context())
	if got := s.pushed(); len(got) != 1 || got[0].body != "two" {
		t.Errorf("pushes %+v", got)
	}
	if call, err := h.claimPush(t.Context(), false); err != nil || call != nil {
		t.Errorf("there is more to push (%v)", err)
	}
}

func TestLaggingProcessPushesNothingOlder(t *testing.T) {
	db, src := postgrestest.New(t), &source{body: "old", changed: time.Now().Add(-time.Minute)}
	s := newSubscriber(t)
	subscribed(t, db, s.URL, `"new"`, false)
	if _, err := db.Exec(`UPDATE websub_subscriptions SET pushed_changed = now()`); err != nil {
		t.Fatal(err)
	}
	h := New(db, Options{Document: src.document, Guard: loopback})
	if err := h.notice(t.Context()); err != nil {
		t.Fatal(err)
	}
	call, err := h.claimPush(t.Context(), false)
	if err != nil || call == nil {
		t.Fatalf("nothing was claimed (%v)", err)
	}
	call(t.Context())
	if got := s.pushed(); len(got) != 0 {
		t.Errorf("pushes %+v", got)
	}
}

func TestRenewal(t *testing.T) {
	db, src := postgrestest.New(t), &source{body: "one"}
	h := newHub(t, db, src)
	s := newSubscriber(t)
	subscribed(t, db, s.URL, `"one"`, false)
	lease := func() (seconds int, secret string) {
		if err := db.QueryRow(`SELECT EXTRACT(epoch FROM lease_until - now())::int, secret FROM websub_subscriptions`).Scan(&seconds, &secret); err != nil {
			t.Fatal(err)
		}
		return seconds, secret
	}
	// A stranger's request, which the callback does not confirm, changes nothing.
	s.mu.Lock()
	s.answer = func(url.Values) (int, string) { return 404, "" }
	s.mu.Unlock()
	renew := Request{Mode: "subscribe", Topic: topic, Callback: s.URL, Secret: "new", Lease: 2 * time.Hour}
	if err := h.Ask(t.Context(), renew, time.Now()); err != nil {
		t.Fatal(err)
	}
	until(t, "the question", func() bool { return count(t, db, "websub_requests") == 0 })
	if seconds, secret := lease(); seconds > 3600 || secret != "" {
		t.Errorf("lease %d, secret %q", seconds, secret)
	}
	s.mu.Lock()
	s.answer = nil
	s.mu.Unlock()
	if err := h.Ask(t.Context(), renew, time.Now()); err != nil {
		t.Fatal(err)
	}
	until(t, "the renewal", func() bool { return count(t, db, "websub_requests") == 0 })
	if seconds, secret := lease(); seconds < 7000 || secret != "new" {
		t.Errorf("lease %d, secret %q", seconds, secret)
	}
}

func TestChangeDuringVerificationIsPushed(t *testing.T) {
	db, src := postgrestest.New(t), &source{body: "one"}
	h := newHub(t, db, src)
	s := newSubscriber(t)
	s.answer = func(q url.Values) (int, string) { src.set("two"); return 200, q.Get("hub.challenge") }
	ask(t, h, "subscribe", s.URL, "")
	until(t, "the push", func() bool { return len(s.pushed()) == 1 && s.pushed()[0].body == "two" })
}

func TestUnverifiedRequestsOfAHostAreLimited(t *testing.T) {
	db, src := postgrestest.New(t), &source{body: "one"}
	h := New(db, Options{Document: src.document, Guard: loopback, Pending: 3}) // not running
	for n := range 4 {
		err := h.Ask(t.Context(), Request{Mode: "subscribe", Topic: topic, Callback: fmt.Sprintf("https://Victim.example/%d", n), Lease: time.Hour}, time.Now())
		if errors.Is(err, ErrTooMany) != (n == 3) {
			t.Errorf("request %d: %v", n, err)
		}
	}
}

type safeBuffer struct {
	mu sync.Mutex
	bytes.Buffer
}

func (b *safeBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.Buffer.Write(p)
}

func TestLogsHoldNoSecrets(t *testing.T) {
	db, src := postgrestest.New(t), &source{body: "one"}
	var out safeBuffer
	h := New(db, Options{Document: src.document, Guard: loopback, Log: slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug}))})
	closed := httptest.NewServer(nil)
	closed.Close()
	ask(t, h, "subscribe", closed.URL+"/mine-alone", "hush")
	if _, err := db.Exec(`UPDATE websub_requests SET attempt = $1`, maxVerifications); err != nil {
		t.Fatal(err)
	}
	subscribed(t, db, closed.URL+"/mine-alone", `"zero"`, true)
	for _, claim := range []kind{{claim: h.claimRequest}, h.kinds()[2]} {
		call, err := claim.claim(t.Context())
		if err != nil || call == nil {
			t.Fatalf("nothing was claimed (%v)", err)
		}
		call(t.Context())
	}
	if text := out.String(); strings.Contains(text, "mine-alone") || strings.Contains(text, "hush") || !strings.Contains(text, "127.0.0.1") {
		t.Errorf("logged: %s", text)
	}
}
