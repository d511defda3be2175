package private

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

const (
	// idleStop is how long the server outlives its last user, so that commands in a
	// row find it warm.
	idleStop = 3 * time.Second
	// keeperLook is how often the keeper looks for users.
	keeperLook = 200 * time.Millisecond
)

// Keep is the keeper process: it creates the cluster if necessary, runs the server of the
// folder data as its child, and stops it when no program has used it for some seconds. It
// returns at once when another keeper runs. When the keeper is killed, the kernel asks the
// server to stop, so that no server is left without a keeper, and the programs that use it
// start a new keeper.
//
// Its errors are also written to a file, where the program that started it finds them.
func Keep(ctx context.Context, data string) error {
	// The parent death signal is bound to the thread that forked, which must not end.
	runtime.LockOSThread()
	p, err := findPlace(data)
	if err != nil {
		return err
	}
	lock, err := lockAlone(p.keeperLock())
	if err != nil || lock == nil {
		return err
	}
	defer lock.Close()
	if err := p.keep(ctx, lock); err != nil {
		_ = os.WriteFile(p.failure(), []byte(err.Error()+"\n"), 0o644)
		return err
	}
	return nil
}

func (p place) keep(ctx context.Context, lock *os.File) error {
	owner, err := p.owner()
	if err != nil {
		return err
	}
	bin, err := p.binaries()
	if err != nil {
		return err
	}
	if err := p.prepare(owner); err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(p.cluster(), "PG_VERSION")); err != nil {
		if err := p.initdb(bin, owner); err != nil {
			return err
		}
	}
	for failures := 0; ; {
		if err := p.waitForStray(ctx); err != nil {
			return err
		}
		began := time.Now()
		server, err := p.start(bin, owner)
		if err != nil {
			return err
		}
		if idle := p.attend(ctx, server, lock); idle {
			if isAt(lock, p.keeperLock()) {
				_ = os.Remove(p.socket) // empty now; it may lie outside our folder
			}
			return nil
		}
		if failures++; time.Since(began) > time.Minute {
			failures = 0
		}
		if failures >= 3 {
			return fmt.Errorf("the server ends as soon as it starts: %s; its log is %s", lastLine(p.serverLog()), p.serverLog())
		}
	}
}

// attend waits until the server ends by itself (false), or until no program uses it and it
// has been stopped (true). While it stops the server it holds the users' lock, so that the
// next program waits for the end and starts a new server. When its folder has been removed
// it stops the server at once: a new folder in the same place has another keeper.
func (p place) attend(ctx context.Context, server *exec.Cmd, keeper *os.File) bool {
	ended := make(chan struct{})
	go func() { _ = server.Wait(); close(ended) }()
	used := time.Now()
	for {
		select {
		case <-ended:
			return false
		case <-ctx.Done():
			stopServer(server, ended)
			return true
		case <-time.After(keeperLook):
		}
		if !isAt(keeper, p.keeperLock()) {
			_ = server.Process.Signal(syscall.SIGQUIT) // immediate: there is nothing to save
			<-ended
			return true
		}
		// Not created here: that would put a file into a folder that is being removed.
		users, err := os.OpenFile(p.usersLock(), os.O_RDWR, 0)
		if err != nil {
			continue
		}
		lock, err := alone(users)
		if err != nil || lock == nil {
			used = time.Now()
			continue
		}
		if time.Since(used) < idleStop {
			lock.Close()
			continue
		}
		stopServer(server, ended)
		lock.Close()
		return true
	}
}

// isAt reports whether the open file f is still the file at path.
func isAt(f *os.File, path string) bool {
	open, err := f.Stat()
	if err != nil {
		return false
	}
	there, err := os.Stat(path)
	return err == nil && os.SameFile(open, there)
}

// stopServer asks for a fast shutdown, which ends sessions and writes a checkpoint.
func stopServer(server *exec.Cmd, ended <-chan struct{}) {
	_ = server.Process.Signal(syscall.SIGINT)
	select {
	case <-ended:
	case <-time.After(time.Minute):
		_ = server.Process.Signal(syscall.SIGQUIT) // immediate: the next start recovers
		<-ended
	}
}

// credential is the user a server runs as; nil: the present one.
type credential = syscall.Credential

// owner is the user of the server: nil for the present user. PostgreSQL refuses root; then
// it is the owner of the cluster or of the data folder, so that root's commands share the
// server of a service that runs as another user, or else an unprivileged user.
func (p place) owner() (*credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	for _, path := range []string{filepath.Join(p.cluster(), "PG_VERSION"), filepath.Dir(p.dir)} {
		info, err := os.Stat(path)
		if err != nil {
			continue
		}
		owned, ok := info.Sys().(*syscall.Stat_t)
		if !ok || owned.Uid == 0 {
			continue
		}
		if _, err := user.LookupId(strconv.Itoa(int(owned.Uid))); err == nil { // initdb asks for its name
			return &credential{Uid: owned.Uid, Gid: owned.Gid}, nil
		}
	}
	return ServerUser()
}

// prepare makes the folders that belong to the server's user. Files that root makes there
// belong to the user as well, because the service must be able to go on without root.
func (p place) prepare(owner *credential) error {
	if owner != nil && ownedBy(filepath.Dir(p.dir), owner.Uid) {
		for _, path := range []string{p.dir, p.usersLock(), p.keeperLock(), p.serverLog()} {
			if err := os.Chown(path, int(owner.Uid), int(owner.Gid)); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
		}
	}
	for _, dir := range []string{p.cluster(), p.socket} {
		if err := makeOwnFolder(dir, owner); err != nil {
			return err
		}
	}
	return nil
}

// makeOwnFolder makes a folder that only its owner may enter, or takes over the one that is
// there. Without an owner it must belong to the user of this process.
func makeOwnFolder(dir string, owner *credential) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	info, err := os.Lstat(dir)
	if err != nil {
		return err
	}
	if owned, ok := info.Sys().(*syscall.Stat_t); !info.IsDir() || !ok || owner == nil && int(owned.Uid) != os.Geteuid() {
		return fmt.Errorf("%s belongs to another user; remove it or name another server.data", dir)
	}
	if owner != nil {
		if err := os.Chown(dir, int(owner.Uid), int(owner.Gid)); err != nil {
			return err
		}
	}
	return os.Chmod(dir, 0o700)
}

func ownedBy(path string, uid uint32) bool {
	info, err := os.Stat(path)
	if err != nil {
		return false
	}
	owned, ok := info.Sys().(*syscall.Stat_t)
	return ok && owned.Uid == uid
}

func (p place) initdb(bin string, owner *credential) error {
	// A cluster that was cut off while it was made has no PG_VERSION in its place, but files.
	entries, err := os.ReadDir(p.cluster())
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if err := os.RemoveAll(filepath.Join(p.cluster(), entry.Name())); err != nil {
			return err
		}
	}
	// The cluster is made beside its place and moved when it is complete, so that a kill
	// leaves no incomplete cluster in the place.
	fresh := filepath.Join(p.cluster(), "fresh")
	cmd := exec.Command(filepath.Join(bin, "initdb"), "-D", fresh, "-U", "corridor", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
	cmd.Dir = p.cluster()
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: owner, Pdeathsig: syscall.SIGKILL}
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("cannot make the cluster: %s", firstComplaint(string(out), err))
	}
	return p.adoptFresh(fresh)
}

// adoptFresh moves the files of a whole cluster up, PG_VERSION last: it is the sign
// that the cluster is whole.
func (p place) adoptFresh(fresh string) error {
	entries, err := os.ReadDir(fresh)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if entry.Name() == "PG_VERSION" {
			continue
		}
		if err := os.Rename(filepath.Join(fresh, entry.Name()), filepath.Join(p.cluster(), entry.Name())); err != nil {
			return err
		}
	}
	if err := os.Rename(filepath.Join(fresh, "PG_VERSION"), filepath.Join(p.cluster(), "PG_VERSION")); err != nil {
		return err
	}
	unix.Sync() // initdb was told not to wait for the disk file by file
	return os.Remove(fresh)
}

// start runs the server, with settings for a machine that does other things too.
func (p place) start(bin string, owner *credential) (*exec.Cmd, error) {
	log, err := os.OpenFile(p.serverLog(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return nil, err
	}
	defer log.Close()
	if owner != nil && ownedBy(filepath.Dir(p.dir), owner.Uid) {
		_ = log.Chown(int(owner.Uid), int(owner.Gid))
	}
	if info, err := log.Stat(); err == nil && info.Size() > 10<<20 {
		_ = log.Truncate(0)
	}
	cmd := exec.Command(filepath.Join(bin, "postgres"), "-D", p.cluster(), "-k", p.socket,
		"-c", "listen_addresses=", "-c", "unix_socket_permissions=0700", "-c", "max_connections=200",
		"-c", "shared_buffers="+sharedBuffers(memory()), "-c", "max_wal_size=2GB", "-c", "wal_compression=on", "-c", "jit=off",
		"-c", "checkpoint_timeout=15min", "-c", "log_timezone=UTC")
	cmd.Dir, cmd.Stdout, cmd.Stderr = p.cluster(), log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: owner, Pdeathsig: syscall.SIGINT, Setsid: true}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("cannot start the server: %w", err)
	}
	return cmd, nil
}

// waitForStray waits for a server that a killed keeper left behind, or for the children of
// a killed server: they are about to end, and no server can start beside them. A process
// that does not end is asked again.
func (p place) waitForStray(ctx context.Context) error {
	for began := time.Now(); time.Since(began) < time.Minute; {
		pids := p.strays()
		if len(pids) == 0 {
			return nil
		}
		if time.Since(began) > 2*time.Second {
			for _, pid := range pids {
				_ = syscall.Kill(pid, syscall.SIGINT)
			}
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(20 * time.Millisecond):
		}
	}
	return errors.New("an earlier server of this folder does not end")
}

// strays are the processes of a server of this cluster: all of them work in its folder.
func (p place) strays() (pids []int) {
	entries, _ := os.ReadDir("/proc")
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		if cwd, err := os.Readlink(fmt.Sprintf("/proc/%d/cwd", pid)); err != nil || cwd != p.cluster() {
			continue
		}
		if name, err := os.ReadFile(fmt.Sprintf("/proc/%d/comm", pid)); err == nil && strings.TrimSpace(string(name)) == "postgres" {
			pids = append(pids, pid)
		}
	}
	return pids
}

func lastLine(path string) string {
	text, err := os.ReadFile(path)
	if err != nil {
		return err.Error()
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	return lines[len(lines)-1]
}

// firstComplaint is the line of a tool's output that names the fault.
func firstComplaint(out string, err error) string {
	for line := range strings.Lines(out) {
		if strings.Contains(line, "error:") || strings.Contains(line, "FATAL:") || strings.Contains(line, "could not") {
			return strings.TrimSpace(line)
		}
	}
	return err.Error()
}
