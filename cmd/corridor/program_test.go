package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"corridor/testkit"
)

// built is the program, built once for all tests that run it.
var built = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "corridor-test-")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "corridor")
	build := []string{"build", "-o", path}
	if os.Getenv("CORRIDOR_TEST_COVER") != "" { // scripts/cover.sh counts what the program runs
		build = append(build, "-cover", "-coverpkg=corridor/...")
	}
	out, err := exec.Command("go", append(build, ".")...).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, out)
	}
	return path, nil
})

func TestMain(m *testing.M) {
	status := m.Run()
	if !testing.Short() {
		if path, err := built(); err == nil {
			_ = os.RemoveAll(filepath.Dir(path))
		}
	}
	os.Exit(status)
}

// installation is a configuration with its data, as an operator would set it up.
type installation struct {
	t      *testing.T
	binary string
	dir    string
	config string
}

// minimal is the smallest valid configuration.
const minimal = `
[publication]
title   = "Test Review"
from    = "Test Review <news@example.org>"
address = "1 Example Street"
`

// install writes a configuration. The private server must have ended when the test does.
func install(t *testing.T, config string) *installation {
	t.Helper()
	testkit.Heavy(t)
	binary, err := built()
	if err != nil {
		t.Fatal(err)
	}
	dir, err := os.MkdirTemp("", "corridor-data-")
	if err == nil {
		err = os.Chmod(dir, 0o755) // the server's user must have access, unlike to t.TempDir
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	in := &installation{t: t, binary: binary, dir: dir}
	in.config = filepath.Join(in.dir, "corridor.toml")
	config = strings.ReplaceAll(config, "DATA", filepath.Join(in.dir, "data"))
	if err := os.WriteFile(in.config, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(in.waitForServer)
	return in
}

// command is a command of the program, not started yet.
func (in *installation) command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, in.binary, append(args, "--config", in.config)...)
	cmd.Dir, cmd.WaitDelay = in.dir, 5*time.Second
	cmd.Env = slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "CORRIDOR_") })
	if dir := os.Getenv("CORRIDOR_TEST_COVER"); dir != "" {
		cmd.Env = append(cmd.Env, "GOCOVERDIR="+dir)
	}
	return cmd
}

// run runs a command to its end.
func (in *installation) run(args ...string) (stdout, stderr string, status int) {
	in.t.Helper()
	ctx, cancel := context.WithTimeout(in.t.Context(), time.Minute)
	defer cancel()
	var out, complaints bytes.Buffer
	cmd := in.command(ctx, args...)
	cmd.Stdout, cmd.Stderr = &out, &complaints
	var exit *exec.ExitError
	if err := cmd.Run(); err != nil && !errors.As(err, &exit) {
		in.t.Fatalf("%v: %v", args, err)
	}
	return out.String(), complaints.String(), cmd.ProcessState.ExitCode()
}

// must runs a command that must succeed and reads its JSON into v, if v is not nil.
func (in *installation) must(v any, args ...string) {
	in.t.Helper()
	out, complaints, status := in.run(args...)
	if status != 0 {
		in.t.Fatalf("%v: status %d: %s", args, status, complaints)
	}
	if v == nil {
		return
	}
	if err := json.Unmarshal([]byte(out), v); err != nil {
		in.t.Fatalf("%v printed no JSON document: %v\n%s", args, err, out)
	}
}

// served is a process that serves.
type served struct {
	*exec.Cmd
	base string
	log  *servedLog
	done chan struct{}
}

// servedLog is what a process has logged so far.
type servedLog struct {
	mu   sync.Mutex
	text strings.Builder
}

// Write appends to the log.
func (l *servedLog) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *servedLog) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

var upLine = regexp.MustCompile(`address(?:=|":)"?([^\s"]*)`)

// serve starts the service and waits until it logs that it is up.
func (in *installation) serve(args ...string) *served {
	in.t.Helper()
	s := &served{Cmd: in.command(context.WithoutCancel(in.t.Context()), append([]string{"serve"}, args...)...), log: &servedLog{}, done: make(chan struct{})}
	log, err := s.StderrPipe()
	if err != nil {
		in.t.Fatal(err)
	}
	if err := s.Start(); err != nil {
		in.t.Fatal(err)
	}
	up := make(chan string, 1)
	read := make(chan struct{})
	go func() {
		defer close(read)
		for scanner := bufio.NewScanner(log); scanner.Scan(); {
			fmt.Fprintln(s.log, scanner.Text())
			if m := upLine.FindStringSubmatch(scanner.Text()); m != nil && strings.Contains(scanner.Text(), "corridor is up") {
				up <- m[1]
			}
		}
	}()
	go func() { <-read; _ = s.Wait(); close(s.done) }()
	in.t.Cleanup(func() { _ = s.Process.Kill(); <-s.done })
	select {
	case s.base = <-up:
	case <-s.done:
		in.t.Fatalf("serve ended by itself:\n%s", s.log.String())
	case <-time.After(time.Minute):
		in.t.Fatal("serve did not come up within a minute")
	}
	return s
}

// end sends a signal and returns the exit status.
func (s *served) end(t *testing.T, with os.Signal) int {
	t.Helper()
	if err := s.Process.Signal(with); err != nil {
		t.Fatal(err)
	}
	select {
	case <-s.done:
	case <-time.After(15 * time.Second):
		t.Fatalf("serve did not end within 15 seconds of %v", with)
	}
	return s.ProcessState.ExitCode()
}

// eventually polls until ok, for the work of another process.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	deadline := time.After(30 * time.Second)
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-deadline:
			t.Fatalf("not within 30 seconds: %s", what)
		case <-tick.C:
		}
	}
}

// waitForServer waits until the private PostgreSQL and its keeper have ended, some seconds
// after their last user.
func (in *installation) waitForServer() {
	in.t.Helper()
	lock, err := os.Open(filepath.Join(in.dir, "data", "postgres", "keeper.lock"))
	if err != nil {
		return // none was started
	}
	defer lock.Close()
	eventually(in.t, "the end of PostgreSQL's keeper after its last user", func() bool {
		return syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil
	})
	if text, err := os.ReadFile(filepath.Join(in.dir, "data", "postgres", "cluster", "postmaster.pid")); err == nil {
		in.t.Errorf("PostgreSQL has not ended cleanly; postmaster.pid says:\n%s", text)
	}
}

// get requests a page of the service.
func get(t *testing.T, address string) (body string, status int) {
	t.Helper()
	answer, err := http.Get(address)
	if err != nil {
		return err.Error(), 0
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text), answer.StatusCode
}

// testSite is a website that articles can be added to while it runs.
type testSite struct {
	*httptest.Server
	mu       sync.Mutex
	articles []testArticle
}

type testArticle struct{ slug, program, region, title string }

func newTestSite(t *testing.T) *testSite {
	s := &testSite{}
	s.Server = httptest.NewServer(http.HandlerFunc(s.answer))
	t.Cleanup(s.Close)
	return s
}

func (s *testSite) publish(p ...testArticle) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.articles = append(s.articles, p...)
}

func (s *testSite) answer(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r.URL.Path == "/sitemap.xml" {
		fmt.Fprint(w, `<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">`)
		for _, p := range s.articles {
			fmt.Fprintf(w, `<url><loc>%s/research/%s</loc></url>`, s.URL, p.slug)
		}
		fmt.Fprint(w, `</urlset>`)
		return
	}
	for _, p := range s.articles {
		if r.URL.Path != "/research/"+p.slug {
			continue
		}
		fmt.Fprintf(w, `<!doctype html><html lang="en"><head><title>%[1]s</title><meta property="article:published_time" content="%[4]s"></head>
			<body><article><p><a rel="category">%[2]s</a> <a rel="tag">%[3]s</a></p><h1>%[1]s</h1><p>Author: Ada Writer</p><p>%[5]s</p><p>%[5]s</p></article></body></html>`,
			p.title, p.program, p.region, time.Now().Add(-time.Hour).UTC().Format(time.RFC3339),
			strings.Repeat("What is written about "+p.title+" is long enough to be taken for an article. ", 8))
		return
	}
	http.NotFound(w, r)
}

// mails returns the captured emails, as "address: titles" with every title that they
// contain.
func (in *installation) mails(titles ...string) map[string]string {
	in.t.Helper()
	files, err := filepath.Glob(filepath.Join(in.dir, "data", "mail", "*.eml"))
	if err != nil {
		in.t.Fatal(err)
	}
	found := map[string]string{}
	for _, file := range files {
		to, text := readTestMail(in.t, file)
		var has []string
		for _, title := range titles {
			if strings.Contains(text, title) {
				has = append(has, title)
			}
		}
		found[filepath.Base(file)] = to + ": " + strings.Join(has, ", ")
	}
	return found
}

// occupy takes an address until the test ends.
func occupy(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return l.Addr().String()
}

// Ctrl-C while the database starts is not reported as its failure.
func TestToldToStopWhileStarting(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		command string
		status  int
		says    string
	}{
		{"serve", 0, "corridor has stopped"},
		{"gather", 1, "corridor: stopped before it was done\n"},
	} {
		in := install(t, minimal+"[server]\ndata = \"DATA\"\nlisten = \"127.0.0.1:0\"\n")
		cmd := in.command(t.Context(), c.command)
		var complaints bytes.Buffer
		cmd.Stderr = &complaints
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		eventuallyFile(t, filepath.Join(in.dir, "data", "postgres"))
		_ = cmd.Process.Signal(syscall.SIGINT)
		_ = cmd.Wait()
		if status := cmd.ProcessState.ExitCode(); status != c.status || !strings.Contains(complaints.String(), c.says) || strings.Count(complaints.String(), "\n") != 1 {
			t.Errorf("%s: status %d, says %q", c.command, status, complaints.String())
		}
	}
}

// eventuallyFile waits until path exists.
func eventuallyFile(t *testing.T, path string) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(5 * time.Millisecond) {
		if _, err := os.Stat(path); err == nil {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("there is no %s", path)
		}
	}
}
