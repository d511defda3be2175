package subscribers_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"corridor/postgres/postgrestest"
	"corridor/subscribers"

	"pgregory.net/rapid"
)

func key(id int16, age time.Duration) subscribers.Key {
	return subscribers.Key{ID: id, Secret: []byte{byte(id), 15: 1}, CreatedAt: noon.Add(-age)}
}

func newSigner(t testing.TB, now *time.Time, keys ...subscribers.Key) *subscribers.Signer {
	t.Helper()
	s, err := subscribers.NewSigner(keys, func() time.Time { return *now })
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestTokenSaysWhatWasSigned(t *testing.T) {
	now := noon
	s := newSigner(t, &now, key(1, time.Hour))
	rapid.Check(t, func(t *rapid.T) {
		id, edition, version := rapid.Int64Min(0).Draw(t, "id"), rapid.Int64Min(0).Draw(t, "edition"), rapid.IntRange(0, 1<<31).Draw(t, "version")
		purpose := rapid.SampledFrom([]string{"confirm", "preferences", "unsubscribe", "feed"}).Draw(t, "purpose")
		token := s.Sign(purpose, id, edition, version)
		got, err := s.Verify(purpose, token)
		if err != nil || got.SubscriberID != id || got.EditionID != edition || got.Version != version {
			t.Fatalf("got %+v, %v", got, err)
		}
		at := rapid.IntRange(0, len(token)-1).Draw(t, "at")
		changed := []byte(token)
		changed[at] = rapid.SampledFrom([]byte("ABCxyz019-_=%")).Draw(t, "byte")
		if string(changed) == token {
			return
		}
		for _, forged := range []string{string(changed), token[:at], token + "A"} {
			if _, err := s.Verify(purpose, forged); !errors.Is(err, subscribers.ErrForgedToken) {
				t.Fatalf("%q is %v", forged, err)
			}
		}
	})
}

func TestTokenIsGoodForItsPurposeOnly(t *testing.T) {
	now := noon
	s := newSigner(t, &now, key(1, time.Hour))
	if _, err := s.Verify("preferences", s.Sign("unsubscribe", 1, 2, 3)); !errors.Is(err, subscribers.ErrForgedToken) {
		t.Fatal(err)
	}
}

func TestLifetimes(t *testing.T) {
	for purpose, days := range map[string]int{"confirm": 7, "preferences": 400, "unsubscribe": 0, "feed": 0} {
		now := noon
		s := newSigner(t, &now, key(1, time.Hour))
		token := s.Sign(purpose, 1, 0, 1)
		if days == 0 {
			now = noon.AddDate(30, 0, 0)
			if _, err := s.Verify(purpose, token); err != nil {
				t.Errorf("%s: %v after thirty years", purpose, err)
			}
			continue
		}
		now = noon.AddDate(0, 0, days)
		if _, err := s.Verify(purpose, token); err != nil {
			t.Errorf("%s: %v after %d days", purpose, err, days)
		}
		now = now.Add(2 * time.Hour)
		if got, err := s.Verify(purpose, token); !errors.Is(err, subscribers.ErrExpiredToken) || got.SubscriberID != 1 {
			t.Errorf("%s: %+v, %v a little later", purpose, got, err)
		}
	}
}

func TestRotation(t *testing.T) {
	now := noon
	s := newSigner(t, &now, key(1, 24*time.Hour))
	old := s.Sign("feed", 1, 0, 1)
	if err := s.SetKeys([]subscribers.Key{key(1, 24*time.Hour), key(2, time.Minute)}); err != nil {
		t.Fatal(err)
	}
	if s.Sign("feed", 1, 0, 1) != old {
		t.Error("a key of a minute ago signs before every process knows it")
	}
	if err := s.SetKeys([]subscribers.Key{key(1, 24*time.Hour), key(2, time.Hour)}); err != nil {
		t.Fatal(err)
	}
	if s.Sign("feed", 1, 0, 1) == old {
		t.Error("the old key still signs")
	}
	if _, err := s.Verify("feed", old); err != nil {
		t.Error("a link of the old key:", err)
	}
	retired := key(2, time.Hour)
	retired.RetiredAt = noon
	if err := s.SetKeys([]subscribers.Key{key(1, 24*time.Hour), retired}); err != nil {
		t.Fatal(err)
	}
	if s.Sign("feed", 1, 0, 1) != old {
		t.Error("a retired key signs")
	}
}

func TestKeysInTheDatabase(t *testing.T) {
	db := postgrestest.New(t)
	first, err := subscribers.LoadKeys(t.Context(), db, "", noon)
	if err != nil || len(first) != 1 {
		t.Fatal(first, err)
	}
	if _, err := subscribers.RotateKeys(t.Context(), db, "", noon.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	both, err := subscribers.LoadKeys(t.Context(), db, "", noon)
	if err != nil || len(both) != 2 || string(both[0].Secret) != string(first[0].Secret) {
		t.Fatal(both, err)
	}
}

func TestKeysInAFile(t *testing.T) {
	db, file := postgrestest.New(t), filepath.Join(t.TempDir(), "secret")
	load := func(content string) ([]subscribers.Key, error) {
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return subscribers.LoadKeys(t.Context(), db, file, noon)
	}
	if _, err := subscribers.LoadKeys(t.Context(), db, file+"-none", noon); err == nil {
		t.Error("a missing file is accepted")
	}
	for _, bad := range []string{"", "# nothing\n", "short\n"} {
		if _, err := load(bad); err == nil {
			t.Errorf("%q is accepted", bad)
		}
	}
	now := noon
	one, two := "0123456789abcdef0123456789abcdef", "fedcba9876543210fedcba9876543210"
	keys, err := load(one + "\n")
	if err != nil {
		t.Fatal(err)
	}
	old := newSigner(t, &now, keys...).Sign("feed", 1, 0, 1)
	keys, err = load(two + "\n" + one + "\n")
	if err != nil {
		t.Fatal(err)
	}
	s := newSigner(t, &now, keys...)
	if _, err := s.Verify("feed", old); err != nil {
		t.Error("a link of the second line:", err)
	}
	if s.Sign("feed", 1, 0, 1) == old {
		t.Error("the first line does not sign")
	}
}

func FuzzVerify(f *testing.F) {
	now := noon
	s := newSigner(f, &now, key(1, time.Hour))
	f.Add(s.Sign("preferences", 1, 2, 3))
	f.Add("")
	f.Add("AAEB")
	f.Fuzz(func(t *testing.T, token string) {
		got, err := s.Verify("preferences", token)
		if err == nil && got.SubscriberID != 1 {
			t.Fatalf("%q passes as %+v", token, got)
		}
	})
}

func BenchmarkSign(b *testing.B) {
	now := noon
	s := newSigner(b, &now, key(1, time.Hour))
	b.ReportAllocs()
	for b.Loop() {
		s.Sign("unsubscribe", 123456, 1234, 1)
	}
}
