package message

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-msgauth/dkim"
	"pgregory.net/rapid"
)

// verified checks a message's signatures with go-msgauth, an independent implementation,
// and returns the number of valid ones.
func verified(t rapid.TB, s *Signer, raw []byte) (holding int, all []*dkim.Verification) {
	t.Helper()
	all, err := dkim.VerifyWithOptions(bytes.NewReader(raw), &dkim.VerifyOptions{LookupTXT: func(name string) ([]string, error) {
		for _, r := range s.Records() {
			if r.Name == name {
				return []string{r.Value}, nil
			}
		}
		t.Errorf("looked for %s", name)
		return nil, os.ErrNotExist
	}})
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range all {
		if v.Err == nil {
			holding++
		} else {
			t.Logf("%v", v.Err)
		}
	}
	return holding, all
}

func bothKeys(t testing.TB) *Signer {
	t.Helper()
	s, err := NewSigner("example.org", DKIMKey{Selector: "r1", File: writeKey(t, "rsa")}, DKIMKey{Selector: "e1", File: writeKey(t, "ed25519")})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func signed(t *testing.T, s *Signer, r Rendering, to Recipient) []byte {
	t.Helper()
	template, err := Compose(testLetterhead, r, to.Format)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := template.Splice([]byte("before"), testPersonal(to), to, "<12.3456.0123456789abcdef@example.org>", time.Now(), s)
	if err != nil {
		t.Fatal(err)
	}
	return bytes.TrimPrefix(raw, []byte("before"))
}

func TestBothSignaturesHold(t *testing.T) {
	s := bothKeys(t)
	renderings := map[string]Rendering{
		"digest":      digest(),
		"empty":       {},
		"blank lines": {Subject: strings.Repeat("Каспий ", 40), Text: "\n\n \n{{corridor:name}}  double \t\n\n\n", HTML: "\n  <p>\n\n"},
	}
	for name, r := range renderings {
		for _, format := range []string{"html", "text"} {
			for _, reader := range []string{"", "Aigerim", "Ağamalı, Əli", strings.Repeat("ü", 200)} {
				to := testRecipient()
				to.Name, to.Format = reader, format
				raw := signed(t, s, r, to)
				holding, all := verified(t, s, raw)
				if holding != 2 || len(all) != 2 {
					t.Fatalf("%s, %s, %q: %d of %d hold\n%.2000s", name, format, reader, holding, len(all), raw)
				}
				if faults := wireFaults(raw); len(faults) > 0 {
					t.Fatalf("%s: %v", name, faults)
				}
			}
		}
	}
	_, all := verified(t, s, signed(t, s, digest(), testRecipient()))
	covered := " " + strings.ToLower(strings.Join(all[0].HeaderKeys, " ")) + " "
	for _, header := range []string{"to", "subject", "date", "message-id", "list-unsubscribe", "list-unsubscribe-post", "list-id", "mime-version", "content-type", "from from"} {
		if !strings.Contains(covered, " "+header+" ") {
			t.Errorf("%s is not covered by %q", header, covered)
		}
	}
}

func TestSignaturesBreak(t *testing.T) {
	s := bothKeys(t)
	raw := string(signed(t, s, digest(), testRecipient()))
	changes := map[string]func(string) string{
		"a word of the body": func(m string) string { return strings.Replace(m, "Alat", "Baku", 1) },
		"more body":          func(m string) string { return m + "more\r\n" },
		"the subject":        func(m string) string { return strings.Replace(m, "\r\nSubject: ", "\r\nSubject: Re: ", 1) },
		"a second From":      func(m string) string { return "From: <evil@example.org>\r\n" + m },
		"another leaving URL": func(m string) string {
			return strings.Replace(m, "List-Unsubscribe: <https", "List-Unsubscribe: <http", 1)
		},
	}
	for what, change := range changes {
		changed := change(raw)
		if changed == raw {
			t.Fatalf("%s: nothing was changed", what)
		}
		if holding, _ := verified(t, s, []byte(changed)); holding != 0 {
			t.Errorf("%s: %d signatures still hold", what, holding)
		}
	}
	// Relays may fold headers differently and change the case of their names.
	relayed := strings.Replace(raw, "\r\nSubject: ", "\r\nSUBJECT:   ", 1)
	relayed = "Received: from here\r\n by there\r\n" + relayed + "\r\n\r\n"
	if holding, _ := verified(t, s, []byte(relayed)); holding != 2 {
		t.Errorf("a relay's ways leave %d signatures", holding)
	}
}

func TestKeysThatAreRefused(t *testing.T) {
	ec, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	ecDER, err := x509.MarshalPKCS8PrivateKey(ec)
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode([]byte(weakKey(t)))
	files := map[string]struct{ content, says string }{
		"not PEM":     {"hello", "not a PEM file"},
		"no key":      {string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: []byte("x")})), "not a private key"},
		"weak":        {string(pem.EncodeToMemory(block)), "too weak"},
		"other curve": {string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: ecDER})), "use RSA or Ed25519"},
	}
	for name, f := range files {
		file := filepath.Join(t.TempDir(), "key.pem")
		if err := os.WriteFile(file, []byte(f.content), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := NewSigner("example.org", DKIMKey{Selector: "a", File: file}); err == nil || !strings.Contains(err.Error(), f.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := NewSigner("example.org", DKIMKey{Selector: "a", File: "/nowhere"}); err == nil {
		t.Error("a key that is not there signs")
	}
	if _, err := NewSigner("example.org"); err == nil {
		t.Error("no key signs")
	}
	if _, err := NewSigner("example.org", DKIMKey{Selector: "a", File: writeKey(t, "rsa-pkcs1")}); err != nil {
		t.Errorf("PKCS#1: %v", err)
	}
}

func weakKey(t *testing.T) string {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)}))
}

// Messages of the outbox are signed as a whole.
func TestWholeMessagesAreSigned(t *testing.T) {
	s, to := bothKeys(t), testRecipient()
	whole, err := composeWhole(testLetterhead, digest(), testPersonal(to), to, "<message.1@example.org>", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	raw, err := s.Sign(whole)
	if err != nil {
		t.Fatal(err)
	}
	if holding, all := verified(t, s, raw); holding != 2 || len(all) != 2 {
		t.Errorf("%d of %d signatures hold", holding, len(all))
	}
	again, err := s.Sign(raw)
	if err != nil || !bytes.Equal(again, raw) {
		t.Errorf("a signed message is signed again: %v", err)
	}
	for _, body := range []string{"", "\r\n", "no end", ".\r\n\r\n\r\n", "  blanks \t\r\n \r\n"} {
		raw, err := s.Sign([]byte("From: <news@example.org>\r\n\r\n" + body))
		if err != nil {
			t.Fatal(err)
		}
		if holding, _ := verified(t, s, raw); holding != 2 {
			t.Errorf("%q: %d signatures hold", body, holding)
		}
	}
	if _, err := s.Sign([]byte("no body")); err == nil {
		t.Error("a head without a body is signed")
	}
}
