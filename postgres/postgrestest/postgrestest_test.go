package postgrestest

import (
	"bufio"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"corridor/testkit"
)

// TestServerGoesWithItsTests kills a test binary (this one, once more) as a user or
// the kernel would, and waits for its server's folder to go: the guard removes it
// when the server has stopped.
func TestServerGoesWithItsTests(t *testing.T) {
	testkit.Heavy(t)
	if os.Getenv("POSTGRESTEST_VICTIM") != "" {
		New(t)
		os.Stderr.WriteString("folder " + running.dir + "\n")
		select {}
	}
	cmd := exec.Command(os.Args[0], "-test.run", "^"+t.Name()+"$")
	cmd.Env = append(os.Environ(), "POSTGRESTEST_VICTIM=1")
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	dir := ""
	for lines := bufio.NewScanner(stderr); dir == "" && lines.Scan(); {
		dir, _ = strings.CutPrefix(lines.Text(), "folder ")
	}
	if err := cmd.Process.Kill(); err != nil || dir == "" {
		t.Fatalf("the victim named the folder %q; killing it: %v", dir, err)
	}
	cmd.Wait() //nolint:errcheck // it was killed
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		if _, err := os.Stat(dir); os.IsNotExist(err) {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s is still there", dir)
		}
	}
}

func TestDatabasesGoWithTheirTests(t *testing.T) {
	testkit.Heavy(t)
	name := ""
	t.Run("one", func(t *testing.T) {
		if err := New(t).Get(&name, `SELECT current_database()`); err != nil {
			t.Fatal(err)
		}
	})
	var left int
	if err := NewEmpty(t).Get(&left, `SELECT count(*) FROM pg_database WHERE datname = $1`, name); err != nil || left != 0 {
		t.Fatalf("%d databases named %q are left, %v", left, name, err)
	}
}

func TestOldDatabaseHoldsItsFacts(t *testing.T) {
	db, old := NewOld(t, OldSite, "http://127.0.0.1:1")
	var addresses []string
	if err := db.Select(&addresses, `SELECT url FROM articles WHERE source <> '' ORDER BY id`); err != nil {
		t.Fatal(err)
	}
	for _, url := range addresses {
		if path, ok := strings.CutPrefix(url, "http://127.0.0.1:1"); !ok || old.Pages[path] == "" {
			t.Errorf("the article %s has no page", url)
		}
	}
	if len(addresses) != 14 || len(old.Mails) != 11 || len(old.Feeds["all"].Items) == 0 || old.Paused == 0 || old.Site != "http://127.0.0.1:1" {
		t.Errorf("%d articles, %d mails, %d entries, paused edition %d, site %s", len(addresses), len(old.Mails), len(old.Feeds["all"].Items), old.Paused, old.Site)
	}
}
