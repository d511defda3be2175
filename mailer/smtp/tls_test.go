package smtp

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"corridor/mailer/sink"
)

type certificateOptions struct {
	host    string // instead of 127.0.0.1
	expired bool
	oldest  bool // the server supports TLS 1.1 at most
}

// testCertificate returns the server's side of TLS, and the file of its authority.
func testCertificate(t testing.TB, o certificateOptions) (server *tls.Config, authority string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, NotBefore: time.Now().Add(-2 * time.Hour), NotAfter: time.Now().Add(time.Hour),
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		BasicConstraintsValid: true, IsCA: true,
	}
	if o.host != "" {
		template.DNSNames = []string{o.host}
	} else {
		template.IPAddresses = []net.IP{net.IPv4(127, 0, 0, 1)}
	}
	if o.expired {
		template.NotAfter = time.Now().Add(-time.Hour)
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	authority = filepath.Join(t.TempDir(), "authority.pem")
	if err := os.WriteFile(authority, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	server = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}, MinVersion: tls.VersionTLS12}
	if o.oldest {
		server.MinVersion, server.MaxVersion = tls.VersionTLS10, tls.VersionTLS11
	}
	return server, authority
}

func TestTLS(t *testing.T) {
	tests := []struct {
		name, scheme, user string
		tls, implicit      bool
		certificate        certificateOptions
		noAuthority        bool
		stage, says        string // of the refusal; empty if the message is sent
		secure             bool
	}{
		{name: "implicit", scheme: "smtps", tls: true, implicit: true, secure: true},
		{name: "required", scheme: "smtp", tls: true, secure: true},
		{name: "opportunistic", scheme: "smtp+opportunistic", tls: true, secure: true},
		{name: "opportunistic, a certificate that nobody knows", scheme: "smtp+opportunistic", tls: true, noAuthority: true, secure: true},
		{name: "opportunistic, not offered", scheme: "smtp+opportunistic"},
		{name: "in the clear", scheme: "smtp+insecure", tls: true},
		{name: "in the clear, with a password", scheme: "smtp+insecure", user: "user:secret@"},
		{name: "required, with a password", scheme: "smtp", user: "user:secret@", tls: true, secure: true},

		{name: "required, not offered", scheme: "smtp", stage: stageSTARTTLS, says: "not offer STARTTLS"},
		{name: "opportunistic, a password and no TLS", scheme: "smtp+opportunistic", user: "user:secret@", stage: stageSTARTTLS, says: "not offer STARTTLS"},
		{name: "opportunistic, a password and nobody's certificate", scheme: "smtp+opportunistic", user: "user:secret@", tls: true, noAuthority: true, stage: stageSTARTTLS, says: "certificate"},
		{name: "required, nobody's certificate", scheme: "smtp", tls: true, noAuthority: true, stage: stageSTARTTLS, says: "certificate"},
		{name: "required, another's certificate", scheme: "smtp", tls: true, certificate: certificateOptions{host: "mx.example.com"}, stage: stageSTARTTLS, says: "certificate"},
		{name: "required, an old certificate", scheme: "smtp", tls: true, certificate: certificateOptions{expired: true}, stage: stageSTARTTLS, says: "expired"},
		{name: "required, an old protocol", scheme: "smtp", tls: true, certificate: certificateOptions{oldest: true}, stage: stageSTARTTLS, says: "protocol version"},
		{name: "implicit, nobody's certificate", scheme: "smtps", tls: true, implicit: true, noAuthority: true, stage: stageTLS, says: "certificate"},
		{name: "implicit, another's certificate", scheme: "smtps", tls: true, implicit: true, certificate: certificateOptions{host: "mx.example.com"}, stage: stageTLS, says: "certificate"},
		{name: "implicit, no TLS there", scheme: "smtps", stage: stageTLS, says: "TLS"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			config, authority := testCertificate(t, tt.certificate)
			asked := false
			o := sink.Options{Auth: "PLAIN", Implicit: tt.implicit, Keep: true, SignIn: func(string, []byte, func(string) ([]byte, error)) error {
				asked = true
				return nil
			}}
			if tt.tls {
				o.TLS = config
			}
			if tt.noAuthority {
				authority = ""
			}
			server := startSink(t, o)
			r := parseRelay(t, tt.scheme+"://"+tt.user+server.Addr(), RelayOptions{CAFile: authority, Timeouts: Timeouts{Dial: 2 * time.Second}})
			c, outcome, err := Dial(t.Context(), r)
			if tt.stage != "" {
				if err == nil || outcome.Kind != NotSent || outcome.Stage != tt.stage || !strings.Contains(err.Error(), tt.says) {
					t.Errorf("%+v, %v", outcome, err)
				}
				if asked {
					t.Error("the password was told")
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			if _, secure := c.client.TLSConnectionState(); secure != tt.secure {
				t.Errorf("secure: %v", secure)
			}
			for range 2 {
				if o := c.Send(t.Context(), message("a@example.net", testMessage), nil); o.Kind != Accepted {
					t.Fatalf("%+v", o)
				}
			}
			if got := server.Messages(); len(got) != 2 || string(got[1].Data) != string(testMessage) {
				t.Errorf("%q arrived", got)
			}
		})
	}
}

func TestParseRelay(t *testing.T) {
	good := map[string]string{
		"smtp://mx.example.com": "mx.example.com:587", "smtps://mx.example.com": "mx.example.com:465", "smtp+opportunistic://mx.example.com": "mx.example.com:25",
		"smtp+insecure://127.0.0.1:1025": "127.0.0.1:1025", "smtp+insecure://a:b@localhost": "localhost:25", "smtp+insecure://a:b@[::1]:25": "[::1]:25",
		"smtp://user%40x:p%2Fw@mx.example.com:2525": "mx.example.com:2525",
	}
	for url, want := range good {
		if r, err := ParseRelay(url, RelayOptions{}); err != nil || r.String() != want {
			t.Errorf("%s: %v, %v", url, r, err)
		}
	}
	bad := []string{"", "smtp://", "mx.example.com:25", "http://u:secret@x", "smtp://u:secret@", "smtp+insecure://u:secret@mx.example.com", "smtp://u:secret@x:99x", "smtp://u:secret%zz@x"}
	for _, url := range bad {
		if r, err := ParseRelay(url, RelayOptions{}); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v, %v", url, r, err)
		}
	}
	if _, err := ParseRelay("smtp://x", RelayOptions{CAFile: "/nowhere"}); err == nil {
		t.Error("a file of authorities that is not there is taken")
	}
}
