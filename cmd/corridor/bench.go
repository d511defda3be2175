package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"corridor/mailer/sink"
	"corridor/postgres"
	"corridor/postgres/private"
)

// benchCommand measures the product beside references, in one run.
type benchCommand struct {
	Feeds benchFeeds `cmd:"" help:"Feeds beside a bare server that hands out the same bytes, and nginx where that is installed."`
	Send  benchSend  `cmd:"" help:"The sender beside smtp-source, or a bare blaster where that is not installed."`
	Sink  benchSink  `cmd:"" hidden:""`
}

// benchSink is the mail server of a benchmark, in a process of its own so that its CPU
// is not the sender's. It ends when its standard input does.
type benchSink struct{}

// Run serves until standard input ends, and then prints how many messages came.
func (benchSink) Run(p *program) error {
	server, err := sink.Listen(sink.Options{})
	if err != nil {
		return err
	}
	defer server.Close()
	fmt.Fprintln(p.stdout, server.Addr())
	var b [1]byte
	for {
		if _, err := os.Stdin.Read(b[:]); err != nil {
			break
		}
		n, _ := server.Count()
		fmt.Fprintln(p.stdout, n)
	}
	return nil
}

// benchConnections is how many database connections a benchmark holds at most.
const benchConnections = 20

// benchDatabase is a private server in a folder of its own, which end removes.
func (p *program) benchDatabase(ctx context.Context) (db *postgres.DB, dir string, end func(), err error) {
	self, err := os.Executable()
	if err != nil {
		return nil, "", nil, err
	}
	if dir, err = os.MkdirTemp("", "corridor-bench-"); err != nil {
		return nil, "", nil, err
	}
	if err := os.Chmod(dir, 0o755); err != nil { // the server may run as another user
		return nil, "", nil, err
	}
	private, err := private.Start(ctx, dir, []string{self, "keep-postgres"}, p.log)
	if err == nil {
		if db, err = postgres.Open(ctx, private.URL(), benchConnections); err == nil {
			if err = db.MigrateUp(ctx); err == nil {
				return db, dir, func() { db.Close(); private.Close(); removeLater(dir) }, nil
			}
			db.Close()
		}
		private.Close()
	}
	_ = os.RemoveAll(dir)
	return nil, "", nil, err
}

// removeLater removes a private server's folder once the server has gone.
func removeLater(dir string) {
	for range 200 {
		if _, err := os.Stat(filepath.Join(dir, "postgres", "cluster", "postmaster.pid")); err != nil {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	_ = os.RemoveAll(dir)
}

// ownCPU is what this process has used so far.
func ownCPU() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// peakMemory is the most memory that this process has held, in bytes.
func peakMemory() int64 {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(text)) {
		if rest, found := strings.CutPrefix(line, "VmHWM:"); found {
			kb, _ := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(rest), " kB"), 10, 64)
			return kb << 10
		}
	}
	return 0
}

// serverCPU is what a PostgreSQL server has used so far: its first process, the
// children that have ended, and those that run.
func serverCPU(ctx context.Context, db *postgres.DB) (time.Duration, error) {
	var directory string
	if err := db.GetContext(ctx, &directory, `SELECT current_setting('data_directory')`); err != nil {
		return 0, err
	}
	text, err := os.ReadFile(filepath.Join(directory, "postmaster.pid"))
	if err != nil {
		return 0, err
	}
	first, _, _ := strings.Cut(string(text), "\n")
	for range 100 {
		total, children := childrenCPU(first)
		own, _ := processCPU(first, true)
		// One that ended in between would be missed, or counted twice.
		if _, again := childrenCPU(first); slices.Equal(children, again) {
			return total + own, nil
		}
		time.Sleep(10 * time.Millisecond)
	}
	return 0, errors.New("PostgreSQL's processes come and go too fast to be measured")
}

// childrenCPU sums the CPU time of a process's children, and names them.
func childrenCPU(parent string) (total time.Duration, children []string) {
	entries, _ := os.ReadDir("/proc")
	for _, e := range entries {
		if cpu, of := processCPU(e.Name(), false); of == parent {
			total += cpu
			children = append(children, e.Name())
		}
	}
	return total, children
}

// clockTick is the unit of /proc, on every Linux that there is.
const clockTick = 10 * time.Millisecond

// processCPU reads a process's CPU time, with its ended children or without, and its
// parent.
func processCPU(pid string, children bool) (cpu time.Duration, parent string) {
	text, err := os.ReadFile("/proc/" + pid + "/stat")
	if err != nil {
		return 0, ""
	}
	_, rest, found := strings.Cut(string(text), ") ") // the name may hold anything
	fields := strings.Fields(rest)
	if !found || len(fields) < 15 {
		return 0, ""
	}
	ticks := 0
	for i, field := range fields[11:15] { // utime, stime, cutime, cstime
		if n, err := strconv.Atoi(field); err == nil && (i < 2 || children) {
			ticks += n
		}
	}
	return time.Duration(ticks) * clockTick, fields[1]
}
