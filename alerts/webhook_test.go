package alerts

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"corridor/postgres"
	"corridor/postgres/postgrestest"

	"github.com/google/go-cmp/cmp"
)

// receiver is a webhook that answers with the status that is set.
type receiver struct {
	*httptest.Server
	mu     sync.Mutex
	status int
	bodies []string
	ids    []string
}

func newReceiver(t *testing.T) *receiver {
	r := &receiver{status: http.StatusOK}
	r.Server = httptest.NewServer(r)
	t.Cleanup(r.Close)
	return r
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	r.mu.Lock()
	defer r.mu.Unlock()
	body, _ := io.ReadAll(request.Body)
	r.bodies, r.ids = append(r.bodies, string(body)), append(r.ids, request.Header.Get("Idempotency-Key"))
	w.Header().Set("Location", "/elsewhere")
	w.WriteHeader(r.status)
	_, _ = io.WriteString(w, strings.Repeat("x", 1<<20))
}

// take returns the bodies and ids since the last call.
func (r *receiver) take() (bodies, ids []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	bodies, ids, r.bodies, r.ids = r.bodies, r.ids, nil, nil
	return bodies, ids
}

func (r *receiver) answer(status int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.status = status
}

var noon = time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)

func enqueue(t *testing.T, db *postgres.DB, h Hook, titles ...string) {
	t.Helper()
	for i, title := range titles {
		if err := h.EnqueueTx(t.Context(), db, Alert{Kind: Source, Name: "site", Title: title, Text: "It answers 500."}, noon.Add(time.Duration(i)*time.Millisecond)); err != nil {
			t.Fatal(err)
		}
	}
}

func TestThePayload(t *testing.T) {
	server := newReceiver(t)
	db := postgrestest.New(t)
	h := Hook{URL: server.URL + "/secret", Publication: "Test Review", Link: "https://news.example.org"}
	enqueue(t, db, h, "The source fails", "Another")
	if n, err := h.Deliver(t.Context(), db, noon.Add(time.Second)); err != nil || n != 2 {
		t.Fatal(n, err)
	}
	bodies, ids := server.take()
	if len(bodies) != 2 || ids[0] == ids[1] || ids[0] == "" {
		t.Fatalf("%q with ids %q", bodies, ids)
	}
	var got map[string]string
	if err := json.Unmarshal([]byte(bodies[0]), &got); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"title": "The source fails", "text": "The source fails\nIt answers 500.", "kind": "source", "publication": "Test Review",
		"at": "2026-11-28T12:00:00Z", "url": "https://news.example.org",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if n, err := h.Deliver(t.Context(), db, noon.Add(time.Hour)); err != nil || n != 0 {
		t.Fatal(n, err)
	}
	if bodies, _ := server.take(); len(bodies) != 0 {
		t.Errorf("posted twice: %q", bodies)
	}
}

// A webhook that refuses gets the alert again, with its id, at growing delays; a redirect is
// not followed; after three days the alert is dropped.
func TestAnAlertIsRetried(t *testing.T) {
	server := newReceiver(t)
	db := postgrestest.New(t)
	h := Hook{URL: server.URL + "/secret"}
	enqueue(t, db, h, "First", "Second")
	server.answer(http.StatusTemporaryRedirect)
	posts := func(at time.Duration, wantErr string) (bodies, ids []string) {
		t.Helper()
		_, err := h.Deliver(t.Context(), db, noon.Add(at))
		if wantErr == "" && err != nil || wantErr != "" && (err == nil || !strings.Contains(err.Error(), wantErr) || strings.Contains(err.Error(), "secret")) {
			t.Fatalf("at %v: %v, want %q", at, err, wantErr)
		}
		return server.take()
	}
	first, firstID := posts(time.Second, "answers 307")
	if len(first) != 1 || !strings.Contains(first[0], "First") {
		t.Fatalf("after a failure the webhook is left alone: %q", first)
	}
	server.answer(http.StatusInternalServerError)
	if got, _ := posts(2*time.Second, "answers 500"); len(got) != 1 || !strings.Contains(got[0], "Second") {
		t.Fatalf("%q", got)
	}
	if got, _ := posts(20*time.Second, ""); len(got) != 0 {
		t.Fatalf("too early: %q", got)
	}
	again, againID := posts(31*time.Second, "answers 500")
	if len(again) != 1 || again[0] != first[0] || againID[0] != firstID[0] {
		t.Fatalf("%q %q, then %q %q", first, firstID, again, againID)
	}
	if got, _ := posts(33*time.Second, "answers 500"); len(got) != 1 {
		t.Fatalf("%q", got)
	}
	if got, _ := posts(70*time.Second, ""); len(got) != 0 {
		t.Fatalf("the delay does not grow: %q", got)
	}
	server.answer(http.StatusNoContent)
	if got, _ := posts(92*time.Second, ""); len(got) != 1 {
		t.Fatalf("%q", got)
	}
	server.answer(http.StatusNotFound)
	if got, _ := posts(73*time.Hour, "dropped"); len(got) != 1 {
		t.Fatalf("%q", got)
	}
	if got, _ := posts(90*time.Hour, ""); len(got) != 0 {
		t.Fatalf("%q", got)
	}
}

func TestAWebhookThatIsAway(t *testing.T) {
	server := httptest.NewServer(nil)
	server.Close()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	err := Hook{URL: server.URL + "/services/secret"}.Try(ctx, noon)
	if err == nil || strings.Contains(err.Error(), "secret") || !strings.Contains(err.Error(), "cannot be reached") {
		t.Error(err)
	}
	good := newReceiver(t)
	if err := (Hook{URL: good.URL, Publication: "Test Review"}).Try(ctx, noon); err != nil {
		t.Error(err)
	}
	if bodies, _ := good.take(); len(bodies) != 1 || !strings.Contains(bodies[0], `"kind":"test"`) {
		t.Errorf("%q", bodies)
	}
}
