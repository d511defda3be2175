package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"corridor/mailer/sink"
)

const killConfig = `
[publication]
title   = "Test Review"
from    = "Test Review <news@example.org>"
address = "1 Example Street"

[server]
listen = "127.0.0.1:0"
data   = "DATA"

[smtp]
url = "smtp+insecure://SINK"

[sending]
retry_min = "1s"
retry_max = "2s"

[schedule]
daily = "0 0 * * *"
`

// killReaders is the number of readers of an interrupted edition.
const killReaders = 4000

// interrupted is a planned digest and a mail server that takes some milliseconds for each
// email.
type interrupted struct {
	*installation
	sink    *sink.Server
	edition string
}

func interrupt(t *testing.T) *interrupted {
	t.Helper()
	return interruptWith(t, killConfig)
}

func interruptWith(t *testing.T, config string) *interrupted {
	t.Helper()
	server, err := sink.Listen(sink.Options{Delay: 5 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	in := &interrupted{installation: install(t, strings.ReplaceAll(config, "SINK", server.Addr())), sink: server}
	var rows strings.Builder
	rows.WriteString("email,frequency,time_zone,status\n")
	for i := range killReaders {
		fmt.Fprintf(&rows, "reader%d@d%d.example.org,daily,UTC,active\n", i, i%7)
	}
	in.write("readers.csv", rows.String())
	in.write("article.md", "---\ntitle: The news\n---\n\n"+strings.Repeat("There is news of the sea and of what is on it. ", 30)+"\n")
	in.must(nil, "subscribers", "import", filepath.Join(in.dir, "readers.csv"))
	in.must(nil, "articles", "import", filepath.Join(in.dir, "article.md"), "--news")
	var plan struct{ Edition int64 }
	in.must(&plan, "digest", "send", "--frequency", "daily", "--json")
	in.edition = strconv.FormatInt(plan.Edition, 10)
	return in
}

// passed waits until the sink has received n emails.
func (in *interrupted) passed(n int64) {
	in.t.Helper()
	for deadline := time.Now().Add(90 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		if got, _ := in.sink.Count(); got >= n {
			return
		}
		if time.Now().After(deadline) {
			got, _ := in.sink.Count()
			in.t.Fatalf("the sink has %d mails and gets no more, want %d", got, n)
		}
	}
}

// settled finishes the edition and compares its counts with the sink: no reader got two
// emails, and every reader without one is listed as uncertain. It returns the number of
// uncertain deliveries.
func (in *interrupted) settled(lost map[string]int) int {
	in.t.Helper()
	_, complaints, status := in.run("digest", "send", "--frequency", "daily", "--wait")
	if status != 0 && !strings.Contains(complaints, " uncertain; see ") { // status 1 with uncertain deliveries
		in.t.Fatal(complaints)
	}
	out, complaints, status := in.run("editions", "uncertain", in.edition, "--json")
	if status != 0 {
		in.t.Fatal(complaints)
	}
	var listed []struct {
		Email     string `json:"email"`
		MessageID string `json:"message_id"`
	}
	if err := json.Unmarshal([]byte(out), &listed); err != nil {
		in.t.Fatal(err)
	}
	uncertain := map[string]bool{}
	for _, u := range listed {
		uncertain[u.Email] = strings.HasSuffix(u.MessageID, "@example.org>")
	}
	accepted := in.sink.Accepted()
	for to, n := range lost {
		accepted[to] += n
	}
	for i := range killReaders {
		to := fmt.Sprintf("reader%d@d%d.example.org", i, i%7)
		switch n := accepted[to]; {
		case n > 1:
			in.t.Errorf("%s got %d mails", to, n)
		case n == 0 && !uncertain[to]:
			in.t.Errorf("%s got none, and is not listed as uncertain", to)
		}
	}
	return len(listed)
}

func TestSendersThatAreKilledLoseNobody(t *testing.T) {
	t.Parallel()
	in := interrupt(t)
	for _, share := range []int64{4, 2} { // after a quarter, and after half
		s := in.serve("--roles", "sender")
		in.passed(killReaders / share)
		if err := s.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		<-s.done
	}
	if n := in.settled(nil); n > 2*10*10 {
		t.Errorf("%d are uncertain after two kills, want 10 per connection at most", n)
	}
}

func TestSendersThatAreToldToStopLeaveNothingUncertain(t *testing.T) {
	t.Parallel()
	in := interrupt(t)
	for _, share := range []int64{4, 2} {
		s := in.serve("--roles", "sender")
		in.passed(killReaders / share)
		began := time.Now()
		if err := s.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		<-s.done
		if took := time.Since(began); took > 10*time.Second || s.ProcessState.ExitCode() != 0 {
			t.Errorf("it took %v and exited with %d", took, s.ProcessState.ExitCode())
		}
	}
	if n := in.settled(nil); n != 0 {
		t.Errorf("%d are uncertain", n)
	}
}

func TestAStoppedSenderBlocksNobody(t *testing.T) {
	t.Parallel()
	in := interrupt(t)
	stopped, other := in.serve("--roles", "sender"), in.serve("--roles", "sender")
	in.passed(killReaders / 4)
	if err := stopped.Process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	in.passed(killReaders - 250*10 - 100) // all but those of the stopped sender
	time.Sleep(leasesEnd)
	in.passed(killReaders - 10*10 - 10) // its leases have expired
	if err := stopped.Process.Signal(syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	in.settled(nil)
	for _, s := range []*served{stopped, other} {
		_ = s.Process.Signal(syscall.SIGTERM)
		<-s.done
	}
}

// leasesEnd is longer than a lease lasts.
const leasesEnd = 33 * time.Second

// All senders lose their sessions at the same moment, and take each other for dead.
func TestSendersOutliveTheirDatabase(t *testing.T) {
	t.Parallel()
	in := interrupt(t)
	for range 4 {
		in.serve("--roles", "sender")
	}
	for _, share := range []int64{4, 2} {
		in.passed(killReaders / share)
		if err := syscall.Kill(in.postgres(), syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		// A command starts the server again.
		in.must(nil, "editions", "list", "--json")
	}
	in.settled(nil)
}

// In-flight marks survive a server that is configured to lose its last commits in a power
// cut.
func TestSendersOutliveADatabaseWithAsynchronousCommits(t *testing.T) {
	t.Parallel()
	in := interrupt(t)
	in.waitForServer()
	conf, err := os.OpenFile(filepath.Join(in.dir, "data", "postgres", "cluster", "postgresql.auto.conf"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conf.WriteString("synchronous_commit = off\nwal_writer_delay = 10s\nwal_writer_flush_after = 100MB\n"); err != nil {
		t.Fatal(err)
	}
	if err := conf.Close(); err != nil {
		t.Fatal(err)
	}
	in.serve("--roles", "sender")
	for _, share := range []int64{4, 2} {
		in.passed(killReaders / share)
		if err := syscall.Kill(in.postgres(), syscall.SIGKILL); err != nil { // the contents of its memory are lost
			t.Fatal(err)
		}
		in.must(nil, "editions", "list", "--json")
	}
	in.settled(nil)
}

// postgres is the process id of the private PostgreSQL.
func (in *installation) postgres() int {
	in.t.Helper()
	text, err := os.ReadFile(filepath.Join(in.dir, "data", "postgres", "cluster", "postmaster.pid"))
	if err != nil {
		in.t.Fatal(err)
	}
	first, _, _ := strings.Cut(string(text), "\n")
	pid, err := strconv.Atoi(first)
	if err != nil {
		in.t.Fatal(err)
	}
	return pid
}

// A command that waits for its edition waits for the database too, and reports it once.
func TestAWaitingCommandOutlivesItsDatabase(t *testing.T) {
	t.Parallel()
	in := interrupt(t)
	cmd := in.command(t.Context(), "digest", "send", "--frequency", "daily", "--wait")
	var complaints bytes.Buffer
	cmd.Stderr = &complaints
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	in.passed(killReaders / 4)
	if err := syscall.Kill(in.postgres(), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("the command ended with %v:\n%s", err, complaints.String())
	}
	if lines := strings.Count(complaints.String(), "\n"); lines > 10 {
		t.Errorf("it said %d lines:\n%s", lines, complaints.String())
	}
	in.settled(nil)
}

// A mail server that goes away during an edition and comes back loses no email either.
func TestSendersOutliveTheMailServer(t *testing.T) {
	t.Parallel()
	in := interrupt(t)
	s := in.serve("--roles", "sender")
	in.passed(killReaders / 4)
	first := in.sink
	first.Close()
	time.Sleep(2 * time.Second) // deliveries are deferred meanwhile
	var err error
	if in.sink, err = sink.Listen(sink.Options{Address: first.Addr(), Delay: 5 * time.Millisecond}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(in.sink.Close)
	if n := in.settled(first.Accepted()); n > 10*10 {
		t.Errorf("%d are uncertain, want 10 per connection at most", n)
	}
	_ = s.Process.Signal(syscall.SIGTERM)
	<-s.done
}
