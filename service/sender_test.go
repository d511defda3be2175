package service

import (
	"strings"
	"testing"
)

// The keys of [smtp] reach the relays and every kind of email.
func TestKeysOfMailServersReachTheSender(t *testing.T) {
	s := open(t, readersConfig+`
[server]
base_url = "https://news.example.net"
[smtp]
auth = "login"
[bounces]
feedback = "fbl@example.org"
[dkim]
rsa_key_file = "rsa.pem"
[smtp.headers]
X-Stream = "news"
X-Data = "id={id}"
`)
	if o := s.RelayOptions(); o.HELO != "news.example.net" || o.Auth != "login" {
		t.Errorf("relays get %+v", o)
	}
	const want = "X-Corridor-ID: 1.2.mac\r\nX-Data: id=1.2.mac\r\nX-Stream: news\r\n" +
		"CFBL-Address: fbl@example.org; report=arf\r\nCFBL-Feedback-ID: 1.2.mac\r\n"
	o := s.senderOptions()
	for kind, headers := range map[string]string{
		"an edition":       string(o.Letterhead.Headers.Append(nil, "<1.2.mac@example.org>")),
		"a single message": string(o.SingleHeaders.Append(nil, "<1.2.mac@example.org>")),
	} {
		if headers != want {
			t.Errorf("%s gets %q, want %q", kind, strings.Split(headers, "\r\n"), want)
		}
	}
}
