// Package postgrestest gives each test a migrated database of its own on one
// private server for the whole test binary. Making one takes some 40 ms: it is
// copied from a template. fsync is off: the data is worth nothing.
package postgrestest

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"corridor/postgres"
)

var (
	start   sync.Once
	baseURL string
	failure error
	number  atomic.Int64
)

// New returns a fresh, migrated database that goes when the test ends.
func New(t testing.TB) *postgres.DB {
	t.Helper()
	start.Do(func() { baseURL, failure = startServer() })
	if failure != nil {
		t.Fatalf("postgrestest: %v", failure)
	}
	ctx := context.Background()
	name := fmt.Sprintf("test_%d", number.Add(1))
	admin, err := postgres.Open(ctx, baseURL+" dbname=postgres", 2)
	if err != nil {
		t.Fatal(err)
	}
	defer admin.Close()
	if _, err := admin.Exec(`CREATE DATABASE ` + name + ` TEMPLATE corridor_template STRATEGY file_copy`); err != nil {
		t.Fatal(err)
	}
	db, err := postgres.Open(ctx, baseURL+" dbname="+name, 20)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		db.Close()
		drop(name)
	})
	return db
}

// drop removes a test's database, with whatever connections were left in it.
func drop(name string) {
	admin, err := postgres.Open(context.Background(), baseURL+" dbname=postgres", 1)
	if err != nil {
		return // the server is ending with the test binary
	}
	defer admin.Close()
	_, _ = admin.Exec(`DROP DATABASE ` + name + ` WITH (FORCE)`)
}

// startServer makes a cluster under a temporary folder and starts it as a child that
// the kernel stops when this process ends, however it does. The folders of test
// binaries that have ended are removed on the way.
func startServer() (string, error) {
	bin, err := postgres.Binaries()
	if err != nil {
		return "", fmt.Errorf("%w; make test installs it", err)
	}
	sweep()
	dir, err := os.MkdirTemp("", fmt.Sprintf("%s%d-", prefix, os.Getpid()))
	if err != nil {
		return "", err
	}
	attr := &syscall.SysProcAttr{Pdeathsig: syscall.SIGQUIT}
	if os.Geteuid() == 0 {
		if attr.Credential, err = postgres.UnprivilegedUser(); err != nil {
			return "", err
		}
		if err := os.Chown(dir, int(attr.Credential.Uid), int(attr.Credential.Gid)); err != nil {
			return "", err
		}
	}
	data := filepath.Join(dir, "data")
	initdb := exec.Command(filepath.Join(bin, "initdb"), "-D", data, "-U", "corridor", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
	initdb.Dir, initdb.SysProcAttr = dir, attr
	if out, err := initdb.CombinedOutput(); err != nil {
		return "", fmt.Errorf("initdb: %w: %s", err, out)
	}
	server := exec.Command(filepath.Join(bin, "postgres"), "-D", data, "-k", dir, "-c", "listen_addresses=", "-c", "fsync=off",
		"-c", "full_page_writes=off", "-c", "synchronous_commit=off", "-c", "max_connections=200", "-c", "jit=off", "-c", "autovacuum=off")
	server.Dir, server.SysProcAttr = dir, attr
	started := make(chan error)
	go func() {
		// The parent death signal is bound to the thread that forked: keep it.
		runtime.LockOSThread()
		started <- server.Start()
		_ = server.Wait()
	}()
	if err := <-started; err != nil {
		return "", err
	}
	url := "host=" + dir + " user=corridor sslmode=disable"
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	if err := createTemplate(ctx, url); err != nil {
		return "", err
	}
	db, err := postgres.Open(ctx, url+" dbname=corridor_template", 2)
	if err != nil {
		return "", err
	}
	defer db.Close()
	return url, db.MigrateUp(ctx)
}

// createTemplate makes the database that tests copy, as soon as the server answers.
func createTemplate(ctx context.Context, url string) error {
	for {
		db, err := postgres.Open(ctx, url+" dbname=postgres", 1)
		if err == nil {
			defer db.Close()
			_, err = db.ExecContext(ctx, `CREATE DATABASE corridor_template`)
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("the server does not answer: %w", err)
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// prefix begins the names of our folders; the process id follows.
const prefix = "corridor-test-"

// sweep removes the folders of processes that have ended: nothing runs in a process
// that is killed, and go test gives a binary no last word.
func sweep() {
	found, _ := filepath.Glob(filepath.Join(os.TempDir(), prefix+"*"))
	for _, dir := range found {
		pid, _, _ := strings.Cut(strings.TrimPrefix(filepath.Base(dir), prefix), "-")
		n, err := strconv.Atoi(pid)
		if err != nil || syscall.Kill(n, 0) == nil {
			continue
		}
		if _, err := os.Stat(filepath.Join(dir, "data", "postmaster.pid")); err == nil && stillRuns(filepath.Join(dir, "data")) {
			continue
		}
		_ = os.RemoveAll(dir)
	}
}

// stillRuns tells whether the server of a cluster is on its way out still.
func stillRuns(data string) bool {
	text, err := os.ReadFile(filepath.Join(data, "postmaster.pid"))
	if err != nil {
		return false
	}
	first, _, _ := strings.Cut(string(text), "\n")
	pid, err := strconv.Atoi(first)
	return err == nil && syscall.Kill(pid, 0) == nil
}
