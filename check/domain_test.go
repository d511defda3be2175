package check

import (
	"crypto/ed25519"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"corridor/config"
	"corridor/mailer/message"
)

func TestDNSRecordsAreJudged(t *testing.T) {
	none, lost := &net.DNSError{Err: "no such host", IsNotFound: true}, errors.New("i/o timeout")
	key := message.DNSRecord{Name: "s._domainkey.example.edu", Value: "v=DKIM1; k=rsa; p=MIIBAB"}
	for _, test := range []struct {
		name string
		got  Finding
		want State
		says string
	}{
		{"SPF", judgeSPF("example.edu", []string{"google-site=1", "V=spf1 mx -all"}, nil), OK, "mx -all"},
		{"no SPF", judgeSPF("example.edu", nil, none), Warn, "v=spf1 mx -all"},
		{"two SPF", judgeSPF("example.edu", []string{"v=spf1 a -all", "v=spf1 mx -all"}, nil), Wrong, "keep one"},
		{"open SPF", judgeSPF("example.edu", []string{"v=spf1 +all"}, nil), Warn, "every server"},
		{"no DNS", judgeSPF("example.edu", nil, lost), Warn, "i/o timeout"},
		{"DKIM in parts", judgeDKIM(key, []string{"v=DKIM1; k=rsa; p=MII BAB"}, nil), OK, "the signing key"},
		{"another key", judgeDKIM(key, []string{"v=DKIM1; k=rsa; p=MIIBAC"}, nil), Wrong, "p=MIIBAB"},
		{"no DNS for a key", judgeDKIM(key, nil, lost), Warn, key.Value},
		{"no DNS for DMARC", judgeDMARC("example.edu", nil, lost), Warn, "_dmarc.example.edu"},
		{"no key", judgeDKIM(key, nil, none), Wrong, "s._domainkey.example.edu"},
		{"revoked key", judgeDKIM(key, []string{"v=DKIM1; p="}, nil), Wrong, "not the signing key"},
		{"DMARC", judgeDMARC("example.edu", []string{"v=DMARC1; p=reject"}, nil), OK, "p=reject"},
		{"no DMARC", judgeDMARC("example.edu", []string{"something else"}, nil), Warn, "_dmarc.example.edu"},
		{"MX", judgeMX("example.edu", []string{"mx1.example.edu"}, nil), OK, "mx1"},
		{"no MX", judgeMX("example.edu", nil, none), Warn, "bounces"},
	} {
		if test.got.State != test.want || !strings.Contains(test.got.Reason+" "+test.got.Remedy, test.says) {
			t.Errorf("%s: %+v, want %s with %q", test.name, test.got, test.want, test.says)
		}
		if (test.got.State == OK) != (test.got.Remedy == "") {
			t.Errorf("%s: a remedy belongs to every state but OK: %+v", test.name, test.got)
		}
	}
}

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
