package bounces

import (
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func split(t testing.TB, text string) (list []string) {
	t.Helper()
	for messages := NewMessages(strings.NewReader(text)); ; {
		m, err := messages.Next()
		if errors.Is(err, io.EOF) {
			return list
		}
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, string(m))
	}
}

func TestMessages(t *testing.T) {
	const from = "From MAILER-DAEMON Sat Nov 28 02:07:24 2026\n"
	for text, want := range map[string][]string{
		"":                                    nil,
		"Subject: a\n\nb\n":                   {"Subject: a\n\nb\n"},
		from + "Subject: a\n\nb":              {"Subject: a\n\nb"},
		from + "a: b\n\n" + from + "c: d\n\n": {"a: b\n\n", "c: d\n\n"},
		strings.ReplaceAll(from+"a: b\n\n"+from+"c: d\n\n", "\n", "\r\n"): {"a: b\r\n\r\n", "c: d\r\n\r\n"},
		from + "a: b\n\n>From x\n>>From y\n>z\n":                          {"a: b\n\nFrom x\n>From y\n>z\n"},
		from + "a: b\n\nFrom here on, it works.\n":                        {"a: b\n\nFrom here on, it works.\n"},
		from + "a: b\n" + from:                                            {"a: b\n" + from},
		"a: b\n\n" + from + "c: d\n":                                      {"a: b\n\n" + from + "c: d\n"},
	} {
		if diff := cmp.Diff(want, split(t, text)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
	long := strings.Repeat("x", MaxSize+100)
	if got := split(t, from+long+"\n\n"+from+"a: b\n"); len(got) != 2 || len(got[0]) != MaxSize || got[1] != "a: b\n" {
		t.Errorf("%d messages after one that is too long", len(got))
	}
}

func FuzzMessages(f *testing.F) {
	f.Add("From a@b Sat Nov 28 02:07:24 2026\na: b\n\n>From\n\nFrom a@b Sat Nov 28 02:07:24 2026\n")
	f.Fuzz(func(t *testing.T, text string) {
		n := 0
		for _, m := range split(t, text) {
			n += len(m)
		}
		if n > len(text) {
			t.Errorf("%d bytes from %d", n, len(text))
		}
	})
}
