package check

import (
	"crypto/ed25519"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"corridor/config"
)

func TestReservedDomainsAreKnown(t *testing.T) {
	for domain, want := range map[string]bool{"example.org": true, "news.example.com": true, "sampler.example": true, "example.edu": false, "myexample.org": false} {
		if isExample(domain) != want {
			t.Errorf("isExample(%q) = %v", domain, !want)
		}
	}
}

// signingKey makes a key file, and returns the configuration and the DNS record of the key.
func signingKey(t *testing.T) (c config.DKIM, record string) {
	t.Helper()
	c = config.Default().DKIM
	c.Ed25519KeyFile = filepath.Join(t.TempDir(), "key.pem")
	_, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(c.Ed25519KeyFile, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	return c, "v=DKIM1; k=ed25519; p=" + base64.StdEncoding.EncodeToString(private.Public().(ed25519.PublicKey))
}

func TestTheKeysOfAReservedDomainAreShown(t *testing.T) {
	c := config.Default()
	c.Publication.From = "news@example.org"
	key, record := signingKey(t)
	c.DKIM = key
	for _, f := range checkDomain(t.Context(), c, net.DefaultResolver) {
		if f.Check == "DKIM" && strings.Contains(f.Remedy, "corridor-ed25519._domainkey.example.org: "+record) {
			return
		}
	}
	t.Error("the record to publish is not shown")
}
