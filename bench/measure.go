package bench

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"corridor/postgres"
)

// ownCPU is the CPU time of this process.
func ownCPU() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// peakMemory is the highest resident size of this process, in bytes.
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

// serverCPU is the CPU time of a PostgreSQL server: of its first process, of the children
// that have ended and of those that run.
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
		// A child that ended in between would be missed, or counted twice.
		if _, again := childrenCPU(first); slices.Equal(children, again) {
			return total + own, nil
		}
		time.Sleep(10 * time.Millisecond)
	}
	return 0, errors.New("the processes of PostgreSQL start and end too fast to be measured")
}

// childrenCPU returns the CPU time of a process's children, and their ids.
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

// clockTick is the unit of CPU times in /proc on Linux.
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
