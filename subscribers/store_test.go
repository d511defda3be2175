package subscribers_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"corridor/editions"
	"corridor/postgres/postgrestest"
	"corridor/subscribers"

	"github.com/google/go-cmp/cmp"
	"github.com/jmoiron/sqlx"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

func newStore(t testing.TB) *subscribers.Store {
	t.Helper()
	rules := subscribers.NewRules([]string{"eep", "spp"}, []string{"central-asia", "south-caucasus"}, "America/New_York")
	return subscribers.NewStore(postgrestest.New(t), rules, editions.ReaderEvents())
}

// messages collects the messages that sign-ups would write.
type messages []subscribers.Message

func (l *messages) write(_ context.Context, _ *sqlx.Tx, message subscribers.Message, _ subscribers.Subscriber) error {
	*l = append(*l, message)
	return nil
}

func signUp(t testing.TB, s *subscribers.Store, email string, now time.Time, p subscribers.Preferences) subscribers.Message {
	t.Helper()
	var l messages
	u := subscribers.SignUp{Email: email, Name: "Anna", Preferences: p, How: "form", Network: "192.0.2.1"}
	if err := s.Subscribe(t.Context(), u, now, l.write); err != nil {
		t.Fatal(err)
	}
	if len(l) == 0 {
		return subscribers.MessageWithheld
	}
	return l[0]
}

func find(t testing.TB, s *subscribers.Store, email string) subscribers.Subscriber {
	t.Helper()
	r, err := s.Find(t.Context(), email)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestSignUpIsPendingUntilConfirmed(t *testing.T) {
	s := newStore(t)
	chosen := subscribers.Preferences{Programs: []string{"spp", "EEP", "spp"}, Frequency: "daily"}
	if l := signUp(t, s, " Anna@Example.ORG ", noon, chosen); l != subscribers.MessageConfirm {
		t.Fatalf("first sign-up brought message %q", l)
	}
	r := find(t, s, "anna@example.org")
	want := subscribers.Preferences{Programs: []string{"eep", "spp"}, Regions: []string{}, Frequency: "daily", Format: "html", TimeZone: "America/New_York"}
	if r.State != subscribers.Pending || r.Email != "Anna@example.org" || !cmp.Equal(r.Preferences, want) {
		t.Fatalf("stored %+v", r)
	}
	r, err := s.Confirm(t.Context(), r.ID, "192.0.2.1", noon.Add(time.Hour))
	if err != nil || r.State != subscribers.Active || !r.ConfirmedAt.Equal(noon.Add(time.Hour)) {
		t.Fatalf("confirmed: %+v, %v", r, err)
	}
	if l := signUp(t, s, "ANNA@example.org", noon.Add(2*time.Hour), subscribers.Preferences{Frequency: "monthly"}); l != subscribers.MessageKnown {
		t.Fatalf("a known reader's sign-up brought message %q", l)
	}
	if r := find(t, s, "anna@example.org"); r.Preferences.Frequency != "daily" {
		t.Fatal("a stranger's sign-up changed an active reader's choice")
	}
}

func TestRepeatedSignUpsBringThreeMessagesAnHour(t *testing.T) {
	s := newStore(t)
	var got []subscribers.Message
	for i := range 5 {
		got = append(got, signUp(t, s, "anna@example.org", noon.Add(time.Duration(i)*time.Minute), subscribers.Preferences{}))
	}
	got = append(got, signUp(t, s, "anna@example.org", noon.Add(61*time.Minute), subscribers.Preferences{}))
	want := []subscribers.Message{"confirm", "confirm", "confirm", "", "", "confirm"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatal(diff)
	}
}

func TestReaderWhoLeftComesBackByConfirming(t *testing.T) {
	s := newStore(t)
	signUp(t, s, "anna@example.org", noon, subscribers.Preferences{Programs: []string{"eep"}})
	id := find(t, s, "anna@example.org").ID
	if _, err := s.Confirm(t.Context(), id, "", noon); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := s.Leave(t.Context(), id, noon.Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
	}
	later := noon.Add(24 * time.Hour)
	if l := signUp(t, s, "anna@example.org", later, subscribers.Preferences{Programs: []string{"spp"}}); l != subscribers.MessageConfirm {
		t.Fatalf("message %q", l)
	}
	if r := find(t, s, "anna@example.org"); r.State != subscribers.Left || r.Preferences.Programs[0] != "eep" {
		t.Fatalf("a sign-up alone changed who had left: %+v", r)
	}
	r, err := s.Confirm(t.Context(), id, "", later)
	if err != nil || r.State != subscribers.Active || r.Preferences.Programs[0] != "spp" || !r.LeftAt.IsZero() {
		t.Fatalf("after confirming: %+v, %v", r, err)
	}
}

func TestSuppressedAddresses(t *testing.T) {
	for _, c := range []struct {
		reason       subscribers.Reason
		first, again subscribers.Message
		lifted       bool
	}{
		{"complaint", subscribers.MessageWithheld, subscribers.MessageWithheld, false},
		{"staff", subscribers.MessageWithheld, subscribers.MessageWithheld, false},
		{"asked", subscribers.MessageWithheld, subscribers.MessageWithheld, false},
		{"soft_bounces", subscribers.MessageConfirm, subscribers.MessageWithheld, true},
		{"hard_bounce", subscribers.MessageConfirm, subscribers.MessageWithheld, true},
		{"erased", subscribers.MessageConfirm, subscribers.MessageConfirm, true},
	} {
		t.Run(string(c.reason), func(t *testing.T) {
			s := newStore(t)
			if err := s.Suppress(t.Context(), "anna@example.org", c.reason, "", noon); err != nil {
				t.Fatal(err)
			}
			if l := signUp(t, s, "Anna@example.org", noon, subscribers.Preferences{}); l != c.first {
				t.Errorf("first sign-up brought message %q, want %q", l, c.first)
			}
			if l := signUp(t, s, "anna@example.org", noon.Add(2*time.Hour), subscribers.Preferences{}); l != c.again {
				t.Errorf("second sign-up brought message %q, want %q", l, c.again)
			}
			r, err := s.Confirm(t.Context(), find(t, s, "anna@example.org").ID, "", noon)
			if err != nil || (r.Suppressed == "") != c.lifted {
				t.Errorf("after confirming suppressed is %q, %v", r.Suppressed, err)
			}
		})
	}
}

// The sender finds the suppression of a reader by id. The suppression of an erased reader
// has no id.
func TestASuppressionKnowsItsReader(t *testing.T) {
	db := postgrestest.New(t)
	s := subscribers.NewStore(db, subscribers.NewRules(nil, nil, "UTC"), editions.ReaderEvents())
	signUp(t, s, "anna@example.org", noon, subscribers.Preferences{})
	id := find(t, s, "anna@example.org").ID
	if err := s.Suppress(t.Context(), "Anna@example.org", "staff", "", noon); err != nil {
		t.Fatal(err)
	}
	known := func() (n int64) {
		if err := db.Get(&n, `SELECT COALESCE(max(subscriber_id), 0) FROM suppressions`); err != nil {
			t.Fatal(err)
		}
		return n
	}
	if got := known(); got != id {
		t.Errorf("the suppression is of reader %d, want %d", got, id)
	}
	if err := s.Erase(t.Context(), id, noon); err != nil {
		t.Fatal(err)
	}
	if got := known(); got != 0 {
		t.Errorf("the suppression is of reader %d, who is erased", got)
	}
}

func TestUpdateNamesEveryWrongField(t *testing.T) {
	s := newStore(t)
	signUp(t, s, "anna@example.org", noon, subscribers.Preferences{})
	id := find(t, s, "anna@example.org").ID
	err := s.Update(t.Context(), id, "see https://spam.example", subscribers.Preferences{Programs: []string{"nope"}, TimeZone: "Mars/Olympus"})
	var wrong subscribers.Invalid
	if !errors.As(err, &wrong) || len(wrong) != 3 {
		t.Fatalf("got %v", err)
	}
	if err := s.Update(t.Context(), id, "Anna  B.", subscribers.Preferences{Regions: []string{"central-asia"}, Frequency: "instant", Format: "text", TimeZone: "Asia/Baku", Language: "ru"}); err != nil {
		t.Fatal(err)
	}
	r := find(t, s, "anna@example.org")
	want := subscribers.Preferences{Programs: []string{}, Regions: []string{"central-asia"}, Frequency: "instant", Format: "text", TimeZone: "Asia/Baku", Language: "ru"}
	if r.Name != "Anna B." || !cmp.Equal(r.Preferences, want) {
		t.Fatalf("got %+v", r)
	}
}

func TestUnknownReaders(t *testing.T) {
	s := newStore(t)
	_, confirm := s.Confirm(t.Context(), 7, "", noon)
	_, renew := s.RenewFeed(t.Context(), 7)
	_, found := s.Find(t.Context(), "nobody@example.org")
	for _, err := range []error{confirm, renew, found, s.Leave(t.Context(), 7, noon), s.Pause(t.Context(), 7, noon), s.SetPreferences(t.Context(), 7, subscribers.Preferences{})} {
		if !errors.Is(err, subscribers.ErrNotFound) {
			t.Errorf("got %v", err)
		}
	}
}

func TestPauseAndRenewal(t *testing.T) {
	s := newStore(t)
	signUp(t, s, "anna@example.org", noon, subscribers.Preferences{})
	id := find(t, s, "anna@example.org").ID
	if err := s.Pause(t.Context(), id, noon.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if r := find(t, s, "anna@example.org"); !r.Paused(noon) || r.Paused(noon.Add(time.Hour)) {
		t.Fatalf("paused until %v", r.PausedUntil)
	}
	if err := s.Pause(t.Context(), id, time.Time{}); err != nil || find(t, s, "anna@example.org").Paused(noon) {
		t.Fatal("still paused", err)
	}
	if v, err := s.RenewFeed(t.Context(), id); v != 2 || err != nil {
		t.Fatal(v, err)
	}
}
