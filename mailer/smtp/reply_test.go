package smtp

import (
	"bufio"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestReadReply(t *testing.T) {
	tests := []struct {
		raw  string
		want reply
		ok   bool
	}{
		{"250 2.1.0 ok\r\n", reply{250, "2.1.0", "ok"}, true},
		{"250\r\n", reply{250, "", ""}, true},
		{"250 \n", reply{250, "", ""}, true},
		{"550-5.1.1 The account\r\n550-5.1.1 you tried\r\n550 5.1.1 is gone\r\n", reply{550, "5.1.1", "The account you tried is gone"}, true},
		{"550 2.1.1 wrong class\r\n", reply{550, "", "2.1.1 wrong class"}, true},
		{"550 5.1.1000 too long\r\n", reply{550, "", "5.1.1000 too long"}, true},
		{"450 4.7.1.2 not a code\r\n", reply{450, "", "4.7.1.2 not a code"}, true},
		{"250-one\r\n251 two\r\n", reply{}, false},
		{"hello\r\n", reply{}, false},
		{"25\r\n", reply{}, false},
		{"250x\r\n", reply{}, false},
		{"150 early\r\n", reply{}, false},
		{"650 late\r\n", reply{}, false},
		{"\x00\x01\x02\r\n", reply{}, false},
		{strings.Repeat("250-more\r\n", maxReplyLines+1), reply{}, false},
		{"250 " + strings.Repeat("x", 5000) + "\r\n", reply{}, false},
	}
	for _, tt := range tests {
		got, err := readReply(bufio.NewReader(strings.NewReader(tt.raw)))
		if (err == nil) != tt.ok || tt.ok && got != tt.want || !tt.ok && !errors.Is(err, errGarbage) {
			t.Errorf("%.60q: %+v, %v", tt.raw, got, err)
		}
	}
	if _, err := readReply(bufio.NewReader(strings.NewReader("250-half\r\n25"))); err == nil || errors.Is(err, errGarbage) {
		t.Errorf("half an answer: %v", err)
	}
}

func FuzzReadReply(f *testing.F) {
	for _, seed := range []string{"250 ok\r\n", "250-a\r\n250 b\r\n", "550 5.1.1 no\r\n", "421", "hello\r\n", "250 \xff\xfe\x00\r\n", "250-\r\n", "\r\n", "999 x\r\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		got, err := readReply(bufio.NewReader(strings.NewReader(raw)))
		if err != nil {
			return
		}
		if got.code < 200 || got.code > 599 || len(got.text) > 2*maxReplyText || !utf8.ValidString(got.text) {
			t.Errorf("%q: %+v", raw, got)
		}
		if got.enhanced != "" && int(got.enhanced[0]-'0') != got.code/100 {
			t.Errorf("%q: enhanced %q", raw, got.enhanced)
		}
	})
}
