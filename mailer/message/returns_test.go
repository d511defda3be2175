package message

import (
	"errors"
	"math"
	"strings"
	"testing"
	"time"
)

var testIDs = NewIDs([]byte("0123456789abcdef"), "example.org", ReturnAddresses{Domain: "bounces.example.org"})

// The marks of an email lead back to it, also in capitals and with another delimiter.
func TestMarksAreRecognized(t *testing.T) {
	for _, want := range []Target{{Edition: 3, Reader: 16}, {Edition: 0, Reader: 1}, {Edition: math.MaxInt64, Reader: math.MaxInt64}} {
		m := testIDs.Marks(want.Edition, want.Reader)
		for _, address := range []string{m.Bounce, strings.ToUpper(m.Bounce), strings.Replace(m.Bounce, "+", "=", 1), strings.Replace(m.Bounce, "bounces.example.org", "former.example.org", 1)} {
			if got, err := testIDs.ParseAddress(address); err != nil || got != want {
				t.Errorf("%s: %+v, %v", address, got, err)
			}
		}
		if got, err := testIDs.ParseAddress(m.Leave); err != nil || got != (Target{want.Edition, want.Reader, true}) {
			t.Errorf("%s: %+v, %v", m.Leave, got, err)
		}
		for _, id := range []string{m.MessageID, m.EnvelopeID(), strings.ToUpper(m.MessageID)} {
			if got, err := testIDs.ParseID(id); err != nil || got != want {
				t.Errorf("%s: %+v, %v", id, got, err)
			}
		}
		for _, address := range []string{m.Bounce, m.Leave} {
			if local, _, _ := strings.Cut(address, "@"); len(local) > 64 {
				t.Errorf("%s: %d characters before the @, RFC 5321 allows 64", address, len(local))
			}
		}
	}
}

// A signature is valid for one email and one purpose.
func TestForgedMarks(t *testing.T) {
	m, other := testIDs.Marks(3, 16), testIDs.Marks(3, 17)
	mac := func(address string) string {
		local, _, _ := strings.Cut(strings.Trim(address, "<>"), "@")
		return local[strings.LastIndexByte(local, '.')+1:]
	}
	for address, want := range map[string]error{
		"b+3.16." + mac(m.Leave) + "@bounces.example.org":      ErrForged,
		"b+3.16." + mac(m.MessageID) + "@bounces.example.org":  ErrForged,
		"u+3.16." + mac(m.Bounce) + "@bounces.example.org":     ErrForged,
		"u+3.16." + mac(m.MessageID) + "@bounces.example.org":  ErrForged,
		"b+3.16." + mac(other.Bounce) + "@bounces.example.org": ErrForged,
		"b+0.16." + mac(m.Bounce) + "@bounces.example.org":     ErrForged,
		"b+3.16.@bounces.example.org":                          ErrNotOurs,
		"b+3.16@bounces.example.org":                           ErrNotOurs,
		"b+03.16." + mac(m.Bounce) + "@bounces.example.org":    ErrNotOurs,
		"b+-3.16." + mac(m.Bounce) + "@bounces.example.org":    ErrNotOurs,
		"b+3.0." + mac(m.Bounce) + "@bounces.example.org":      ErrNotOurs,
		"b+99999999999999999999.16." + mac(m.Bounce) + "@x":    ErrNotOurs,
		"c+3.16." + mac(m.Bounce) + "@bounces.example.org":     ErrNotOurs,
		"postmaster@bounces.example.org":                       ErrNotOurs,
		m.Bounce[:strings.IndexByte(m.Bounce, '@')]:            ErrNotOurs,
		"": ErrNotOurs, "@": ErrNotOurs, "b@x": ErrNotOurs, "é+3.16.x@y": ErrNotOurs,
	} {
		if got, err := testIDs.ParseAddress(address); !errors.Is(err, want) {
			t.Errorf("%s: %+v, %v; want %v", address, got, err, want)
		}
	}
	for id, want := range map[string]error{
		"<3.16." + mac(m.Bounce) + "@example.org>":       ErrForged,
		"<3.16." + mac(m.MessageID) + "@example.com>":    nil, // sent before publication.from changed
		"<3.16.0123456789abcdef@example.com>":            ErrNotOurs,
		"<confirmation.abcdef@example.org>":              ErrNotOurs,
		"<3.16." + mac(m.MessageID) + "0@example.org>":   ErrNotOurs,
		"<3.16." + mac(m.MessageID) + ".x@example.org>":  ErrNotOurs,
		"<3.17." + mac(m.MessageID) + "@example.org>":    ErrForged,
		"<3.17." + mac(other.MessageID) + "@example.org": nil, // cut at the end
		"": ErrNotOurs,
	} {
		if got, err := testIDs.ParseID(id); !errors.Is(err, want) {
			t.Errorf("%s: %+v, %v; want %v", id, got, err, want)
		}
	}
}

func TestReturnAddressesNeedADomain(t *testing.T) {
	if m := NewIDs([]byte("key"), "example.org", ReturnAddresses{}).Marks(3, 16); m.Bounce != "" || m.Leave != "" || m.MessageID == "" {
		t.Errorf("%+v", m)
	}
	if m := NewIDs([]byte("key"), "example.org", ReturnAddresses{Domain: "b.example.org", Delimiter: "="}).Marks(3, 16); !strings.HasPrefix(m.Bounce, "b=3.16.") {
		t.Errorf("%+v", m)
	}
}

func FuzzParseAddress(f *testing.F) {
	m := testIDs.Marks(3, 16)
	for _, s := range []string{m.Bounce, m.Leave, m.MessageID, "b+0.1.x@y", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if got, err := testIDs.ParseAddress(s); err == nil {
			m := testIDs.Marks(got.Edition, got.Reader)
			local, _, _ := strings.Cut(strings.ToLower(s), "@")
			want, _, _ := strings.Cut(m.Bounce, "@")
			if got.Leave {
				want, _, _ = strings.Cut(m.Leave, "@")
			}
			if local[:1] != want[:1] || local[2:] != want[2:] {
				t.Errorf("%q is taken for %+v", s, got)
			}
		}
		if got, err := testIDs.ParseID(s); err == nil && got.Leave {
			t.Errorf("%q leaves", s)
		}
	})
}

// The addresses for leaving come first, because some clients support no other.
func TestListUnsubscribe(t *testing.T) {
	to := testRecipient()
	template, err := Compose(testLetterhead, digest(), "text")
	if err != nil {
		t.Fatal(err)
	}
	for leave, want := range map[string]string{
		"":                        "\r\nList-Unsubscribe: <https://x/u>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n",
		"u+3.16.ab@b.example.org": "\r\nList-Unsubscribe: <mailto:u+3.16.ab@b.example.org?subject=unsubscribe>,\r\n <https://x/u>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n",
		"u=3.16.ab@b.example.org": "\r\nList-Unsubscribe: <mailto:u%3D3.16.ab@b.example.org?subject=unsubscribe>,\r\n <https://x/u>\r\n",
		"u+3.16.ab@b\r\nX: y":     "",
	} {
		got, err := template.Splice(nil, Personal{OneClickURL: "https://x/u", LeaveAddress: leave}, to, "<1@example.org>", time.Unix(1, 0), nil)
		if want == "" {
			if err == nil {
				t.Errorf("%q is written into a header", leave)
			}
			continue
		}
		if err != nil || !strings.Contains(string(got), want) {
			t.Errorf("%q: %v\n%.700s", leave, err, got)
		}
	}
}
