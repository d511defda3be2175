package main

import (
	"io"
	"net/mail"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// captured returns the emails that were captured, by recipient and subject.
func (term terminal) captured() map[string]*mail.Message {
	term.t.Helper()
	files, err := filepath.Glob(filepath.Join(os.Getenv("CORRIDOR_SERVER_DATA"), "mail", "*.eml"))
	if err != nil {
		term.t.Fatal(err)
	}
	found := map[string]*mail.Message{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			term.t.Fatal(err)
		}
		m, err := mail.ReadMessage(strings.NewReader(string(text)))
		if err != nil {
			term.t.Fatal(err)
		}
		to, err := m.Header.AddressList("To")
		if err != nil {
			term.t.Fatal(err)
		}
		found[to[0].Address+" "+m.Header.Get("Subject")] = m
	}
	return found
}

// A test is the email that readers get: the same headers, the same body, the same links.
func TestASpecialsTestIsWhatReadersGet(t *testing.T) {
	term := newTerminal(t, readersConfig)
	term.run(0, "subscribers", "add", "r@example.org", "--name", "Ruth")
	term.run(0, "subscribers", "add", "text@example.org", "--format", "text")
	term.run(0, "special", "create", "--subject", "News", "--intro", "It is on Friday.")
	for _, to := range []string{"R@example.org", "text@example.org", "nobody@example.org"} {
		term.run(0, "special", "test", "1", to)
	}
	term.run(2, "special", "test", "1", "nobody")
	term.run(0, "special", "send", "1", "--wait")
	mails := term.captured()
	if len(mails) != 5 {
		t.Fatalf("%d emails: %v", len(mails), mails)
	}
	for test, sent := range map[string]string{"R@example.org": "r@example.org", "text@example.org": "text@example.org"} {
		term.sameMail(mails[test+" [Test] News"], mails[sent+" News"])
	}
	nobody := mails["nobody@example.org [Test] News"]
	for _, name := range []string{"List-Unsubscribe", "List-Unsubscribe-Post", "List-Id", "Feedback-Id", "Precedence"} {
		if nobody.Header.Get(name) == "" {
			t.Errorf("a test to an address of no reader has no %s", name)
		}
	}
}

var (
	boundary = regexp.MustCompile(`corridor-[0-9a-f]{24}`)
	softEnd  = regexp.MustCompile(`=\r\n`)
	viewLink = regexp.MustCompile(`/editions/[^\s"]*`)
)

// sameMail compares a test with the email to its reader.
func (term terminal) sameMail(test, sent *mail.Message) {
	term.t.Helper()
	if test == nil || sent == nil {
		term.t.Fatal("an email is missing")
	}
	plain := func(s string) string {
		s = softEnd.ReplaceAllString(boundary.ReplaceAllString(s, "BOUNDARY"), "")
		return strings.ToLower(viewLink.ReplaceAllString(s, "VIEW"))
	}
	var names []string
	for name := range sent.Header {
		names = append(names, name)
		if slices.Contains([]string{"Subject", "Message-Id", "X-Corridor-Id", "Date"}, name) {
			continue
		}
		if a, b := plain(test.Header.Get(name)), plain(sent.Header.Get(name)); a != b {
			term.t.Errorf("%s of a test is %q, of the email %q", name, a, b)
		}
	}
	for name := range test.Header {
		if !slices.Contains(names, name) {
			term.t.Errorf("only the test has %s", name)
		}
	}
	var bodies [2]strings.Builder
	for i, m := range []*mail.Message{test, sent} {
		if _, err := io.Copy(&bodies[i], m.Body); err != nil {
			term.t.Fatal(err)
		}
	}
	if a, b := plain(bodies[0].String()), plain(bodies[1].String()); a != b {
		term.t.Errorf("the body of a test is\n%s\nof the email\n%s", a, b)
	}
}
