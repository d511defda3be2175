package message

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// digest is a rendering whose email has about 40 KB.
func digest() Rendering {
	article := `  <h2><a href="https://www.example.org/research/caspian-energy?edition=12&amp;place=3">Caspian energy: what the "middle corridor" means</a></h2>
  <p style="margin: 0 0 12px">Kazakhstan’s exports through Aktau grew again, and Azerbaijan’s port of Alat took most of them.</p>
`
	body := "<p>{{corridor:greeting}}</p>\n" + strings.Repeat(article, 100) + `<p>{{corridor:why}} <a href="{{corridor:unsubscribe_url}}">Leave</a>, <a href="{{corridor:preferences_url}}">change</a>, <a href="{{corridor:view_url}}">view</a></p>`
	text := "{{corridor:greeting}}\n\n" + strings.Repeat("Caspian energy: what the corridor means\nhttps://www.example.org/research/caspian-energy\n\n", 30) + "{{corridor:why}}\nLeave: {{corridor:unsubscribe_url}}\n"
	return Rendering{ID: 1, Subject: "Caspian digest: Central Asia’s week", HTML: body, Text: text}
}

var testLetterhead = Letterhead{
	From: "Caspian Policy Center <news@example.org>", ReplyTo: "office@example.org", Title: "Caspian Policy Center",
	ListID: "digest.example.org", FeedbackID: FeedbackSender("example.org"),
}

// writeKey writes a private key as openssl does.
func writeKey(t testing.TB, algorithm string) (file string) {
	t.Helper()
	var der []byte
	var err error
	kind := "PRIVATE KEY"
	switch algorithm {
	case "rsa", "rsa-pkcs1":
		var key *rsa.PrivateKey
		if key, err = rsa.GenerateKey(rand.Reader, 2048); err != nil {
			t.Fatal(err)
		}
		if algorithm == "rsa-pkcs1" {
			kind, der = "RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(key)
			break
		}
		der, err = x509.MarshalPKCS8PrivateKey(key)
	case "ed25519":
		_, key, _ := ed25519.GenerateKey(rand.Reader)
		der, err = x509.MarshalPKCS8PrivateKey(key)
	}
	if err != nil {
		t.Fatal(err)
	}
	file = filepath.Join(t.TempDir(), algorithm+".pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func testPersonal(r Recipient) Personal {
	link := fmt.Sprintf("https://news.example.org/%d/%d", r.EditionID, r.SubscriberID)
	return Personal{
		Name: r.Name, Greeting: "Dear " + r.Name + ",", Why: "You follow everything.",
		PreferencesURL: link + "/p", UnsubscribeURL: link + "/u", OneClickURL: link + "/u", ViewURL: link + "/v",
	}
}

func testRecipient() Recipient {
	return Recipient{EditionID: 12, SubscriberID: 3456, Name: "Aigerim O’Brien", Address: "aigerim@example.net", Format: "html"}
}

func BenchmarkSplice(b *testing.B) {
	r, to := digest(), testRecipient()
	template, err := Compose(testLetterhead, r, "html")
	if err != nil {
		b.Fatal(err)
	}
	p := testPersonal(to)
	var buffer []byte
	spliced := func(s *Signer) func(b *testing.B) {
		return func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if buffer, err = template.Splice(buffer[:0], p, to, "<12.3456.0123456789abcdef@example.org>", time.Now(), s); err != nil {
					b.Fatal(err)
				}
			}
			b.SetBytes(int64(len(buffer)))
		}
	}
	b.Run("spliced", spliced(nil))
	for _, algorithm := range []string{"ed25519", "rsa"} {
		s, err := NewSigner("example.org", DKIMKey{Selector: "a", File: writeKey(b, algorithm)})
		if err != nil {
			b.Fatal(err)
		}
		b.Run("signed-"+algorithm, spliced(s))
		b.Run("bare-"+algorithm, func(b *testing.B) { // only the hash of the body and the signature
			key, hash := s.keys[0].key, crypto.SHA256
			if algorithm == "ed25519" {
				hash = 0
			}
			for b.Loop() {
				sum := sha256.Sum256(buffer)
				if _, err := key.Sign(rand.Reader, sum[:], hash); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("whole", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := composeWhole(testLetterhead, r, p, to, "<12.3456.0123456789abcdef@example.org>", time.Now()); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkMarks compares the marks of an email with its Message-ID alone.
func BenchmarkMarks(b *testing.B) {
	b.Run("message-id", func(b *testing.B) {
		for b.Loop() {
			_ = testIDs.ID(12, 3456)
		}
	})
	b.Run("all", func(b *testing.B) {
		for b.Loop() {
			_ = testIDs.Marks(12, 3456)
		}
	})
}
