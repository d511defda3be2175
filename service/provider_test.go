package service

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/mail"
	"regexp"
	"strings"
	"testing"
	"time"

	"corridor/mailer/message"
	"corridor/mailer/smtp"
	"corridor/testkit"

	"github.com/emersion/go-msgauth/dkim"
)

// bySigningProvider opens a service that signs and sends by a provider, with further lines of
// [smtp].
func bySigningProvider(t *testing.T, provider, further string) *Service {
	t.Helper()
	file, _ := testkit.KeyFile(t)
	return open(t, readersConfig+fmt.Sprintf("[dkim]\ned25519_key_file = %q\n[smtp]\nurl = \"smtps://mail.example.org\"\nprovider = %q\n%s", file, provider, further))
}

// editionOf composes an edition's email as the sender does.
func editionOf(t *testing.T, s *Service, signer *message.Signer) string {
	t.Helper()
	template, err := message.Compose(s.senderOptions().Letterhead, message.Rendering{Kind: "digest", Subject: "News", Text: "News\n", HTML: "<p>News</p>"}, "html")
	if err != nil {
		t.Fatal(err)
	}
	raw, err := template.Splice(nil, message.Personal{OneClickURL: "https://news.example.org/u"}, message.Recipient{EditionID: 3, SubscriberID: 7, Address: "anna@example.net"},
		"<3.7.0123456789abcdef@example.org>", time.Now(), signer)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// holds verifies the only signature of a message with an independent implementation.
func holds(t *testing.T, s *message.Signer, raw string) bool {
	t.Helper()
	all, err := dkim.VerifyWithOptions(strings.NewReader(raw), &dkim.VerifyOptions{LookupTXT: func(name string) ([]string, error) {
		if name != s.Records()[0].Name {
			return nil, errors.New("no such record")
		}
		return []string{s.Records()[0].Value}, nil
	}})
	if err != nil || len(all) != 1 {
		t.Fatalf("%d signatures, %v", len(all), err)
	}
	return all[0].Err == nil
}

// handledBy is a message as the provider passes it on: its own headers are removed, those
// that it rewrites changed, and others added on top.
func handledBy(p smtp.Provider, raw string) string {
	for _, line := range append(p.Headers, p.Editions...) {
		name, _, _ := strings.Cut(line, ":")
		raw = regexp.MustCompile(`(?m)^`+name+`: .*\r\n`).ReplaceAllString(raw, "")
	}
	for _, name := range p.Rewrites {
		raw = regexp.MustCompile(`(?m)^`+name+`: .*\r\n`).ReplaceAllString(raw, name+": another\r\n")
	}
	return "Received: by the provider\r\nFeedback-ID: theirs\r\nX-Provider: 1\r\n" + raw
}

func TestSignaturesSurviveEveryProvider(t *testing.T) {
	testkit.Heavy(t)
	for _, p := range smtp.Providers {
		s := bySigningProvider(t, p.Name, "")
		signer, err := s.DKIMSigner()
		if err != nil {
			t.Fatal(err)
		}
		if sent := editionOf(t, s, signer); !holds(t, signer, sent) || !holds(t, signer, handledBy(p, sent)) {
			t.Errorf("%s: the signature does not hold:\n%s", p.Name, handledBy(p, sent))
		}
		plain := bySigningProvider(t, "", "")
		all, err := plain.DKIMSigner()
		if err != nil {
			t.Fatal(err)
		}
		if len(p.Rewrites) > 0 && holds(t, all, handledBy(p, editionOf(t, s, all))) {
			t.Errorf("%s: a signature of all headers survives, so this test shows nothing", p.Name)
		}
	}
}

// idOf returns the id of an email as a provider's webhook returns it.
var idOf = map[string]func(mail.Header) string{
	"ses":      func(h mail.Header) string { return h.Get(message.IDHeader) },
	"postmark": func(h mail.Header) string { return h.Get("X-PM-Metadata-corridor") },
	"mailgun": func(h mail.Header) string {
		var variables struct{ Corridor string }
		_ = json.Unmarshal([]byte(h.Get("X-Mailgun-Variables")), &variables)
		return variables.Corridor
	},
	"sendgrid": func(h mail.Header) string {
		var api struct {
			Args struct{ Corridor string } `json:"unique_args"`
		}
		_ = json.Unmarshal([]byte(h.Get("X-SMTPAPI")), &api)
		return api.Args.Corridor
	},
	"brevo":     func(h mail.Header) string { return h.Get("X-Mailin-custom") },
	"google":    func(h mail.Header) string { return h.Get(message.IDHeader) }, // its reports are DSNs
	"microsoft": func(h mail.Header) string { return h.Get(message.IDHeader) },
}

func TestProvidersReturnTheIDOfAnEmail(t *testing.T) {
	for _, p := range smtp.Providers {
		s := bySigningProvider(t, p.Name, "")
		read, err := mail.ReadMessage(strings.NewReader(editionOf(t, s, nil)))
		if err != nil {
			t.Fatal(err)
		}
		if id := idOf[p.Name](read.Header); id != "3.7.0123456789abcdef" {
			t.Errorf("%s returns the id %q", p.Name, id)
		}
		if stream := read.Header.Get("X-PM-Message-Stream"); (stream == "broadcast") != (p.Name == "postmark") {
			t.Errorf("%s: the stream of an edition is %q", p.Name, stream)
		}
		single := s.senderOptions().SingleHeaders.Append(nil, "<0.1.mac@example.org>")
		if bytes.Contains(single, []byte("Stream")) || !bytes.Contains(single, []byte("0.1.mac")) {
			t.Errorf("%s: a single message has %q", p.Name, single)
		}
		for _, line := range append(p.Headers, p.Editions...) {
			name, value, found := strings.Cut(line, ": ")
			if err := (message.Header{Name: name, Value: value}).Check(); err != nil || !found {
				t.Errorf("%s: %q: %v", p.Name, line, err)
			}
		}
		if found := smtp.ProviderOf("SMTP" + p.Hosts[0]); found == nil || found.Name != p.Name {
			t.Errorf("a host of %s belongs to %+v", p.Name, found)
		}
	}
}

// The limits of a provider are those of [smtp] where it has none, and its headers give way
// to configured ones.
func TestConfiguredKeysWinOverTheProvider(t *testing.T) {
	o := bySigningProvider(t, "microsoft", "").senderOptions()
	if o.Rate != 0.5 || o.MaxConnections != 3 || o.Quota.PerDay != 10000 {
		t.Errorf("the limits are %v a second, %d connections and %d a day", o.Rate, o.MaxConnections, o.Quota.PerDay)
	}
	s := bySigningProvider(t, "microsoft", "rate = 2.0\nmax_connections = 1\nper_day = 20\n")
	if o := s.senderOptions(); o.Rate != 2 || o.MaxConnections != 1 || o.Quota.PerDay != 20 {
		t.Errorf("the limits are %v a second, %d connections and %d a day", o.Rate, o.MaxConnections, o.Quota.PerDay)
	}
	s = bySigningProvider(t, "postmark", "[smtp.headers]\nx-pm-message-stream = \"news\"\n")
	if h := string(s.senderOptions().Letterhead.Headers.Append(nil, "<1@example.org>")); strings.Contains(h, "broadcast") || !strings.Contains(h, "x-pm-message-stream: news") || !strings.Contains(h, "X-PM-KeepID") {
		t.Errorf("the headers are %q", h)
	}
}
