package private

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"corridor/postgres"

	"github.com/lib/pq"
	"golang.org/x/sys/unix"
)

// place is where a private server lives.
type place struct {
	dir    string // data, logs, locks
	socket string // folder of its socket
}

func (p place) cluster() string    { return filepath.Join(p.dir, "cluster") }
func (p place) usersLock() string  { return filepath.Join(p.dir, "users.lock") }
func (p place) keeperLock() string { return filepath.Join(p.dir, "keeper.lock") }
func (p place) failure() string    { return filepath.Join(p.dir, "failure") }
func (p place) serverLog() string  { return filepath.Join(p.dir, "server.log") }

func (p place) url(database string) string {
	return fmt.Sprintf("host=%s user=corridor dbname=%s sslmode=disable", quoteDSN(p.socket), database)
}

// quoteDSN writes a value of a keyword/value connection string.
func quoteDSN(value string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(value) + "'"
}

// maxSocketPath is the longest address of a socket that the kernel accepts, in bytes.
const maxSocketPath = 106

// findPlace decides where the server of the folder data lives: in it, unless the user
// it must run as cannot get there, as under a home directory that others may not
// enter. The socket moves to a short path when the folder's is too long for one.
func findPlace(data string) (place, error) {
	abs, err := filepath.Abs(data)
	if err != nil {
		return place{}, err
	}
	sum := sha256.Sum256([]byte(abs))
	short := hex.EncodeToString(sum[:6])
	p := place{dir: filepath.Join(abs, "postgres")}
	owner, err := p.owner()
	if err != nil {
		return place{}, err
	}
	if owner != nil && !mayEnter(abs, owner) {
		p.dir = filepath.Join("/var/lib/corridor", short)
	}
	p.socket = filepath.Join(p.dir, "socket")
	if len(filepath.Join(p.socket, ".s.PGSQL.5432.lock")) > maxSocketPath {
		p.socket = filepath.Join(os.TempDir(), "corridor-"+short)
	}
	return p, nil
}

// mayEnter reports whether every existing folder on the way can be passed by a user.
func mayEnter(path string, who *credential) bool {
	for ; path != "/" && path != "."; path = filepath.Dir(path) {
		info, err := os.Stat(path)
		if err != nil {
			continue
		}
		pass := os.FileMode(0o001)
		if owned, ok := info.Sys().(*syscall.Stat_t); ok && owned.Uid == who.Uid {
			pass = 0o100
		} else if ok && owned.Gid == who.Gid {
			pass = 0o010
		}
		if info.Mode().Perm()&pass == 0 {
			return false
		}
	}
	return true
}

// make creates the folders.
func (p place) make() error {
	if err := os.MkdirAll(p.dir, 0o755); err != nil {
		return fmt.Errorf("%w; name a folder that can be written as server.data", err)
	}
	return nil
}

// createDatabase connects and makes the database when it is not there.
func (p place) createDatabase(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	db, err := postgres.Open(ctx, p.url("corridor"), 1)
	if err == nil {
		return db.Close()
	}
	var e *pq.Error
	if !errors.As(err, &e) || e.Code != "3D000" { // invalid_catalog_name
		return err
	}
	if db, err = postgres.Open(ctx, p.url("postgres"), 1); err != nil {
		return err
	}
	defer db.Close()
	_, err = db.ExecContext(ctx, `CREATE DATABASE corridor`)
	if errors.As(err, &e) && (e.Code == "42P04" || e.Code == "23505") { // another program was first
		return nil
	}
	return err
}

// lockShared opens path and locks it shared, waiting while another process holds it
// exclusively.
func lockShared(ctx context.Context, path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|os.O_CREATE, 0o644)
	if err != nil {
		return nil, err
	}
	for {
		err := unix.Flock(int(f.Fd()), unix.LOCK_SH|unix.LOCK_NB)
		if err == nil {
			return f, nil
		}
		select {
		case <-ctx.Done():
			f.Close()
			return nil, ctx.Err()
		case <-time.After(15 * time.Millisecond):
		}
	}
}

// lockAlone opens path and locks it exclusively; nil when another holds it.
func lockAlone(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|os.O_CREATE, 0o644)
	if err != nil {
		return nil, err
	}
	return alone(f)
}

// alone locks f exclusively, or closes it; nil when another holds the lock.
func alone(f *os.File) (*os.File, error) {
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		f.Close()
		if errors.Is(err, unix.EWOULDBLOCK) {
			return nil, nil
		}
		return nil, err
	}
	return f, nil
}

// isFree reports whether no process holds the lock of path. It tries a shared lock, so
// that two processes that try at once do not take each other for a holder.
func isFree(path string) (bool, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|os.O_CREATE, 0o644)
	if err != nil {
		return false, err
	}
	defer f.Close()
	err = unix.Flock(int(f.Fd()), unix.LOCK_SH|unix.LOCK_NB)
	if errors.Is(err, unix.EWOULDBLOCK) {
		return false, nil
	}
	return err == nil, err
}
