package main

import (
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"corridor/mailer/sink"
)

// logLine is a line of the log as JSON.
type logLine map[string]any

// jsonLog parses every line of a log, which must be JSON.
func jsonLog(t *testing.T, text string) (lines []logLine) {
	t.Helper()
	for line := range strings.Lines(text) {
		var l logLine
		if err := json.Unmarshal([]byte(line), &l); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		lines = append(lines, l)
	}
	return lines
}

// only returns the one line with a message that begins with msg.
func only(t *testing.T, lines []logLine, msg string) logLine {
	t.Helper()
	var found []logLine
	for _, l := range lines {
		if text, _ := l["msg"].(string); strings.HasPrefix(text, msg) {
			found = append(found, l)
		}
	}
	if len(found) != 1 {
		t.Fatalf("%d lines begin with %q: %v\nof %v", len(found), msg, found, lines)
	}
	return found[0]
}

func (l logLine) want(t *testing.T, values map[string]any) {
	t.Helper()
	for key, value := range values {
		if l[key] != value {
			t.Errorf("%s is %v, want %v in %v", key, l[key], value, l)
		}
	}
}

// The log of a whole day: sign-up, gathering, a digest, a pause, a bounce. It tells the events
// with their counts, and no address of a reader.
func TestTheLogTellsEventsAndNoAddress(t *testing.T) {
	t.Parallel()
	var asked atomic.Int32
	server, err := sink.Listen(sink.Options{Script: func(stage, to string) string {
		switch {
		case stage == sink.RCPT && strings.HasPrefix(to, "ben@") && asked.Add(1) == 1:
			return "421 4.7.0 <" + to + "> try again later"
		case stage == sink.RCPT && strings.HasPrefix(to, "cyn@"):
			return "550 5.1.1 <" + to + ">: no such user"
		}
		return ""
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	site := newTestSite(t)
	in := install(t, strings.ReplaceAll(wholeConfig, "SITE", site.URL)+
		"[smtp]\nurl = \"smtp+insecure://"+server.Addr()+"\"\n[sending]\nretry_min = \"1s\"\nretry_max = \"1s\"\n[log]\nformat = \"json\"\n")
	if err := os.WriteFile(filepath.Join(in.dir, "readers.csv"), []byte(wholeReaders), 0o600); err != nil {
		t.Fatal(err)
	}
	in.must(nil, "subscribers", "import", "readers.csv")
	site.publish(testArticle{"pipes", "Energy", "Central Asia", "Pipes under Sand"}, testArticle{"borders", "Security", "South Caucasus", "Borders at Night"})
	served := in.serve()
	eventually(t, "the gather", func() bool { return strings.Contains(served.log.String(), `"gathered"`) })
	answer, err := http.PostForm(served.base+"/subscribe", url.Values{"email": {"eve@example.org"}, "choice": {"all"}, "frequency": {"daily"}})
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatal(err, answer)
	}
	answer.Body.Close()
	_, planned, status := in.run("digest", "send", "--frequency", "daily", "--log-level", "info", "--log-format", "json")
	if status != 0 {
		t.Fatal(planned)
	}
	eventually(t, "the end of the digest", func() bool { return strings.Contains(served.log.String(), "edition finished") })
	if status := served.end(t, syscall.SIGTERM); status != 0 {
		t.Errorf("status %d", status)
	}
	log := served.log.String()
	if strings.Contains(log, "@") {
		t.Errorf("an address is in the log:\n%s", log)
	}
	lines := jsonLog(t, log)
	only(t, lines, "gathered").want(t, map[string]any{"level": "INFO", "source": "site", "new": 2.0, "updated": 0.0, "unchanged": 0.0, "skipped": 0.0})
	only(t, lines, "edition started").want(t, map[string]any{"edition_id": 1.0, "kind": "digest", "frequency": "daily"})
	only(t, lines, "edition finished").want(t, map[string]any{"edition_id": 1.0, "readers": 3.0, "sent": 2.0, "bounced": 1.0, "failed": 0.0, "skipped": 0.0, "uncertain": 0.0})
	only(t, lines, "a receiving domain asks").want(t, map[string]any{"trouble": "domain", "domain": "example.org", "reason": "421 4.7.0 <[address]> try again later"})
	only(t, lines, "the receiving domain accepts").want(t, map[string]any{"trouble": "domain", "domain": "example.org"})
	only(t, lines, "corridor has stopped")
	only(t, jsonLog(t, planned), "edition planned").want(t, map[string]any{"edition_id": 1.0, "kind": "digest", "readers": 3.0, "variants": 3.0})
}

func TestAWrongLevelOrFormatIsRefused(t *testing.T) {
	in := install(t, minimal)
	for _, test := range []struct{ args, says []string }{
		{[]string{"version", "--log-level", "loud"}, []string{`"loud"`, "debug, info, warn, error"}},
		{[]string{"editions", "list", "--log-format", "xml"}, []string{`"xml"`, "text, json"}},
	} {
		out, complaints, status := in.run(test.args...)
		if status != 2 || out != "" || strings.Count(complaints, "\n") != 1 {
			t.Errorf("%v: status %d, %q, %q", test.args, status, out, complaints)
		}
		for _, word := range test.says {
			if !strings.Contains(complaints, word) {
				t.Errorf("%v: %q does not say %s", test.args, complaints, word)
			}
		}
	}
}
