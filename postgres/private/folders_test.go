package private

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// cluster returns a place with an empty cluster and a socket's folder.
func cluster(t *testing.T) place {
	t.Helper()
	dir := t.TempDir()
	p := place{dir: filepath.Join(dir, "postgres"), socket: filepath.Join(dir, "socket")}
	if err := os.MkdirAll(p.cluster(), 0o755); err != nil {
		t.Fatal(err)
	}
	return p
}

// open returns a folder that every user may enter. Otherwise root's server lives elsewhere.
func open(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "corridor-private-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

// The remains of a cluster that was cut off are removed, and a new cluster takes their place.
func TestRemainsOfAClusterAreRemoved(t *testing.T) {
	p := cluster(t)
	remains := filepath.Join(p.cluster(), "base", "1")
	if err := os.MkdirAll(remains, 0o755); err != nil {
		t.Fatal(err)
	}
	bin := t.TempDir()
	script := "#!/bin/sh\nmkdir \"$2\" && echo 17 >\"$2/PG_VERSION\" && mkdir \"$2/global\"\n"
	if err := os.WriteFile(filepath.Join(bin, "initdb"), []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := p.initdb(bin, nil); err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(filepath.Join(p.cluster(), "PG_VERSION")); err != nil || string(text) != "17\n" {
		t.Errorf("the new cluster's version is %q, %v", text, err)
	}
	for name, want := range map[string]bool{"base": false, "fresh": false, "global": true} {
		if _, err := os.Stat(filepath.Join(p.cluster(), name)); (err == nil) != want {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A program that is not there, or a folder that is a file, is an error of each step.
func TestFoldersThatCannotBeUsed(t *testing.T) {
	whole := cluster(t)
	file := filepath.Join(open(t), "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	below := place{dir: file, socket: filepath.Join(file, "socket")}
	badSocket := place{dir: whole.dir, socket: file}
	steps := map[string]error{
		"prepare below a file":       below.prepare(nil),
		"prepare a file":             badSocket.prepare(nil),
		"initdb below a file":        below.initdb("/nowhere", nil),
		"adopt nothing":              whole.adoptFresh(filepath.Join(whole.cluster(), "fresh")),
		"no initdb":                  whole.initdb("/nowhere", nil),
		"make below a file":          below.make(),
		"Keep below a file":          Keep(t.Context(), file),
		"a log in a missing place":   func() error { _, err := below.start("/nowhere", nil); return err }(),
		"no postgres":                func() error { _, err := whole.start("/nowhere", nil); return err }(),
		"a lock below a file":        func() error { _, err := isFree(below.keeperLock()); return err }(),
		"a lock below a file, alone": func() error { _, err := lockAlone(below.keeperLock()); return err }(),
	}
	for name, err := range steps {
		if err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if err := steps["no postgres"]; !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), "cannot start the server") {
		t.Errorf("no postgres: %v", err)
	}
	fresh := filepath.Join(whole.cluster(), "fresh")
	if err := os.MkdirAll(filepath.Join(fresh, "base"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := whole.adoptFresh(fresh); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a cluster without PG_VERSION is adopted: %v", err)
	}
}

// A keeper that cannot be started is an error at once. A stop of the program while another
// one stops the server is that stop.
func TestStartGivesUp(t *testing.T) {
	data := open(t)
	log := slog.New(slog.DiscardHandler)
	if s, err := Start(t.Context(), data, []string{"/nowhere/corridor"}, log); err == nil || !strings.Contains(err.Error(), "cannot start its keeper") {
		t.Errorf("without a keeper: %v, %v", s, err)
	}
	p, err := findPlace(data)
	if err != nil {
		t.Fatal(err)
	}
	held, err := lockAlone(p.usersLock())
	if err != nil || held == nil {
		t.Fatal(held, err)
	}
	defer held.Close()
	stopped, stop := context.WithCancel(t.Context())
	stop()
	if _, err := Start(stopped, data, []string{"/nowhere/corridor"}, log); !errors.Is(err, context.Canceled) {
		t.Errorf("a stopped program: %v", err)
	}
	late, cancel := context.WithDeadline(t.Context(), time.Now())
	defer cancel()
	if _, err := Start(late, data, []string{"/nowhere/corridor"}, log); !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "another program is stopping the server") {
		t.Errorf("a server that does not stop: %v", err)
	}
}

// A program waits for the end of a server that an earlier keeper left behind, and asks it
// to end.
func TestAStrayServerIsAskedToEnd(t *testing.T) {
	p := cluster(t)
	name := filepath.Join(t.TempDir(), "postgres") // a process has the name of its link
	if err := os.Symlink("/bin/sh", name); err != nil {
		t.Fatal(err)
	}
	stray := exec.Command(name)
	in, err := stray.StdinPipe() // the shell waits for a command
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	stray.Dir = p.cluster()
	if err := stray.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- stray.Wait() }()
	defer func() { _ = stray.Process.Kill() }()
	stopped, stop := context.WithCancel(t.Context())
	stop()
	if err := p.waitForStray(stopped); !errors.Is(err, context.Canceled) {
		t.Errorf("a stopped keeper waits: %v", err)
	}
	if err := p.waitForStray(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err == nil || err.Error() != "signal: interrupt" {
		t.Errorf("the stray ended with %v", err)
	}
}
