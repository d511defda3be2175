package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"corridor/mailer/sink"
)

// stalled returns a planned digest of a few readers and a mail server that accepts emails
// without replying. wait returns when a sender waits for the replies.
func stalled(t *testing.T) (in *installation, wait func()) {
	t.Helper()
	handed := make(chan bool, 100)
	server, err := sink.Listen(sink.Options{Script: func(stage, _ string) string {
		if stage != sink.Dot {
			return ""
		}
		handed <- true
		return sink.Stall
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	in = install(t, strings.ReplaceAll(killConfig, "SINK", server.Addr()))
	writeFile(t, filepath.Join(in.dir, "readers.csv"), "email,frequency,time_zone,status\na@d.example.org,daily,UTC,active\nb@d.example.org,daily,UTC,active\n")
	writeFile(t, filepath.Join(in.dir, "article.md"), "---\ntitle: The news\n---\n\n"+strings.Repeat("There is news of the sea and of what is on it. ", 30)+"\n")
	in.must(nil, "subscribers", "import", filepath.Join(in.dir, "readers.csv"))
	in.must(nil, "articles", "import", filepath.Join(in.dir, "article.md"), "--news")
	in.must(nil, "digest", "send", "--frequency", "daily", "--json")
	return in, func() {
		select {
		case <-handed:
		case <-time.After(30 * time.Second):
			t.Fatal("nothing was handed over within 30 seconds")
		}
	}
}

func writeFile(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// Shells make background processes ignore Ctrl-C. The second one must still stop the
// program.
func TestASecondInterruptStopsAtOnce(t *testing.T) {
	t.Parallel()
	in, wait := stalled(t)
	shell := exec.Command("/bin/sh", "-c", `trap '' INT; exec "$0" serve --roles sender --config "$1"`, in.binary, in.config)
	shell.Dir = in.dir
	if err := shell.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = shell.Process.Kill() })
	wait()
	ended := make(chan struct{})
	go func() { _ = shell.Wait(); close(ended) }()
	// Signals that arrive together count as one, so a second one follows until it is seen.
	for again := time.NewTicker(300 * time.Millisecond); ; <-again.C {
		_ = shell.Process.Signal(syscall.SIGINT)
		select {
		case <-ended:
			if status := shell.ProcessState.ExitCode(); status != stoppedAtOnce {
				t.Errorf("it exited with %d", status)
			}
			return
		default:
		}
	}
}

// timeout(1) signals the program and then its group, the program among it.
func TestTwoSignalsOfOneEventStopInOrder(t *testing.T) {
	t.Parallel()
	in, wait := stalled(t)
	s := in.serve("--roles", "sender")
	wait()
	_ = s.Process.Signal(syscall.SIGTERM)
	time.Sleep(20 * time.Millisecond) // two that arrive together count as one
	if status := s.end(t, syscall.SIGTERM); status != 0 {
		t.Errorf("it exited with %d", status)
	}
}

func TestADatabaseThatIsFrozenHoldsUpNoStop(t *testing.T) {
	t.Parallel()
	in, wait := stalled(t)
	s := in.serve("--roles", "sender")
	wait()
	frozen := append(children(in.postgres()), in.postgres())
	signal := func(with syscall.Signal) {
		for _, pid := range frozen {
			_ = syscall.Kill(pid, with)
		}
	}
	signal(syscall.SIGSTOP)
	defer signal(syscall.SIGCONT)
	began := time.Now()
	if status := s.end(t, syscall.SIGTERM); status != 0 || time.Since(began) > 10*time.Second {
		t.Errorf("it took %v and exited with %d", time.Since(began), status)
	}
}

// children returns the processes that pid has started.
func children(pid int) (list []int) {
	text, _ := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "task", strconv.Itoa(pid), "children"))
	for _, word := range strings.Fields(string(text)) {
		if child, err := strconv.Atoi(word); err == nil {
			list = append(list, child)
		}
	}
	return list
}

// After a kill the uncertain deliveries are listed at once, before another sender runs.
func TestWhatAKilledSenderHadIsUncertainAtOnce(t *testing.T) {
	t.Parallel()
	in, wait := stalled(t)
	s := in.serve("--roles", "sender")
	wait()
	if err := s.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	<-s.done
	eventually(t, "both listed as uncertain", func() bool {
		out, complaints, status := in.run("editions", "uncertain", "1", "--json")
		if status != 0 {
			t.Fatal(complaints)
		}
		var listed []map[string]string
		if err := json.Unmarshal([]byte(out), &listed); err != nil {
			t.Fatal(err)
		}
		return len(listed) == 2
	})
}

func TestAWrongKeyIsOneLine(t *testing.T) {
	t.Parallel()
	in := install(t, strings.ReplaceAll(killConfig, "SINK", "127.0.0.1:1")+"\n[dkim]\nrsa_key_file = \"/nowhere/key.pem\"\n")
	_, complaints, status := in.run("serve", "--roles", "sender")
	if status != 1 || strings.Count(complaints, "\n") != 1 || !strings.Contains(complaints, "/nowhere/key.pem") {
		t.Errorf("status %d: %s", status, complaints)
	}
}
