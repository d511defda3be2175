package main

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"corridor/mailer/sink"
)

// hangUp writes a configuration, sends SIGHUP, and waits for a line with the words.
func (in *installation) hangUp(s *served, config, words string) {
	in.t.Helper()
	if err := os.WriteFile(in.config, []byte(config), 0o600); err != nil {
		in.t.Fatal(err)
	}
	before := strings.Count(s.log.String(), words)
	if err := s.Process.Signal(syscall.SIGHUP); err != nil {
		in.t.Fatal(err)
	}
	eventually(in.t, "a line with "+words, func() bool { return strings.Count(s.log.String(), words) > before })
}

// SIGHUP never ends the process: a broken file leaves the old configuration in force, a good
// one is applied where that is possible, and the log names the other keys.
func TestServeOutlivesHangups(t *testing.T) {
	t.Parallel()
	const server = "\n[server]\nlisten = \"127.0.0.1:0\"\ndata = \"DATA\"\n"
	for _, roles := range []string{"web,scheduler,sender", "web"} {
		in := install(t, minimal+server)
		good := strings.ReplaceAll(minimal+server, "DATA", filepath.Join(in.dir, "data"))
		served := in.serve("--roles", roles)
		in.hangUp(served, good, "was read again")
		in.hangUp(served, good+"[smtp\n", "the old one stays in force")
		in.hangUp(served, good+"[sending]\nno_such_key = 1\n", "unknown key")
		in.hangUp(served, strings.Replace(good, "Test Review\"", "Other Review\"", 1)+"[log]\nformat = \"json\"\nlevel = \"debug\"\n[smtp]\nconnections = 3\n",
			`"keys":"publication.title"`)
		if log := served.log.String(); !strings.Contains(log, `"changed":"smtp.connections log.level log.format"`) {
			t.Errorf("%s: the log does not name the keys:\n%s", roles, log)
		}
		if _, status := get(t, served.base+"/readyz"); status != http.StatusOK {
			t.Errorf("%s: readyz answers %d after SIGHUP", roles, status)
		}
		if status := served.end(t, syscall.SIGTERM); status != 0 {
			t.Errorf("%s: after SIGTERM serve ended with status %d", roles, status)
		}
	}
}

// While an edition is being sent, SIGHUP names another mail server. Emails on the wire finish
// at the first server, which takes longer than a stop would wait; all others go to the second.
func TestAnotherMailServerByHangup(t *testing.T) {
	t.Parallel()
	const readers = 60
	var begun atomic.Int64
	first, err := sink.Listen(sink.Options{Delay: 8 * time.Second, Script: func(stage, _ string) string {
		if stage == sink.RCPT {
			begun.Add(1)
		}
		return ""
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(first.Close)
	second, err := sink.Listen(sink.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(second.Close)
	in := install(t, strings.ReplaceAll(killConfig, "SINK", first.Addr()))
	text, err := os.ReadFile(in.config)
	if err != nil {
		t.Fatal(err)
	}
	var rows strings.Builder
	rows.WriteString("email,status\n")
	for i := range readers {
		fmt.Fprintf(&rows, "reader%d@example.net,active\n", i)
	}
	if err := os.WriteFile(filepath.Join(in.dir, "readers.csv"), []byte(rows.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	in.must(nil, "subscribers", "import", filepath.Join(in.dir, "readers.csv"))
	served := in.serve("--roles", "web,sender")
	in.must(nil, "special", "create", "--subject", "News", "--intro", "It is on Friday.")
	in.must(nil, "special", "approve", "1")
	in.must(nil, "special", "send", "1")
	eventually(t, "ten emails on the wire", func() bool { return begun.Load() >= 10 })
	in.hangUp(served, "this is no configuration", "the old one stays in force")
	in.hangUp(served, strings.ReplaceAll(string(text), first.Addr(), second.Addr()), "was read again")
	var e struct{ State string }
	eventually(t, "the end of the edition", func() bool {
		in.must(&e, "editions", "show", "1", "--json")
		return e.State == "finished"
	})
	atFirst, atSecond := first.Accepted(), second.Accepted()
	for i := range readers {
		to := fmt.Sprintf("reader%d@example.net", i)
		if n := atFirst[to] + atSecond[to]; n != 1 {
			t.Errorf("%s got %d emails", to, n)
		}
	}
	if len(atFirst) < 10 || len(atSecond) < readers/2 {
		t.Errorf("the first server has %d emails, the second %d", len(atFirst), len(atSecond))
	}
	metrics, _ := get(t, served.base+"/metrics")
	if line := fmt.Sprintf("corridor_attempts_total{result=\"sent\"} %d\n", readers); !strings.Contains(metrics, line) {
		t.Errorf("no %s in the metrics of both senders", line)
	}
	if status := served.end(t, syscall.SIGTERM); status != 0 {
		t.Errorf("status %d", status)
	}
}
