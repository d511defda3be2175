package web

import (
	"net/http"
	"net/url"
	"testing"
	"time"
)

// A reader's own feed has both validators, and both change when the reader changes
// preferences, even if no article has changed.
func TestValidatorsOfAReadersFeed(t *testing.T) {
	st := newSite(t)
	st.join("anna@example.org")
	feed := st.readerLinks(st.find("anna@example.org")).Feed + ".atom"
	ask := func(header, value string) *http.Response {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, st.url+feed, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set(header, value)
		a, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		a.Body.Close()
		return a
	}
	first := ask("X-None", "")
	etag, modified := first.Header.Get("ETag"), first.Header.Get("Last-Modified")
	if first.StatusCode != 200 || etag == "" || modified == "" || first.Header.Get("Cache-Control") != "private, max-age=60" {
		t.Fatalf("%d %v", first.StatusCode, first.Header)
	}
	for header, value := range map[string]string{"If-None-Match": etag, "If-Modified-Since": modified} {
		if a := ask(header, value); a.StatusCode != 304 {
			t.Errorf("%s: %d", header, a.StatusCode)
		}
	}
	time.Sleep(time.Until(time.Now().Truncate(time.Second).Add(time.Second + 10*time.Millisecond))) // HTTP dates have seconds
	status, body := st.post(st.link("preferences", "anna@example.org"), url.Values{"choices": {"yes"}, "regions": {"central-asia"}, "frequency": {"weekly"}})
	want(t, "choosing anew", status, body, 200, "Saved.")
	for header, value := range map[string]string{"If-None-Match": etag, "If-Modified-Since": modified} {
		if a := ask(header, value); a.StatusCode != 200 || a.Header.Get("Last-Modified") == modified {
			t.Errorf("after choosing anew, %s: %d %v", header, a.StatusCode, a.Header)
		}
	}
}
