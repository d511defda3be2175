package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"corridor/postgres"
	"corridor/postgres/postgrestest"
	"corridor/postgres/private"
)

func TestDatabasesThatCannotBeUsedAreRefused(t *testing.T) {
	for _, c := range []struct{ name, options, says string }{
		{"LATIN1", `ENCODING 'LATIN1' LOCALE 'C'`, "its encoding is LATIN1 and must be UTF8"},
		{"LATIN5", `ENCODING 'LATIN5' LOCALE 'C'`, "its encoding is LATIN5 and must be UTF8"},
		{"SQL_ASCII", `ENCODING 'SQL_ASCII' LOCALE 'C'`, "its encoding is SQL_ASCII and must be UTF8"},
		{"UTF8", `ENCODING 'UTF8' LOCALE 'C'`, ""},
		{"Turkish", postgrestest.Turkish, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := postgrestest.NewWith(t, c.options).CheckUsable(t.Context())
			if c.says == "" && err == nil {
				return
			}
			if c.says == "" || !errors.Is(err, postgres.ErrUnusable) || !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), "\n") {
				t.Errorf("got %v, want %q", err, c.says)
			}
		})
	}
}

func TestPoolersThatShareSessionsAreRefused(t *testing.T) {
	for _, c := range []struct {
		mode, more string
		refused    bool
	}{
		{"session", "", false},
		{"transaction", "", true},
		{"transaction", "server_round_robin = 1", true},
		{"transaction", "min_pool_size = 5", true},
		{"statement", "", true},
	} {
		t.Run(c.mode+c.more, func(t *testing.T) {
			db := pooled(t, postgrestest.NewEmpty(t), c.mode, c.more)
			err := db.CheckUsable(t.Context())
			if errors.Is(err, postgres.ErrUnusable) != c.refused || !c.refused && err != nil {
				t.Errorf("got %v", err)
			}
			if c.refused && (!strings.Contains(err.Error(), "pool_mode") || strings.Contains(err.Error(), "\n")) {
				t.Errorf("the error does not say in one line what is wrong: %v", err)
			}
		})
	}
}

// pooled starts a PgBouncer in front of db's server and returns db through it.
func pooled(t *testing.T, db *postgres.DB, mode, more string) *postgres.DB {
	t.Helper()
	dir, err := os.MkdirTemp("/tmp", "pgbouncer-") // short enough for a socket
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	of := map[string]string{}
	for _, pair := range strings.Fields(db.URL) {
		name, value, _ := strings.Cut(pair, "=")
		of[name] = value
	}
	ini := fmt.Sprintf("[databases]\n%s = host=%s dbname=%s user=%s\n[pgbouncer]\nlisten_addr =\nlisten_port = 6432\nunix_socket_dir = %s\n"+
		"auth_type = any\npool_mode = %s\ndefault_pool_size = 10\nignore_startup_parameters = extra_float_digits\n%s\n",
		of["dbname"], of["host"], of["dbname"], of["user"], dir, mode, more)
	file := filepath.Join(dir, "pgb.ini")
	if err := os.WriteFile(file, []byte(ini), 0o644); err != nil {
		t.Fatal(err)
	}
	startBouncer(t, dir, file)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for {
		through, err := postgres.Open(ctx, "host="+dir+" port=6432 sslmode=disable user="+of["user"]+" dbname="+of["dbname"], 5)
		if err == nil {
			t.Cleanup(func() { through.Close() })
			return through
		}
		if ctx.Err() != nil {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

func startBouncer(t *testing.T, dir, file string) {
	t.Helper()
	program, err := exec.LookPath("pgbouncer")
	if err != nil {
		program = "/usr/sbin/pgbouncer" // where Debian keeps it; make test installs it
	}
	cmd := exec.Command(program, "-q", file)
	credential, err := private.ServerUser() // it refuses to run as root
	if err != nil {
		t.Fatal(err)
	}
	if credential != nil {
		if err := os.Chown(dir, int(credential.Uid), int(credential.Gid)); err != nil {
			t.Fatal(err)
		}
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: credential}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill() //nolint:errcheck // it may have ended
		cmd.Wait()         //nolint:errcheck // it was killed
	})
}
