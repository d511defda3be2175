package subscribers_test

import (
	"strings"
	"testing"

	"corridor/subscribers"
)

func TestParseAddress(t *testing.T) {
	for in, want := range map[string]string{
		"anna@example.org":                          "anna@example.org",
		"  Anna@Example.ORG\t":                      "Anna@example.org",
		"a.b+news@sub.example.org":                  "a.b+news@sub.example.org",
		"anna@müller.example":                       "anna@xn--mller-kva.example",
		"anna@MÜLLER.example":                       "anna@xn--mller-kva.example",
		"анна@example.org":                          "",
		"anna@пример.рф":                            "anna@xn--e1afmkfd.xn--p1ai",
		"o'neil@example.org":                        "o'neil@example.org",
		"":                                          "",
		"anna":                                      "",
		"anna@":                                     "",
		"@example.org":                              "",
		"anna@localhost":                            "",
		"anna@example.org.":                         "",
		"anna@.example.org":                         "",
		"anna@exa mple.org":                         "",
		"an na@example.org":                         "",
		"anna@-example.org":                         "",
		"anna@example..org":                         "",
		"anna@127.0.0.1":                            "",
		"anna@[127.0.0.1]":                          "",
		"anna@@example.org":                         "",
		".anna@example.org":                         "",
		"an..na@example.org":                        "",
		"\"a b\"@example.org":                       "",
		"anna@example.org\r\nBcc: x@example.org":    "",
		"Anna <anna@example.org>":                   "",
		strings.Repeat("a", 65) + "@example.org":    "",
		"a@" + strings.Repeat("a", 64) + ".org":     "",
		"a@" + strings.Repeat("abcde.", 50) + "org": "",
		"anna@xn--a.example":                        "",
		"anna@exa_mple.org":                         "",
	} {
		got, err := subscribers.ParseAddress(in)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%q: got %q, %v; want %q", in, got, err, want)
		}
	}
}

func FuzzParseAddress(f *testing.F) {
	for _, s := range []string{"anna@example.org", "a+b@müller.example", "x@xn--mller-kva.example", "\"a\"@b.c", "a@b.c\n", "@", "a@127.0.0.1", "a@K.example"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, in string) {
		out, err := subscribers.ParseAddress(in)
		if err != nil {
			if out != "" {
				t.Fatalf("%q: refused, yet returned %q", in, out)
			}
			return
		}
		again, err := subscribers.ParseAddress(out)
		if err != nil || again != out {
			t.Fatalf("%q: stored as %q, which reads as %q, %v", in, out, again, err)
		}
		for _, c := range []byte(out) {
			if c <= ' ' || c >= 0x7f {
				t.Fatalf("%q: stored with byte %#x", in, c)
			}
		}
	})
}

func TestFold(t *testing.T) {
	for in, want := range map[string]string{
		" INFO@Example.ORG ":      "info@example.org",
		"iNfO@EXAMPLE.org":        "info@example.org",
		"Anna+News@example.org":   "anna+news@example.org",
		"anna.b-c@example.org":    "anna.b-c@example.org",
		"annab@example.org":       "annab@example.org",
		"I@BÜCHER.example":        "i@xn--bcher-kva.example",
		"i@xn--BCHER-kva.example": "i@xn--bcher-kva.example",
		"I@İstanbul.example":      "i@xn--istanbul-o0e.example",
		"Anna@Ｅｘａｍｐｌｅ.org":        "anna@example.org",
	} {
		if got, err := subscribers.Fold(in); err != nil || got != want {
			t.Errorf("Fold(%q) is %q, %v; want %q", in, got, err, want)
		}
	}
	for _, in := range []string{"", "ıns@example.org", "İns@example.org", "\u212aarl@example.org", "a b@example.org"} {
		if got, err := subscribers.Fold(in); err == nil {
			t.Errorf("Fold(%q) is %q; it must be refused", in, got)
		}
	}
}

func TestParseDomainAgreesWithAddresses(t *testing.T) {
	for in, want := range map[string]string{"Example.NET": "example.net", "bücher.example.net": "xn--bcher-kva.example.net"} {
		if got, err := subscribers.ParseDomain(in); err != nil || got != want {
			t.Errorf("ParseDomain(%q) is %q, %v; want %q", in, got, err, want)
		}
	}
	for _, in := range []string{"", "localhost", "not a domain", "a@example.org"} {
		if got, err := subscribers.ParseDomain(in); err == nil {
			t.Errorf("ParseDomain(%q) is %q; it must be refused", in, got)
		}
	}
}
