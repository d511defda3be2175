package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"
)

// An edition outside the sending window waits, says so and until when, and is sent when the
// window is gone.
func TestAnEditionWaitsForTheSendingWindow(t *testing.T) {
	term := newMailing(t, 5, nil)
	text, err := os.ReadFile(term.config)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now() // in another zone than the publication's, it is outside the window too
	closed := fmt.Sprintf("window = \"%s 00:00-00:01\"\n", strings.ToLower(now.AddDate(0, 0, 3).Format("Mon")))
	if err := os.WriteFile(term.config, append(text, closed...), 0o600); err != nil {
		t.Fatal(err)
	}
	term.run(0, "special", "send", "1")
	s := term.open()
	store, err := s.Editions()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- s.Await(ctx, store, 1, nil) }()
	var e map[string]any
	eventually(t, "the reason", func() bool { e = term.edition("1"); return e["reason"] != nil })
	if reason, _ := e["reason"].(string); e["state"] != "sending" || e["queued"] != 5.0 || !strings.HasPrefix(reason, "waits: the sending window is ") || !strings.Contains(reason, "; goes on at ") {
		t.Errorf("%v", e)
	}
	cancel()
	<-done
	if err := os.WriteFile(term.config, text, 0o600); err != nil {
		t.Fatal(err)
	}
	term.run(0, "special", "send", "1", "--wait")
	if e = term.edition("1"); e["sent"] != 5.0 || e["reason"] != nil {
		t.Errorf("without a window: %v", e)
	}
}
