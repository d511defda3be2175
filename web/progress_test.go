package web

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"corridor/editions"

	"github.com/google/go-cmp/cmp"
)

func TestProgressMeter(t *testing.T) {
	now := time.Date(2026, 3, 1, 7, 0, 0, 0, time.UTC)
	var m progressMeter
	edition := editions.Edition{ID: 7, State: "sending", Counts: editions.Counts{Planned: 100, Queued: 90, Sending: 5, Sent: 5}}
	m.read([]editions.Edition{edition}, now)
	edition.Counts = editions.Counts{Planned: 100, Queued: 40, Sending: 5, Sent: 50, Deferred: 3, Failed: 2}
	got := m.read([]editions.Edition{edition}, now.Add(2*time.Second))
	want := []editionProgress{{ID: 7, State: "sending", Planned: 100, Sent: 50, Queue: 45, Failed: 2, Deferred: 3, Rate: 23.5, Left: 48 / 23.5}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// The progress is also shown with a real mail server, for a browser on this machine.
func TestProgressWithAMailServer(t *testing.T) {
	s, _, edition := sentEdition(t)
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	server := httptest.NewServer(s)
	defer server.Close()
	request := func(header, value string) *http.Response {
		t.Helper()
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, server.URL+"/dev/progress", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set(header, value)
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = answer.Body.Close() })
		return answer
	}
	if answer := request("X-Forwarded-For", "192.0.2.1"); answer.StatusCode != http.StatusNotFound {
		t.Errorf("a stranger gets %d", answer.StatusCode)
	}
	line, err := bufio.NewReader(request("Accept", "text/event-stream").Body).ReadString('\n')
	if err != nil || !strings.HasPrefix(line, "data: [") || !strings.Contains(line, fmt.Sprintf(`{"id":%d,`, edition)) {
		t.Errorf("%q, %v", line, err)
	}
	cancel()
}
