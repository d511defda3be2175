package service

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"testing"
	"time"

	"corridor/editions"
)

var oneClick = regexp.MustCompile(`List-Unsubscribe: <[^>]*(/unsubscribe/[^>]+)>`)

// The one-click request of a test unsubscribes the reader with its address and no other.
func TestOneClickOfATest(t *testing.T) {
	s := open(t, readersConfig)
	signer, err := s.Signer(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	site, err := newWebsite(s, signer)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(site)
	defer server.Close()
	if _, err := s.DB.Exec(`
		WITH p AS (INSERT INTO preference_sets (programs, regions) VALUES ('{}', '{}') RETURNING id)
		INSERT INTO subscribers (email, folded, state, frequency, time_zone, preference_set_id, created_at, confirmed_at)
		SELECT a, a, 'active', 'daily', 'UTC', p.id, now(), now() FROM p, unnest('{staff@example.org,other@example.org}'::text[]) a`); err != nil {
		t.Fatal(err)
	}
	store, err := s.Editions()
	if err != nil {
		t.Fatal(err)
	}
	id, err := store.CreateSpecial(t.Context(), editions.Special{Subject: "News", Intro: "It is on Friday."}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		to   string
		left int
	}{{"nobody@example.org", 0}, {"staff@example.org", 1}} {
		if err := s.SendTest(t.Context(), store, id, c.to, time.Now()); err != nil {
			t.Fatal(err)
		}
		var message string
		if err := s.DB.Get(&message, `SELECT convert_from(message, 'UTF8') FROM outbox WHERE recipient = $1`, c.to); err != nil {
			t.Fatal(err)
		}
		link := oneClick.FindStringSubmatch(message)
		if link == nil {
			t.Fatalf("no link in %s", message)
		}
		resp, err := http.PostForm(server.URL+link[1], url.Values{"List-Unsubscribe": {"One-Click"}})
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		var left int
		if err := s.DB.Get(&left, `SELECT count(*) FROM subscribers WHERE state = 'left' AND email = 'staff@example.org'`); err != nil {
			t.Fatal(err)
		}
		if resp.StatusCode != http.StatusOK || left != c.left {
			t.Errorf("one click in the test to %s: %d, staff left: %d", c.to, resp.StatusCode, left)
		}
	}
	var others int
	if err := s.DB.Get(&others, `SELECT count(*) FROM subscribers WHERE state = 'left' AND email <> 'staff@example.org'`); err != nil || others != 0 {
		t.Errorf("%d others left, %v", others, err)
	}
}
