package subscribers_test

import (
	"errors"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"corridor/postgres"
	"corridor/postgres/postgrestest"
	"corridor/subscribers"
)

// purposes of signed links.
var purposes = []string{subscribers.PurposeConfirm, subscribers.PurposePreferences, subscribers.PurposeUnsubscribe, subscribers.PurposeFeed}

// signerOn returns the signer of a process that starts with the given secret file, or
// without one.
func signerOn(t *testing.T, db *postgres.DB, secrets ...string) *subscribers.Signer {
	t.Helper()
	file := ""
	if len(secrets) > 0 {
		file = filepath.Join(t.TempDir(), "secrets")
		if err := os.WriteFile(file, []byte(strings.Join(secrets, "\n")), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	keys, err := subscribers.LoadKeys(t.Context(), db, file, noon)
	if err != nil {
		t.Fatal(err)
	}
	now := noon.Add(time.Hour)
	return newSigner(t, &now, keys...)
}

func linksOf(s *subscribers.Signer) map[string]string {
	links := map[string]string{}
	for _, purpose := range purposes {
		links[purpose] = s.Sign(purpose, 7, 3, 1)
	}
	return links
}

// holds returns which links a signer verifies. A link must never be valid for another
// purpose.
func holds(t *testing.T, s *subscribers.Signer, links map[string]string) string {
	t.Helper()
	var good []string
	for _, purpose := range purposes {
		for made, token := range links {
			_, err := s.Verify(purpose, token)
			if err == nil && made == purpose {
				good = append(good, purpose)
			}
			if made != purpose && !errors.Is(err, subscribers.ErrForgedToken) {
				t.Errorf("a link for %s opens %s: %v", made, purpose, err)
			}
		}
	}
	return strings.Join(good, " ")
}

func TestLinksSurviveChangesOfKeys(t *testing.T) {
	const one, two, three = "0123456789abcdef0123456789abcdef", "fedcba9876543210fedcba9876543210", "00112233445566778899aabbccddeeff"
	all, leaving := strings.Join(purposes, " "), subscribers.PurposeUnsubscribe
	for _, c := range []struct {
		name          string
		before, after []string
		want          string
	}{
		{"a file is named", nil, []string{one}, all},
		{"a line is added", []string{one}, []string{two, one}, all},
		{"a line is replaced", []string{one}, []string{two}, leaving},
		{"the file is named no more", []string{one}, nil, leaving},
		{"the lines change places", []string{one, two}, []string{two, one}, all},
		{"a line below goes", []string{one, two}, []string{one}, all},
	} {
		t.Run(c.name, func(t *testing.T) {
			db := postgrestest.New(t)
			links := linksOf(signerOn(t, db, c.before...))
			after := signerOn(t, db, c.after...)
			if got := holds(t, after, links); got != c.want {
				t.Errorf("good are: %s; want %s", got, c.want)
			}
			if got := holds(t, after, linksOf(after)); got != all {
				t.Errorf("its own links: %s", got)
			}
			// A later change does not make links for unsubscribing invalid either.
			if got := holds(t, signerOn(t, db, three), links); !strings.Contains(got, leaving) {
				t.Errorf("after a third key good are: %s", got)
			}
		})
	}
}

func TestTheFileSignsBesideKeysOfTheDatabase(t *testing.T) {
	db := postgrestest.New(t)
	signerOn(t, db)
	if _, err := subscribers.RotateKeys(t.Context(), db, "", noon); err != nil {
		t.Fatal(err)
	}
	const secret = "0123456789abcdef0123456789abcdef"
	links := linksOf(signerOn(t, db, secret))
	if got := holds(t, signerOn(t, postgrestest.New(t), secret), links); got != strings.Join(purposes, " ") {
		t.Errorf("another installation with the same file verifies: %s", got)
	}
}

// TestKeysWithOneID loads a key of the database and a key of a file with the same id.
func TestKeysWithOneID(t *testing.T) {
	now := noon
	same := []subscribers.Key{key(5, time.Hour), {ID: 5, Secret: []byte("0123456789abcdef"), RetiredAt: noon}}
	old := newSigner(t, &now, subscribers.Key{ID: 5, Secret: []byte("0123456789abcdef")})
	if got := holds(t, newSigner(t, &now, same...), linksOf(old)); got != strings.Join(purposes, " ") {
		t.Errorf("good are: %s", got)
	}
}

// TestMailedLinksVerify verifies the links of emails that the old version sent.
func TestMailedLinksVerify(t *testing.T) {
	db, old := postgrestest.NewOld(t)
	migrate(t, db)
	n := 0
	for _, secrets := range [][]string{nil, {"0123456789abcdef0123456789abcdef"}} {
		signer := signerOn(t, db, secrets...)
		for _, mail := range old.Mails {
			for _, link := range mail.Links {
				u, err := url.Parse(link)
				if err != nil {
					t.Fatal(err)
				}
				purpose := strings.Trim(path.Dir(u.Path), "/")
				switch purpose {
				case "confirm", "preferences", "unsubscribe":
					n++
					if token, err := signer.Verify(purpose, path.Base(u.Path)); errors.Is(err, subscribers.ErrForgedToken) || token.SubscriberID == 0 {
						t.Errorf("with %d secrets in a file: the %s link of %s: %v", len(secrets), purpose, mail.To, err)
					}
				}
			}
		}
	}
	if n < 20 {
		t.Errorf("only %d links", n)
	}
}
