package private_test

import (
	"bufio"
	"context"
	"database/sql"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	osuser "os/user"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"corridor/postgres"
	"corridor/postgres/private"
	"corridor/testkit"
)

// The test binary plays the programs: as a keeper, and as a program that holds the
// server until its standard input ends.
func TestMain(m *testing.M) {
	if len(os.Args) == 3 && os.Args[1] == "keep-postgres" {
		if err := private.Keep(context.Background(), os.Args[2]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	if len(os.Args) == 3 && os.Args[1] == "use-postgres" {
		private, err := start(os.Args[2])
		if err != nil {
			fmt.Println("failed:", err)
			os.Exit(1)
		}
		fmt.Println(private.URL())
		_, _ = io.Copy(io.Discard, os.Stdin)
		private.Close()
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func start(data string) (*private.Server, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	return private.Start(context.Background(), data, []string{self, "keep-postgres"}, slog.New(slog.DiscardHandler))
}

// user is a program that uses the server.
type user struct {
	cmd  *exec.Cmd
	url  string
	stop func()
}

func use(t *testing.T, data string) *user {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, "use-postgres", data)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	url, err := bufio.NewReader(out).ReadString('\n')
	if err != nil || strings.HasPrefix(url, "failed") {
		t.Fatalf("program says %q, %v", url, err)
	}
	stop := sync.OnceFunc(func() { in.Close(); _ = cmd.Wait() })
	t.Cleanup(stop)
	return &user{cmd, strings.TrimSpace(url), stop}
}

func (u *user) kill() { _ = u.cmd.Process.Kill(); u.stop() }

// query returns one number, for as long as the server may be on its way back.
func query(t *testing.T, url, sql string) int {
	t.Helper()
	var n int
	eventually(t, 20*time.Second, sql, func() bool {
		db, err := postgres.Open(context.Background(), url, 1)
		if err != nil {
			return false
		}
		defer db.Close()
		return db.Get(&n, sql) == nil
	})
	return n
}

func exec1(t *testing.T, url, sql string) {
	t.Helper()
	db, err := postgres.Open(context.Background(), url, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(sql); err != nil {
		t.Fatal(err)
	}
}

func eventually(t *testing.T, within time.Duration, what string, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(within); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if done() {
			return
		}
	}
	t.Fatalf("not within %v: %s", within, what)
}

// serverPID is the running server's process, 0 when no server runs.
func serverPID(data string) int {
	text, err := os.ReadFile(filepath.Join(data, "postgres", "cluster", "postmaster.pid"))
	if err != nil {
		return 0
	}
	first, _, _ := strings.Cut(string(text), "\n")
	pid, _ := strconv.Atoi(first)
	if syscall.Kill(pid, 0) != nil {
		return 0
	}
	return pid
}

// keeperPID is the server's parent.
func keeperPID(t *testing.T, data string) int {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", serverPID(data)))
	if err != nil {
		t.Fatal(err)
	}
	fields := strings.Fields(string(status)[strings.LastIndex(string(status), ")")+1:])
	pid, _ := strconv.Atoi(fields[1])
	return pid
}

// dataFolder can be entered by the server's user, unlike t.TempDir's parent as root.
func dataFolder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "corridor-private-")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		eventually(t, 30*time.Second, "no stray server", func() bool { return serverPID(dir) == 0 })
		os.RemoveAll(dir)
	})
	return dir
}

func TestProgramsShareOneServerInAnyOrder(t *testing.T) {
	testkit.Heavy(t)
	t.Parallel()
	data := dataFolder(t)
	first := use(t, data)
	second := use(t, data)
	pid := serverPID(data)
	exec1(t, first.url, `CREATE TABLE kept AS SELECT 42 AS n`)
	first.stop() // it started the server, and leaves first
	if n := query(t, second.url, `SELECT n FROM kept`); n != 42 || serverPID(data) != pid {
		t.Fatalf("read %d from server %d, want 42 from %d", n, serverPID(data), pid)
	}
	second.kill()
	eventually(t, 30*time.Second, "the server stops when nobody uses it", func() bool { return serverPID(data) == 0 })
	if n := query(t, use(t, data).url, `SELECT n FROM kept`); n != 42 {
		t.Fatalf("read %d after a stop, want 42", n)
	}
}

func TestKillingTheKeeperLosesNothing(t *testing.T) {
	testkit.Heavy(t)
	t.Parallel()
	data := dataFolder(t)
	program := use(t, data)
	exec1(t, program.url, `CREATE TABLE kept AS SELECT 42 AS n`)
	if err := syscall.Kill(keeperPID(t, data), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	if n := query(t, program.url, `SELECT n FROM kept`); n != 42 {
		t.Fatalf("read %d, want 42", n)
	}
}

// Also while one of its processes is too busy to notice: beside that no server starts.
func TestKillingTheServerLosesNothing(t *testing.T) {
	testkit.Heavy(t)
	t.Parallel()
	data := dataFolder(t)
	program := use(t, data)
	exec1(t, program.url, `CREATE TABLE kept AS SELECT 42 AS n`)
	busy, err := sql.Open("postgres", program.url)
	if err != nil {
		t.Fatal(err)
	}
	defer busy.Close()
	go func() {
		_, _ = busy.Exec(`SELECT count(*) FROM generate_series(1, 100000) a, generate_series(1, 1000000) b`)
	}()
	eventually(t, 10*time.Second, "a busy process", func() bool {
		return query(t, program.url, `SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT count%series%' AND state = 'active' AND pid <> pg_backend_pid()`) == 1
	})
	if err := syscall.Kill(serverPID(data), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	if n := query(t, program.url, `SELECT n FROM kept`); n != 42 {
		t.Fatalf("read %d, want 42", n)
	}
}

func TestKillingAllLeavesNoStrayServer(t *testing.T) {
	testkit.Heavy(t)
	t.Parallel()
	data := dataFolder(t)
	program := use(t, data)
	exec1(t, program.url, `CREATE TABLE kept AS SELECT 42 AS n`)
	keeper := keeperPID(t, data)
	program.kill()
	_ = syscall.Kill(keeper, syscall.SIGKILL)
	eventually(t, 30*time.Second, "the server goes with its keeper", func() bool { return serverPID(data) == 0 })
	if n := query(t, use(t, data).url, `SELECT n FROM kept`); n != 42 {
		t.Fatalf("read %d, want 42", n)
	}
}

// An operator ends the program, removes its folder to begin anew, and starts it again.
func TestARemovedFolderTakesItsServerAlong(t *testing.T) {
	testkit.Heavy(t)
	t.Parallel()
	data := dataFolder(t)
	program := use(t, data)
	exec1(t, program.url, `CREATE TABLE gone AS SELECT 42 AS n`)
	server := serverPID(data)
	program.stop()
	eventually(t, time.Second, "the folder can be removed and stays away", func() bool { return os.RemoveAll(data) == nil })
	eventually(t, 2*time.Second, "the server ends", func() bool { return syscall.Kill(server, 0) != nil })
	if _, err := os.Stat(data); err == nil {
		t.Error("the folder is there again")
	}
	if n := query(t, use(t, data).url, `SELECT count(*) FROM pg_tables WHERE tablename = 'gone'`); n != 0 {
		t.Error("the new server has what was removed")
	}
}

func TestManyProgramsStartAtOnce(t *testing.T) {
	testkit.Heavy(t)
	t.Parallel()
	data := dataFolder(t)
	var together sync.WaitGroup
	urls := make([]string, 6)
	for i := range urls {
		together.Go(func() {
			private, err := start(data)
			if err != nil {
				t.Error(err)
				return
			}
			defer private.Close()
			urls[i] = private.URL()
			db, err := postgres.Open(context.Background(), urls[i], 1)
			if err != nil {
				t.Error(err)
				return
			}
			db.Close()
		})
	}
	together.Wait()
}

func TestClusterOfAnotherVersionIsRefusedInOneLine(t *testing.T) {
	t.Parallel()
	data := dataFolder(t)
	cluster := filepath.Join(data, "postgres", "cluster")
	if err := os.MkdirAll(cluster, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(cluster, "PG_VERSION"), []byte("9\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	_, err := start(data)
	if err == nil || !strings.Contains(err.Error(), "PostgreSQL 9") || strings.Contains(err.Error(), "\n") {
		t.Fatalf("error %v, want one line that names the version", err)
	}
}

func TestLongPathsGetAShortSocket(t *testing.T) {
	testkit.Heavy(t)
	t.Parallel()
	data := filepath.Join(dataFolder(t), strings.Repeat("long", 30))
	program := use(t, data)
	if n := query(t, program.url, `SELECT 42`); n != 42 {
		t.Fatalf("read %d, want 42", n)
	}
	program.stop()
	eventually(t, 30*time.Second, "no stray server", func() bool { return serverPID(data) == 0 })
}

// TestRootLeavesTheServerToItsUser holds root's commands to the user of a service: the
// server that they start in that user's folder, and all its files, are that user's.
func TestRootLeavesTheServerToItsUser(t *testing.T) {
	testkit.Heavy(t)
	if os.Geteuid() != 0 {
		return // others can start servers of their own alone
	}
	t.Parallel()
	data := dataFolder(t)
	nobody, err := osuser.Lookup("nobody")
	if err != nil {
		t.Fatal(err)
	}
	uid, _ := strconv.Atoi(nobody.Uid)
	gid, _ := strconv.Atoi(nobody.Gid)
	if err := os.Chown(data, uid, gid); err != nil {
		t.Fatal(err)
	}
	program := use(t, data)
	if n := query(t, program.url, `SELECT 42`); n != 42 {
		t.Fatalf("read %d, want 42", n)
	}
	for _, name := range []string{"", "cluster", "cluster/PG_VERSION", "socket", "users.lock", "keeper.lock", "server.log"} {
		info, err := os.Stat(filepath.Join(data, "postgres", name))
		if err != nil {
			t.Fatal(err)
		}
		if owned := info.Sys().(*syscall.Stat_t); int(owned.Uid) != uid {
			t.Errorf("postgres/%s belongs to %d, want %d", name, owned.Uid, uid)
		}
	}
	program.stop()
}
