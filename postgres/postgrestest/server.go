package postgrestest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"corridor/postgres"
	"corridor/postgres/private"
)

// guard is the shell that makes the cluster and runs its server. It reads a pipe that only
// the test binary holds; when that ends, however it ends, the shell stops the server and
// removes the folder. The kernel's parent-death signal would not do: it comes when the
// *thread* that started the child ends, and the server would be left running.
const guard = `
trap 'cd /; rm -rf "$2"' EXIT
"$1/initdb" -D "$2/data" -U corridor -A trust -E UTF8 --locale=C.UTF-8 --no-sync --no-instructions || exit
"$1/postgres" -D "$2/data" -k "$2" -c listen_addresses= -c fsync=off -c full_page_writes=off \
	-c synchronous_commit=off -c wal_level=minimal -c max_wal_senders=0 -c max_wal_size=256MB \
	-c max_connections=200 -c autovacuum=off -c jit=off &
server=$!
cat >/dev/null
kill -QUIT $server
wait $server
`

// maxSocketDir leaves room for "/.s.PGSQL.5432" in a socket address of 107 bytes.
const maxSocketDir = 107 - 14

// memoryDir is a file system in memory on Linux. A database is copied there in 25 ms, and
// in 85 ms on a disk: the template has 420 files. The server uses it when memoryRoom is
// free; a container may have as little as 64 MiB.
const (
	memoryDir  = "/dev/shm"
	memoryRoom = 2 << 30 // bytes, for several servers at once
)

// server is the running one.
type server struct {
	dir   string
	log   *os.File
	pid   int      // the guard's
	pipe  *os.File // kept open for as long as this process lives
	admin *postgres.DB
}

func (s *server) url(database string) string {
	return "host=" + s.dir + " user=corridor sslmode=disable dbname=" + database
}

// startServer makes a cluster in a temporary folder, starts it and prepares the
// template that tests' databases are copied from.
func startServer() (*server, error) {
	bin, err := private.Binaries()
	if err != nil {
		return nil, fmt.Errorf("%w; make test installs it", err)
	}
	credential, err := private.ServerUser()
	if err != nil {
		return nil, err
	}
	dir, err := tempDir(credential)
	if err != nil {
		return nil, err
	}
	s := &server{dir: dir}
	if err := s.launch(bin, credential); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	if err := s.prepare(); err != nil {
		out, _ := io.ReadAll(io.NewSectionReader(s.log, 0, 1<<20))
		return nil, fmt.Errorf("%w; its log: %s", err, out)
	}
	return s, nil
}

// tempDir makes the server's folder: in memory when there is room, otherwise among the
// temporary files, in /tmp when their usual folder has too long a name for a socket.
func tempDir(credential *syscall.Credential) (string, error) {
	base := os.TempDir()
	if hasRoom(memoryDir) {
		base = memoryDir
	}
	if len(base)+len("/corridor-postgres-0123456789") > maxSocketDir {
		base = "/tmp"
	}
	dir, err := os.MkdirTemp(base, "corridor-postgres-")
	if err != nil || credential == nil {
		return dir, err
	}
	return dir, os.Chown(dir, int(credential.Uid), int(credential.Gid))
}

// hasRoom tells whether memoryRoom is free in a folder that exists.
func hasRoom(folder string) bool {
	var fs unix.Statfs_t
	return unix.Statfs(folder, &fs) == nil && fs.Bavail*uint64(fs.Bsize) >= memoryRoom //nolint:gosec // a block's size is positive
}

// launch starts the guard. It has a separate session, so that Ctrl-C in the terminal
// reaches the tests first, and holds none of their streams: `go test` waits until those
// are closed.
func (s *server) launch(bin string, credential *syscall.Credential) error {
	var err error
	if s.log, err = os.Create(filepath.Join(s.dir, "log")); err != nil {
		return err
	}
	read, write, err := os.Pipe()
	if err != nil {
		return err
	}
	defer read.Close()
	cmd := exec.Command("/bin/sh", "-c", guard, "guard", bin, s.dir)
	cmd.Dir, cmd.Stdin, cmd.Stdout, cmd.Stderr = s.dir, read, s.log, s.log
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: credential, Setsid: true}
	if err := cmd.Start(); err != nil {
		write.Close()
		return err
	}
	s.pid, s.pipe = cmd.Process.Pid, write
	return nil
}

// ended tells, without waiting, whether the guard has gone.
func (s *server) ended() bool {
	pid, err := syscall.Wait4(s.pid, nil, syscall.WNOHANG, nil)
	return pid != 0 || err != nil
}

// prepare waits until the server answers, and migrates the template.
func (s *server) prepare() error {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	var err error
	s.admin, err = postgres.Open(ctx, s.url("postgres"), 4)
	for err != nil {
		if ctx.Err() != nil || s.ended() {
			return fmt.Errorf("the server does not answer: %w", err)
		}
		time.Sleep(10 * time.Millisecond)
		s.admin, err = postgres.Open(ctx, s.url("postgres"), 4)
	}
	if _, err = s.admin.ExecContext(ctx, `CREATE DATABASE corridor_template STRATEGY file_copy`); err != nil {
		return err
	}
	template, err := postgres.Open(ctx, s.url("corridor_template"), 2)
	if err != nil {
		return err
	}
	return errors.Join(template.MigrateUp(ctx), template.Close())
}
