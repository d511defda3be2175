package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// demoTime is the time limit for the demo to be ready, also on a busy machine.
const demoTime = time.Minute

var demoOpen = regexp.MustCompile(`Open (http://\S+)/demo`)

// startDemo starts the demo and waits until it prints its address.
func (in *installation) startDemo() (base, said string, end func() int) {
	in.t.Helper()
	cmd := exec.CommandContext(context.WithoutCancel(in.t.Context()), in.binary, "demo", "--listen", "127.0.0.1:0", "--data", filepath.Join(in.dir, "data"))
	cmd.Dir, cmd.Env = in.dir, append(cmd.Environ(), "CORRIDOR_SMTP_URL=smtp+insecure://127.0.0.1:1") // must not matter
	out, err := cmd.StdoutPipe()
	if err != nil {
		in.t.Fatal(err)
	}
	var complaints bytes.Buffer
	cmd.Stderr = &complaints
	if err := cmd.Start(); err != nil {
		in.t.Fatal(err)
	}
	opened, done := make(chan [2]string, 1), make(chan struct{}) // address, and the output so far
	var lines strings.Builder
	go func() {
		defer close(done)
		for scanner := bufio.NewScanner(out); scanner.Scan(); {
			fmt.Fprintln(&lines, scanner.Text())
			if m := demoOpen.FindStringSubmatch(scanner.Text()); m != nil {
				opened <- [2]string{m[1], lines.String()}
			}
		}
		_ = cmd.Wait()
	}()
	in.t.Cleanup(func() { _ = cmd.Process.Kill(); <-done })
	end = func() int {
		_ = cmd.Process.Signal(syscall.SIGINT)
		<-done
		return cmd.ProcessState.ExitCode()
	}
	select {
	case o := <-opened:
		return o[0], o[1], end
	case <-done:
		in.t.Fatalf("the demo ended by itself:\n%s%s", lines.String(), complaints.String())
	case <-time.After(demoTime):
		in.t.Fatalf("the demo was not ready in %s", demoTime)
	}
	return "", "", nil
}

func TestDemoShowsEverythingAndTakesUpAgain(t *testing.T) {
	t.Parallel()
	in := install(t, minimal)
	base, said, end := in.startDemo()
	for _, want := range []string{"24 new", "300 sample readers", "3 editions", "emails went through a mail server"} {
		if !strings.Contains(said, want) {
			t.Errorf("the demo does not say %q:\n%s", want, said)
		}
	}
	page, status := get(t, base+"/demo")
	if status != 200 {
		t.Fatalf("/demo answers %d: %s", status, page)
	}
	frames := regexp.MustCompile(`<iframe src="([^"]+)"`).FindAllStringSubmatch(page, -1)
	if len(frames) != 4 {
		t.Errorf("the page shows %d mails, want 4", len(frames))
	}
	links := regexp.MustCompile(`(?:href|src)="(/[^"]*)"`).FindAllStringSubmatch(page, -1)
	if len(links) < 25 {
		t.Errorf("the page has only %d links", len(links))
	}
	for _, link := range links {
		if _, status := get(t, base+link[1]); status != 200 {
			t.Errorf("%s, to which the page leads, answers %d", link[1], status)
		}
	}
	in.config = filepath.Join(in.dir, "data", "corridor.toml")
	var list []struct{ Planned, Sent int }
	in.must(&list, "editions", "list", "--json") // beside the demo, with its configuration file
	for _, e := range list {
		if e.Planned == 0 || e.Sent != e.Planned {
			t.Errorf("an edition has not arrived: %+v", e)
		}
	}
	before := len(in.mails())
	if status := end(); status != 0 {
		t.Errorf("the demo ended with status %d after Ctrl-C", status)
	}

	_, said, end = in.startDemo()
	if !strings.Contains(said, "24 unchanged") || len(in.mails()) != before {
		t.Errorf("the second start did not take up where the first ended: %d mails, then %d:\n%s", before, len(in.mails()), said)
	}
	end()
}
