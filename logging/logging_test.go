package logging

import (
	"bytes"
	"encoding/json"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"
)

func TestRedact(t *testing.T) {
	for text, want := range map[string]string{
		"nothing here": "nothing here",
		"550 5.1.1 <ann@example.org>: Recipient address rejected": "550 5.1.1 <[address]>: Recipient address rejected",
		"to ann+x@example.org, bob@mail.example.net.":             "to [address], [address]",
		`"ann lee"@example.org is full`:                           "[address] is full",
		"bounce b+1.2.mac@example.org; reader=ann@example.org":    "bounce [address]; [address]",
		"ann=example.org@bounces.example.net":                     "[address]",
		"анна@пример.рф":                                          "[address]",
		"smtp://user:xxxxx@mail.example.org:587":                  "smtp://user:xxxxx@mail.example.org:587",
		"x://ann@example.org":                                     "x://[address]",
		"mailto:ann@example.org?subject=x":                        "mailto:[address]",
		"at 12:00 @ home":                                         "at 12:00 @ home",
		"ann@example.org@example.net":                             "[address]",
	} {
		if got := Redact(text); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
}

func FuzzRedact(f *testing.F) {
	f.Add("550 <ann@example.org> unknown")
	f.Fuzz(func(t *testing.T, text string) {
		once := Redact(text)
		if strings.Contains(once, "ann@example.org") {
			t.Errorf("%q becomes %q", text, once)
		}
	})
}

// lines returns a logger, its handler, and the lines that it wrote since the last call.
func lines() (*slog.Logger, *Handler, func() string) {
	var out bytes.Buffer
	h := New(&out)
	return slog.New(h), h, func() string { defer out.Reset(); return out.String() }
}

func TestNoAddressAboveDebug(t *testing.T) {
	log, h, written := lines()
	if err := h.SetLevel("debug"); err != nil {
		t.Fatal(err)
	}
	const address = "ann@example.org"
	for _, line := range []func(){
		func() { log.Info("to " + address) },
		func() { log.Warn("refused", "to", address) },
		func() { log.Error("refused", "error", errors.New("550 "+address)) },
		func() { log.Info("refused", slog.Group("mail", "to", address, slog.Group("x", "y", address))) },
		func() { log.Info("refused", "to", []string{address}) },
		func() { log.With("to", address).Info("refused") },
		func() { log.WithGroup("mail").Info("refused", "to", address) },
	} {
		line()
		if got := written(); strings.Contains(got, "@") || !strings.Contains(got, instead) {
			t.Error(got)
		}
	}
	log.Debug("refused", "to", address)
	if got := written(); !strings.Contains(got, address) {
		t.Error(got)
	}
}

// Level and format change for loggers that exist already.
func TestLevelAndFormatChange(t *testing.T) {
	log, h, written := lines()
	derived := log.With("role", "sender").WithGroup("mail")
	derived.Debug("not at level info")
	derived.Info("hello", "n", 1)
	if got := written(); !strings.Contains(got, "level=INFO msg=hello role=sender mail.n=1\n") || strings.Contains(got, "not at") {
		t.Error(got)
	}
	if err := errors.Join(h.SetFormat(JSON), h.SetLevel("error")); err != nil {
		t.Fatal(err)
	}
	derived.Warn("not at level error")
	derived.Error("failed", "error", errors.New("no such host"), "lasted", 23*time.Second)
	var line struct {
		Level, Msg, Role string
		Mail             struct{ Error, Lasted string }
	}
	if err := json.Unmarshal([]byte(written()), &line); err != nil || line.Level != "ERROR" || line.Msg != "failed" || line.Role != "sender" || line.Mail.Error != "no such host" || line.Mail.Lasted != "23s" {
		t.Errorf("%+v, %v", line, err)
	}
	if h.SetLevel("loud") == nil || h.SetFormat("xml") == nil {
		t.Error("an unknown level or format is accepted")
	}
	for _, level := range Levels() {
		if err := h.SetLevel(level); err != nil {
			t.Error(err)
		}
	}
	for _, format := range Formats() {
		if err := h.SetFormat(format); err != nil {
			t.Error(err)
		}
	}
}
