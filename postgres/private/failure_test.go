package private_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"corridor/postgres/private"
	"corridor/testkit"
)

// programs returns a folder with the two programs of a server, written as shell scripts.
func programs(t *testing.T, initdb, postgres string) string {
	t.Helper()
	dir := dataFolder(t) // the user of the server has access
	for name, script := range map[string]string{"initdb": initdb, "postgres": postgres} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\n"+script+"\n"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// The reason why the server does not start is one line.
func TestAFailureToStartIsOneLine(t *testing.T) {
	testkit.Heavy(t)
	found, err := private.Binaries()
	if err != nil {
		t.Fatal(err)
	}
	version := `[ "$1" = --version ] && { echo "postgres (PostgreSQL) 17.0"; exit; }`
	for name, c := range map[string]struct{ data, bin, says string }{
		"no folder":                  {"/proc/corridor", found, "name a folder that can be written as server.data"},
		"initdb fails":               {dataFolder(t), programs(t, `echo "creating directory"; echo "initdb: error: no space left on device" >&2; exit 1`, version), "initdb: error: no space left on device"},
		"the server gives up":        {dataFolder(t), programs(t, `exec `+filepath.Join(found, "initdb")+` "$@"`, version+"\necho 'FATAL:  could not map the shared memory' >&2; exit 1"), "could not map the shared memory"},
		"programs without a version": {dataFolder(t), programs(t, "exit 1", "exit 1"), "exit status 1"},
	} {
		t.Setenv("PGBIN", c.bin)
		_, err := start(c.data)
		if err == nil || !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v, want one line with %q", name, err, c.says)
		}
	}
}
