package check

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"corridor/config"
)

func TestTheWebhookIsTried(t *testing.T) {
	status, posts := http.StatusOK, 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		posts++
		w.WriteHeader(status)
	}))
	c := config.Default()
	if found := checkWebhook(t.Context(), c); len(found) != 0 || Webhook(t.Context(), c).State != Wrong {
		t.Errorf("without a webhook: %+v", found)
	}
	c.Publication.AlertsWebhook = server.URL + "/services/secret"
	want := func(name string, f Finding, state State, words string) {
		t.Helper()
		if f.State != state || !strings.Contains(f.Reason, words) || strings.Contains(f.Reason, "secret") {
			t.Errorf("%s: %+v", name, f)
		}
	}
	want("reachable", checkWebhook(t.Context(), c)[0], OK, "can be reached")
	if posts != 0 {
		t.Errorf("the check posted %d times", posts)
	}
	want("test", Webhook(t.Context(), c), OK, "accepted")
	status = http.StatusForbidden
	want("refused", Webhook(t.Context(), c), Wrong, "403")
	server.Close()
	want("away", checkWebhook(t.Context(), c)[0], Wrong, "refused")
}
