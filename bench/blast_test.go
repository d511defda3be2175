package bench

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"corridor/mailer/sink"
)

func TestBlast(t *testing.T) {
	s, err := sink.Listen(sink.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	message := []byte("Subject: x\r\n\r\n" + strings.Repeat("hello\r\n", 5000))
	took, err := blast(context.Background(), s.Addr(), 1000, 4, message)
	if err != nil || took <= 0 {
		t.Fatal(took, err)
	}
	if n, size := s.Count(); n != 1000 || size < int64(1000*len(message)) {
		t.Errorf("%d messages, %d bytes", n, size)
	}
	accepted := s.Accepted()
	if len(accepted) != 1000 {
		t.Errorf("%d recipients", len(accepted))
	}
	for to, n := range accepted {
		if n != 1 {
			t.Errorf("%s got %d", to, n)
		}
	}
}

func TestBlastTellsOfARefusal(t *testing.T) {
	s, err := sink.Listen(sink.Options{Script: func(stage, to string) string {
		if stage == sink.RCPT && strings.HasPrefix(to, "reader7@") {
			return "550 5.1.1 no"
		}
		return ""
	}})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if _, err := blast(context.Background(), s.Addr(), 10, 2, []byte("x: y\r\n")); err == nil || !strings.Contains(err.Error(), "550") {
		t.Errorf("%v", err)
	}
	if n, _ := s.Count(); n >= 10 {
		t.Errorf("%d were taken", n)
	}
}

// A server may be closed at any time, with clients connected, and started again on its
// port.
func TestComesBackOnItsPort(t *testing.T) {
	s, err := sink.Listen(sink.Options{Delay: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() {
		_, err := blast(context.Background(), s.Addr(), 1<<30, 3, bytes.Repeat([]byte("x\r\n"), 100))
		done <- err
	}()
	deadline := time.Now().Add(10 * time.Second)
	for n := int64(0); n < 10; n, _ = s.Count() {
		if time.Now().After(deadline) {
			t.Fatal("nothing arrives")
		}
	}
	s.Close()
	s.Close() // closing again is harmless
	if err := <-done; err == nil {
		t.Error("a closed server goes on")
	}
	again, err := sink.Listen(sink.Options{Address: s.Addr()})
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	if _, err := blast(context.Background(), again.Addr(), 5, 1, []byte("x: y\r\n")); err != nil {
		t.Error(err)
	}
}
