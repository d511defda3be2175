package subscribers_test

import (
	"errors"
	"testing"
	"time"

	"corridor/subscribers"
)

func TestPurgeForgetsOldSignUpsOnly(t *testing.T) {
	s := newStore(t)
	day := 24 * time.Hour
	for email, age := range map[string]time.Duration{"old@example.org": 31 * day, "young@example.org": 29 * day, "again@example.org": 40 * day, "active@example.org": 40 * day, "left@example.org": 60 * day} {
		signUp(t, s, email, noon.Add(-age), subscribers.Preferences{})
	}
	signUp(t, s, "again@example.org", noon.Add(-day), subscribers.Preferences{})
	for _, email := range []string{"active@example.org", "left@example.org"} {
		if _, err := s.Confirm(t.Context(), find(t, s, email).ID, "", noon.Add(-40*day)); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Leave(t.Context(), find(t, s, "left@example.org").ID, noon.Add(-39*day)); err != nil {
		t.Fatal(err)
	}
	signUp(t, s, "left@example.org", noon.Add(-35*day), subscribers.Preferences{Programs: []string{"eep"}})
	importCSV(t, s, "email,status\nimported@example.org,pending\n", false)
	n, err := s.Purge(t.Context(), noon.Add(time.Hour))
	if n != 1 || err != nil {
		t.Fatal(n, err)
	}
	if _, err := s.Find(t.Context(), "old@example.org"); !errors.Is(err, subscribers.ErrNotFound) {
		t.Error(err)
	}
	for _, email := range []string{"young@example.org", "again@example.org", "active@example.org", "left@example.org", "imported@example.org"} {
		find(t, s, email)
	}
	// An old request is deleted.
	r, err := s.Confirm(t.Context(), find(t, s, "left@example.org").ID, "", noon)
	if err != nil || len(r.Preferences.Programs) != 0 {
		t.Error(r, err)
	}
}
