package private

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

// errNoBinaries names the package to install.
var errNoBinaries = errors.New("no PostgreSQL server found in PGBIN, PATH or /usr/lib/postgresql; install it (Debian: apt-get install postgresql), or name a server as database.url")

// Binaries returns the folder of the installed server's programs: PGBIN, else the one
// in PATH, else the newest under /usr/lib/postgresql.
func Binaries() (string, error) {
	found, err := installed()
	if err != nil {
		return "", err
	}
	return found[0], nil
}

// installed lists the folders with server programs, one at least, the preferred one
// first.
func installed() ([]string, error) {
	if dir := os.Getenv("PGBIN"); dir != "" {
		if !hasServer(dir) {
			return nil, fmt.Errorf("PGBIN is %s, which has no postgres and initdb; name the folder of the server's programs", dir)
		}
		return []string{dir}, nil
	}
	var found []string
	if path, err := exec.LookPath("postgres"); err == nil {
		// initdb stands beside the real file, not beside a link to it.
		if path, err = filepath.EvalSymlinks(path); err == nil && hasServer(filepath.Dir(path)) {
			found = append(found, filepath.Dir(path))
		}
	}
	others, _ := filepath.Glob("/usr/lib/postgresql/*/bin/postgres")
	slices.SortFunc(others, func(a, b string) int { return pathMajor(b) - pathMajor(a) })
	for _, path := range others {
		if hasServer(filepath.Dir(path)) {
			found = append(found, filepath.Dir(path))
		}
	}
	if len(found) == 0 {
		return nil, errNoBinaries
	}
	return found, nil
}

func hasServer(dir string) bool {
	for _, name := range []string{"postgres", "initdb"} {
		if info, err := os.Stat(filepath.Join(dir, name)); err != nil || info.IsDir() || info.Mode()&0o111 == 0 {
			return false
		}
	}
	return true
}

// pathMajor is N of /usr/lib/postgresql/N/bin/postgres.
func pathMajor(path string) int {
	n, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(path))))
	return n
}

var versionForm = regexp.MustCompile(`\d+`)

// major asks a server program for its major version.
func major(bin string) (string, error) {
	out, err := exec.Command(filepath.Join(bin, "postgres"), "--version").Output()
	if err != nil {
		return "", fmt.Errorf("%s: %w", filepath.Join(bin, "postgres"), err)
	}
	return versionForm.FindString(string(out)), nil
}

// binaries returns the programs that fit the cluster: a cluster can be opened by its
// own major version only.
func (p place) binaries() (string, error) {
	all, err := installed()
	if err != nil {
		return "", err
	}
	text, err := os.ReadFile(filepath.Join(p.cluster(), "PG_VERSION"))
	if errors.Is(err, fs.ErrNotExist) {
		return all[0], nil // it is yet to be made
	}
	if err != nil {
		return "", fmt.Errorf("postgres: reading the cluster's version: %w", err)
	}
	want, have := strings.TrimSpace(string(text)), ""
	for _, bin := range all {
		version, err := major(bin)
		if err != nil {
			return "", err
		}
		if version == want {
			return bin, nil
		}
		have = version
	}
	return "", fmt.Errorf("%s was made by PostgreSQL %s and only %s is installed; install %s (PGBIN names its programs), or move the data over with pg_dump (docs/operations.md)", p.cluster(), want, have, want)
}

// ServerUser is the user of a new server: nil for the user of this program. PostgreSQL
// refuses root; then it is the user postgres, which Debian's package creates, or else the
// unprivileged user of the system.
func ServerUser() (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err1 := strconv.ParseUint(u.Uid, 10, 32)
		gid, err2 := strconv.ParseUint(u.Gid, 10, 32)
		if err1 == nil && err2 == nil {
			return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
		}
	}
	return nil, errors.New("PostgreSQL refuses to run as root, and there is no user postgres or nobody")
}
