package message

import (
	"bytes"
	"mime"
	"net/mail"
	"strings"
	"testing"

	gomail "github.com/wneessen/go-mail"
)

func TestSubjectsArriveAsTheyAre(t *testing.T) {
	for _, subject := range []string{
		"News", "News, \"quoted\" (and more)", "Übersicht", "=?utf-8?q?x?=", "a  b",
		strings.Repeat("Ünï — sehr lang 😀 ", 20) + "Ende", strings.Repeat("plain words ", 30) + "end", strings.Repeat("x", 1500),
	} {
		m := gomail.NewMsg()
		SetSubject(m, subject)
		var b bytes.Buffer
		if _, err := m.WriteTo(&b); err != nil {
			t.Fatal(err)
		}
		head, _, _ := strings.Cut(b.String(), "\r\n\r\n")
		for line := range strings.SplitSeq(head, "\r\n") {
			if len(line) > 78 || strings.TrimSpace(line) == "Subject:" || !isASCII(line) {
				t.Errorf("%.40q is written %q", subject, line)
			}
		}
		read, err := mail.ReadMessage(&b)
		if err != nil {
			t.Fatal(err)
		}
		got, err := new(mime.WordDecoder).DecodeHeader(read.Header.Get("Subject"))
		if err != nil || got != subject {
			t.Errorf("%.40q arrives as %q, %v", subject, got, err)
		}
	}
}
