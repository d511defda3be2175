package bench

import (
	"net/smtp"
	"testing"
)

// smtp-source fails when the server does not answer QUIT, as Quit does here.
func TestTheSinkEndsASession(t *testing.T) {
	s, err := listenSink()
	if err != nil {
		t.Fatal(err)
	}
	defer s.listener.Close()
	client, err := smtp.Dial(s.listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	if err := client.Mail("a@example.org"); err != nil {
		t.Fatal(err)
	}
	if err := client.Rcpt("b@example.org"); err != nil {
		t.Fatal(err)
	}
	w, err := client.Data()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write([]byte("Subject: x\r\n\r\n.dotted\r\n")); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := client.Quit(); err != nil {
		t.Errorf("QUIT: %v", err)
	}
	if n := s.messages.Load(); n != 1 {
		t.Errorf("%d messages were counted", n)
	}
}
