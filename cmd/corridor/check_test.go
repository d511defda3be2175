package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCheckTriesEverythingAndSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	in := install(t, strings.ReplaceAll(wholeConfig, "SITE", "http://127.0.0.1:1"))
	states := func(text string) map[string]string {
		t.Helper()
		var findings []struct{ Check, State string }
		if err := json.Unmarshal([]byte(text), &findings); err != nil {
			t.Fatalf("not one JSON document: %v\n%s", err, text)
		}
		all := map[string]string{}
		for _, f := range findings {
			all[f.Check] = f.State
		}
		return all
	}
	out, complaints, status := in.run("check", "--json")
	want := map[string]string{
		"configuration": "ok", "data folder": "ok", "listen address": "ok", "base address": "warn", "database": "ok", "durability": "ok",
		"schema": "warn", "mail": "warn", "sending domain": "warn", // the schema is not migrated, and example.org is reserved
	}
	if diff := cmp.Diff(want, states(out)); status != 0 || diff != "" {
		t.Errorf("status %d %s (-want +got):\n%s", status, complaints, diff)
	}
	in.must(nil, "migrate", "up")
	out, _, status = in.run("check", "--json", "--smtp-url", "smtp+insecure://127.0.0.1:1")
	got := states(out)
	if status != 1 || got["mail server"] != "wrong" || got["schema"] != "ok" {
		t.Errorf("without a mail server: status %d, %v", status, got)
	}
	out, _, _ = in.run("check")
	if !strings.HasPrefix(out, "CHECK") || !strings.Contains(out, "-> set smtp.url") {
		t.Errorf("the table does not say what to do:\n%s", out)
	}
}
