package message

import (
	"net/mail"
	"strings"
	"testing"
	"time"
)

func TestOtherHeadersAreChecked(t *testing.T) {
	for _, h := range []Header{
		{"X-PM-Message-Stream", "broadcast"}, {"x-ses-configuration-set", "news"}, {"X-Mailgun-Variables", `{"corridor": "{id}"}`}, {"Organization", "Example"},
	} {
		if err := h.Check(); err != nil {
			t.Errorf("%v: %v", h, err)
		}
	}
	for _, h := range []Header{
		{"", "a"},
		{"X A", "a"},
		{"X-A:", "a"},
		{"X-Ä", "a"},
		{"X-A\r\nBcc", "a"},
		{strings.Repeat("X", 71), "a"},
		{"From", "a"},
		{"to", "a"},
		{"DKIM-Signature", "a"},
		{"Resent-To", "a"},
		{"List-Id", "a"},
		{"Content-Type", "a"},
		{IDHeader, "a"},
		{"Return-Path", "a"},
		{"X-A", ""},
		{"X-A", " "},
		{"X-A", "a\nb"},
		{"X-A", "a\x00"},
		{"X-A", "ä"},
		{"X-A", strings.Repeat("a", 950)},
	} {
		if err := h.Check(); err == nil {
			t.Errorf("%q is accepted", h)
		}
	}
}

func TestOtherHeadersCarryTheIDOfTheEmail(t *testing.T) {
	letterhead := testLetterhead
	letterhead.Headers = NewHeaders(Header{"X-Mailgun-Variables", `{"corridor": "{id}"}`}, Header{"X-Stream", "broadcast"})
	template, err := Compose(letterhead, digest(), "html")
	if err != nil {
		t.Fatal(err)
	}
	signer, to := bothKeys(t), testRecipient()
	id := NewIDs([]byte("key"), "example.org", ReturnAddresses{}).ID(12, 3456)
	raw, err := template.Splice(nil, testPersonal(to), to, id, time.Unix(1e9, 0), signer)
	if err != nil {
		t.Fatal(err)
	}
	read, err := mail.ReadMessage(strings.NewReader(string(raw)))
	if err != nil {
		t.Fatal(err)
	}
	local := strings.TrimSuffix(strings.TrimPrefix(id, "<"), "@example.org>")
	for name, want := range map[string]string{IDHeader: local, "X-Mailgun-Variables": `{"corridor": "` + local + `"}`, "X-Stream": "broadcast"} {
		if got := read.Header.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if holding, _ := verified(t, signer, raw); holding != 2 {
		t.Errorf("%d signatures hold with further headers, want 2", holding)
	}
	if faults := wireFaults(raw); len(faults) > 0 {
		t.Error(faults)
	}
}

func FuzzOtherHeaders(f *testing.F) {
	f.Add("X-A", "b {id}")
	f.Add("X-A", "b\r\n c")
	f.Fuzz(func(t *testing.T, name, value string) {
		h := Header{name, value}
		if h.Check() != nil {
			return
		}
		text := string(NewHeaders(h).Append(nil, "<1.2.a@example.org>")) + "\r\nbody"
		read, err := mail.ReadMessage(strings.NewReader(text))
		if err != nil || len(read.Header) != 2 || read.Header.Get(IDHeader) != "1.2.a" {
			t.Fatalf("%q reads as %v, %v", text, read, err)
		}
		if want := strings.TrimSpace(strings.ReplaceAll(value, IDPlace, "1.2.a")); read.Header.Get(name) != want {
			t.Fatalf("%q reads as %q, want %q", text, read.Header.Get(name), want)
		}
	})
}
