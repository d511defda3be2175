package check

import (
	"encoding/base64"
	"net"
	"strings"
	"testing"

	"corridor/config"
	"corridor/testkit"
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
	file, public := testkit.KeyFile(t)
	c.Ed25519KeyFile = file
	return c, "v=DKIM1; k=ed25519; p=" + base64.StdEncoding.EncodeToString(public)
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
