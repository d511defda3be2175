package main

import (
	"crypto/ed25519"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"corridor/config"
	"corridor/mailer"

	"github.com/google/go-cmp/cmp"
)

func TestDNSRecordsAreJudged(t *testing.T) {
	none, lost := &net.DNSError{Err: "no such host", IsNotFound: true}, errors.New("i/o timeout")
	key := mailer.DNSRecord{Name: "s._domainkey.example.edu", Value: "v=DKIM1; k=rsa; p=MIIBAB"}
	for _, test := range []struct {
		name string
		got  finding
		want findingState
		says string
	}{
		{"SPF", judgeSPF("example.edu", []string{"google-site=1", "V=spf1 mx -all"}, nil), isOK, "mx -all"},
		{"no SPF", judgeSPF("example.edu", nil, none), isWarn, "v=spf1 mx -all"},
		{"two SPF", judgeSPF("example.edu", []string{"v=spf1 a -all", "v=spf1 mx -all"}, nil), isWrong, "leave one"},
		{"open SPF", judgeSPF("example.edu", []string{"v=spf1 +all"}, nil), isWarn, "everybody"},
		{"no DNS", judgeSPF("example.edu", nil, lost), isWarn, "i/o timeout"},
		{"DKIM in pieces", judgeDKIM(key, []string{"v=DKIM1; k=rsa; p=MII BAB"}, nil), isOK, "our key"},
		{"another key", judgeDKIM(key, []string{"v=DKIM1; k=rsa; p=MIIBAC"}, nil), isWrong, "p=MIIBAB"},
		{"no DNS for a key", judgeDKIM(key, nil, lost), isWarn, key.Value},
		{"no DNS for DMARC", judgeDMARC("example.edu", nil, lost), isWarn, "_dmarc.example.edu"},
		{"no key", judgeDKIM(key, nil, none), isWrong, "s._domainkey.example.edu"},
		{"revoked key", judgeDKIM(key, []string{"v=DKIM1; p="}, nil), isWrong, "not the one"},
		{"DMARC", judgeDMARC("example.edu", []string{"v=DMARC1; p=reject"}, nil), isOK, "p=reject"},
		{"no DMARC", judgeDMARC("example.edu", []string{"something else"}, nil), isWarn, "_dmarc.example.edu"},
		{"MX", judgeMX("example.edu", []string{"mx1.example.edu"}, nil), isOK, "mx1"},
		{"no MX", judgeMX("example.edu", nil, none), isWarn, "bounces"},
	} {
		if test.got.State != test.want || !strings.Contains(test.got.Reason+" "+test.got.Remedy, test.says) {
			t.Errorf("%s: %+v, want %s with %q", test.name, test.got, test.want, test.says)
		}
		if (test.got.State == isOK) != (test.got.Remedy == "") {
			t.Errorf("%s: what is not well, and nothing else, has a remedy: %+v", test.name, test.got)
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

func TestCheckTriesEverythingAndSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	in := install(t, strings.ReplaceAll(wholeConfig, "SITE", "http://127.0.0.1:1"))
	states := func(text string) map[string]string {
		t.Helper()
		var findings []finding
		if err := json.Unmarshal([]byte(text), &findings); err != nil {
			t.Fatalf("not one JSON document: %v\n%s", err, text)
		}
		all := map[string]string{}
		for _, f := range findings {
			all[f.Check] = string(f.State)
		}
		return all
	}
	out, complaints, status := in.run("check", "--json")
	want := map[string]string{
		"configuration": "ok", "data folder": "ok", "listen address": "ok", "base address": "warn", "database": "ok", "durability": "ok",
		"schema": "warn", "mail": "warn", "sending domain": "warn", // nothing was migrated, and example.org is nobody's
	}
	if diff := cmp.Diff(want, states(out)); status != 0 || diff != "" {
		t.Errorf("status %d %s (-want +got):\n%s", status, complaints, diff)
	}
	in.must(nil, "migrate", "up")
	out, _, status = in.run("check", "--json", "--smtp-url", "smtp+insecure://127.0.0.1:1")
	got := states(out)
	if status != 1 || got["mail server"] != "wrong" || got["schema"] != "ok" {
		t.Errorf("without a mail server: status %d, %v", status, got)
	}
	out, _, _ = in.run("check")
	if !strings.HasPrefix(out, "WHAT") || !strings.Contains(out, "-> set smtp.url") {
		t.Errorf("the table does not say what to do:\n%s", out)
	}
}

func TestTheKeysOfADomainForExamplesAreShown(t *testing.T) {
	c := config.Default()
	c.Publication.From = "news@example.org"
	c.DKIM.Ed25519KeyFile = filepath.Join(t.TempDir(), "key.pem")
	_, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(c.DKIM.Ed25519KeyFile, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	record := "v=DKIM1; k=ed25519; p=" + base64.StdEncoding.EncodeToString(private.Public().(ed25519.PublicKey))
	for _, f := range checkDomain(t.Context(), c, net.DefaultResolver) {
		if f.Check == "DKIM" && strings.Contains(f.Remedy, "corridor-ed25519._domainkey.example.org: "+record) {
			return
		}
	}
	t.Error("the record to publish is not shown")
}
