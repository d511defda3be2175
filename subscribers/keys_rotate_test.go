package subscribers_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"corridor/postgres"
	"corridor/postgres/postgrestest"
	"corridor/subscribers"
)

// process is a process with a signer that reloads its keys.
func process(t *testing.T, db *postgres.DB, now *time.Time) *subscribers.Signer {
	t.Helper()
	s, err := subscribers.OpenSigner(t.Context(), func(ctx context.Context) ([]subscribers.Key, error) {
		return subscribers.LoadKeys(ctx, db, "", *now)
	}, func() time.Time { return *now })
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// A running process verifies the links of a key that it has not seen yet.
func TestRunningProcessesTakeUpARotation(t *testing.T) {
	db, now := postgrestest.New(t), noon
	running := process(t, db, &now)
	before := running.Sign("preferences", 7, 0, 1)
	now = now.Add(time.Hour)
	if _, err := subscribers.RotateKeys(t.Context(), db, "", now); err != nil {
		t.Fatal(err)
	}
	now = now.Add(11 * time.Minute)
	other := process(t, db, &now)
	link := other.Sign("preferences", 7, 0, 1)
	if link[:3] == before[:3] {
		t.Fatal("the new key does not sign")
	}
	if _, err := running.Verify("preferences", "AGM"+link[3:]); !errors.Is(err, subscribers.ErrForgedToken) {
		t.Error("a token with an invented key:", err)
	}
	if _, err := running.Verify("preferences", link); err != nil { // the invented key reloaded the keys
		t.Error(err)
	}
	if got := running.Sign("preferences", 7, 0, 1); got != link {
		t.Errorf("the running process signs %s, the other %s", got, link)
	}
	if _, err := other.Verify("preferences", before); err != nil {
		t.Error("a link of the old key:", err)
	}
}

// Invented tokens do not reload the keys more than once in a second.
func TestInventedTokensReloadSeldom(t *testing.T) {
	now, loads := noon, 0
	failing := errors.New("no database")
	var fails error
	s, err := subscribers.OpenSigner(t.Context(), func(context.Context) ([]subscribers.Key, error) {
		loads++
		return []subscribers.Key{key(1, 0)}, fails
	}, func() time.Time { return now })
	if err != nil {
		t.Fatal(err)
	}
	invented := "AGM" + s.Sign("feed", 1, 0, 1)[3:]
	for range 5 {
		if _, err := s.Verify("feed", invented); !errors.Is(err, subscribers.ErrForgedToken) {
			t.Fatal(err)
		}
	}
	if loads != 2 {
		t.Errorf("the keys were loaded %d times, want 2", loads)
	}
	now, fails = now.Add(time.Second), failing
	for range 3 {
		if _, err := s.Verify("feed", invented); !errors.Is(err, failing) {
			t.Error(err)
		}
	}
	if _, err := s.Verify("feed", s.Sign("feed", 1, 0, 1)); err != nil || loads != 3 {
		t.Errorf("%d loads, %v", loads, err)
	}
}

func TestRetireKey(t *testing.T) {
	db, now := postgrestest.New(t), noon
	retire := func(id uint16, breakLinks bool, want string) {
		t.Helper()
		err := subscribers.RetireKey(t.Context(), db, "", id, breakLinks, now)
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("retiring %d: %v, want %q", id, err, want)
		}
	}
	links := linksOf(process(t, db, &now))
	retire(1, false, "key 1 is the only one")
	now = now.Add(time.Hour)
	if k, err := subscribers.RotateKeys(t.Context(), db, "", now); err != nil || k.ID != 2 || !k.SignsAt.Equal(now.Add(10*time.Minute)) {
		t.Fatal(k, err)
	}
	now = now.Add(9 * time.Minute)
	retire(1, false, "key 1 may sign links until 2026-03-02T13:12:00Z; retire it after that")
	now = now.Add(2 * time.Minute)
	retire(1, false, "key 1 may sign links until 2026-03-02T13:12:00Z")
	retire(2, false, "key 2 signs links")
	retire(3, false, "there is no key 3")
	now = now.Add(2 * time.Minute)
	if got := holds(t, process(t, db, &now), links); got != strings.Join(purposes, " ") {
		t.Errorf("before it is retired good are %s", got)
	}
	retire(1, false, "")
	retire(1, false, "retired already")
	if got := holds(t, process(t, db, &now), links); got != subscribers.PurposeUnsubscribe {
		t.Errorf("of a retired key good are %s", got)
	}
	list, err := subscribers.ListKeys(t.Context(), db, "", now)
	if err != nil || len(list) != 2 || list[0].ID != 2 || list[0].State != subscribers.KeySigns || list[1].ID != 1 || list[1].State != subscribers.KeyUnsubscribe {
		t.Error(list, err)
	}
	retire(1, true, "")
	if got := holds(t, process(t, db, &now), links); got != "" {
		t.Errorf("with broken links good are %s", got)
	}
}

// A key of the version that signed unsubscribe links with the key itself.
func TestRetireAKeyOfAnEarlierVersion(t *testing.T) {
	db, _ := postgrestest.NewOld(t)
	migrate(t, db)
	now := time.Now().Add(time.Hour)
	list, err := subscribers.ListKeys(t.Context(), db, "", now)
	if err != nil || len(list) == 0 {
		t.Fatal(list, err)
	}
	if _, err := subscribers.RotateKeys(t.Context(), db, "", now); err != nil {
		t.Fatal(err)
	}
	now = now.Add(time.Hour)
	old := list[0].ID
	err = subscribers.RetireKey(t.Context(), db, "", old, false, now)
	if err == nil || !strings.Contains(err.Error(), "--break-unsubscribe-links") || !list[0].Direct {
		t.Errorf("%+v: %v", list[0], err)
	}
	if err := subscribers.RetireKey(t.Context(), db, "", old, true, now); err != nil {
		t.Error(err)
	}
	list, err = subscribers.ListKeys(t.Context(), db, "", now)
	if err != nil || len(list) != 1 || list[0].Direct || list[0].State != subscribers.KeySigns {
		t.Errorf("%+v, %v", list, err)
	}
}

func TestKeysBesideAFile(t *testing.T) {
	db, file := postgrestest.New(t), filepath.Join(t.TempDir(), "secrets")
	linksOf(signerOn(t, db))
	if err := os.WriteFile(file, []byte("0123456789abcdef0123456789abcdef\nfedcba9876543210fedcba9876543210\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := subscribers.RotateKeys(t.Context(), db, file, noon); err == nil || !strings.Contains(err.Error(), "openssl rand -hex 32") {
		t.Error(err)
	}
	list, err := subscribers.ListKeys(t.Context(), db, file, noon)
	if err != nil || len(list) != 3 || !list[0].InFile || list[0].State != subscribers.KeySigns || !list[1].InFile || list[1].State != subscribers.KeyVerifies || list[2].InFile || list[2].State != subscribers.KeyVerifies {
		t.Fatal(list, err)
	}
	err = subscribers.RetireKey(t.Context(), db, file, list[1].ID, false, noon)
	if err == nil || !strings.Contains(err.Error(), "is secret 2 of "+file) {
		t.Error(err)
	}
	if err := subscribers.RetireKey(t.Context(), db, file, list[2].ID, false, noon); err != nil {
		t.Error(err)
	}
}
