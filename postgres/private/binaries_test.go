package private

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// fakeServer writes programs that only tell a version, and returns their folder.
func fakeServer(t *testing.T, version string) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"postgres", "initdb"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\necho 'postgres (PostgreSQL) "+version+"'\n"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestProgramsOfTheServerAreFound(t *testing.T) {
	first, second := fakeServer(t, "16.4"), fakeServer(t, "15.2")
	t.Setenv("PGBIN", first)
	t.Setenv("PATH", second+":"+os.Getenv("PATH"))
	if dir, err := Binaries(); err != nil || dir != first {
		t.Errorf("with PGBIN: %s, %v", dir, err)
	}
	t.Setenv("PGBIN", t.TempDir())
	if dir, err := Binaries(); err == nil || !strings.Contains(err.Error(), "which has no postgres and initdb") {
		t.Errorf("with a PGBIN without programs: %s, %v", dir, err)
	}

	t.Setenv("PGBIN", "")
	if dir, err := Binaries(); err != nil || dir != second {
		t.Errorf("in PATH: %s, %v", dir, err)
	}
	links := t.TempDir() // initdb stands beside the program, not beside a link to it
	if err := os.Symlink(filepath.Join(first, "postgres"), filepath.Join(links, "postgres")); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", links+":"+os.Getenv("PATH"))
	if dir, err := Binaries(); err != nil || dir != first {
		t.Errorf("by a link in PATH: %s, %v", dir, err)
	}
	if err := os.Chmod(filepath.Join(second, "initdb"), 0o644); err != nil || hasServer(second) {
		t.Errorf("an initdb that cannot be run counts as a server; %v", err)
	}
}

func TestTheNewestServerIsPreferred(t *testing.T) {
	if older, newer := pathMajor("/usr/lib/postgresql/9/bin/postgres"), pathMajor("/usr/lib/postgresql/17/bin/postgres"); older != 9 || newer != 17 {
		t.Errorf("major versions %d and %d", older, newer)
	}
}

// A cluster is opened by the programs of its own major version.
func TestProgramsFitTheCluster(t *testing.T) {
	t.Setenv("PGBIN", fakeServer(t, "16.4 (Debian 16.4-1)"))
	p := place{dir: t.TempDir()}
	if bin, err := p.binaries(); err != nil || bin != os.Getenv("PGBIN") {
		t.Errorf("a new cluster: %s, %v", bin, err)
	}
	if err := os.MkdirAll(p.cluster(), 0o755); err != nil {
		t.Fatal(err)
	}
	version := filepath.Join(p.cluster(), "PG_VERSION")
	for text, want := range map[string]string{"16\n": "", "14\n": "was made by PostgreSQL 14 and only 16 is installed"} {
		if err := os.WriteFile(version, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := p.binaries()
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("a cluster of version %q: %v, want %q", text, err, want)
		}
	}
	if err := os.Remove(version); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(version, 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := p.binaries(); err == nil || !strings.Contains(err.Error(), "reading the cluster's version") {
		t.Errorf("a version that cannot be read: %v", err)
	}
	if err := os.Remove(filepath.Join(os.Getenv("PGBIN"), "postgres")); err != nil {
		t.Fatal(err)
	}
	if _, err := major(os.Getenv("PGBIN")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the version of no program: %v", err)
	}
}

func TestFaultsOfToolsAreOneLine(t *testing.T) {
	failed := errors.New("exit status 1")
	for output, want := range map[string]string{
		"The files belonging to this system...\ninitdb: error: directory \"/x\" exists but is not empty\nhint: remove it\n": `initdb: error: directory "/x" exists but is not empty`,
		"pg: could not create lock file\n": "pg: could not create lock file",
		"nothing known\n":                  "exit status 1",
	} {
		if got := firstComplaint(output, failed); got != want {
			t.Errorf("%q: %q, want %q", output, got, want)
		}
	}
	log := filepath.Join(t.TempDir(), "log")
	if got := lastLine(log); !strings.Contains(got, "no such file") {
		t.Errorf("without a log: %q", got)
	}
	if err := os.WriteFile(log, []byte("LOG: starting\nFATAL: no space left on device\n\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := lastLine(log); got != "FATAL: no space left on device" {
		t.Errorf("the last line is %q", got)
	}
}

func TestLocksOfTheFolder(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	held, err := lockAlone(path)
	if err != nil || held == nil {
		t.Fatal(held, err)
	}
	if second, err := lockAlone(path); err != nil || second != nil {
		t.Errorf("a lock was given twice: %v, %v", second, err)
	}
	got := make(chan error, 1)
	go func() {
		shared, err := lockShared(t.Context(), path)
		if err == nil {
			defer shared.Close()
		}
		got <- err
	}()
	held.Close()
	if err := <-got; err != nil {
		t.Errorf("a shared lock after the exclusive one: %v", err)
	}
	if _, err := lockShared(t.Context(), filepath.Join(path, "x")); err == nil {
		t.Error("a lock below a file")
	}
}
