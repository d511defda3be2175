package editions

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// BenchmarkPlan plans a digest with articles for every reader. The readers have 200
// preference sets. It plans the first digest, and the digest of the next day, which updates
// all positions. CPU is the CPU time of the program and of PostgreSQL. The reference is a
// plain INSERT … SELECT of the same number of deliveries. CORRIDOR_BENCH_READERS sets the
// number of readers.
func BenchmarkPlan(b *testing.B) {
	readers := 100_000
	if n, err := strconv.Atoi(os.Getenv("CORRIDOR_BENCH_READERS")); err == nil {
		readers = n
	}
	for range b.N {
		w := newWorld(b)
		w.manyReaders(readers)
		w.exec(`VACUUM ANALYZE subscribers`)
		for i := range 40 {
			w.article(fmt.Sprint("A", i), monday.Add(-time.Hour), []string{fmt.Sprint("p", i)}, nil)
		}
		bare := w.cost(func() {
			w.exec(`CREATE TABLE bare (LIKE deliveries INCLUDING ALL)`)
			w.exec(`INSERT INTO bare (edition_id, subscriber_id, batch_id, variant_id) SELECT 1, id, id / 250, preference_set_id FROM subscribers`)
			w.exec(`DROP TABLE bare`)
		})
		first := w.cost(func() {
			if plan := w.send(Daily, monday); plan.Considered != int64(readers) {
				b.Fatalf("considered %d", plan.Considered)
			}
		})
		w.exec(`VACUUM ANALYZE`)
		for i := range 40 {
			w.article(fmt.Sprint("B", i), monday.Add(time.Hour), []string{fmt.Sprint("p", i)}, nil)
		}
		next := w.cost(func() { w.send(Daily, monday.Add(day)) })
		b.ReportMetric(bare.Seconds(), "bare-s")
		b.ReportMetric(first.Seconds(), "first-s")
		b.ReportMetric(next.Seconds(), "next-s")
		b.ReportMetric(next.Seconds()/bare.Seconds(), "next/bare")
	}
}

// manyReaders adds readers with 200 preference sets of the programs p0 to p39.
func (w *world) manyReaders(n int) {
	w.t.Helper()
	w.exec(`INSERT INTO preference_sets (programs, regions)
		SELECT ARRAY['p' || least(a, b), 'p' || greatest(a, b)], '{}' FROM (SELECT i % 40 AS a, (i % 40 + 1 + i / 40) % 40 AS b FROM generate_series(0, 199) i) x`)
	w.exec(`INSERT INTO subscribers (email, folded, state, frequency, time_zone, preference_set_id, created_at, confirmed_at)
		SELECT email, email, 'active', 'daily', 'UTC', 1 + i % 200, $2, $2
		FROM generate_series(1, $1) i,
			LATERAL (SELECT 'reader' || i || '@' || (ARRAY['gmail.com', 'outlook.com', 'example.org', 'd' || i % 5000 || '.example'])[1 + i % 4] AS email) e`, n, monday.Add(-365*day))
}

// cost returns the CPU time that fn takes in this process and in PostgreSQL.
func (w *world) cost(fn func()) time.Duration {
	w.t.Helper()
	pids := func() time.Duration { return w.serverCPU() }
	before, mine := pids(), ownCPU()
	fn()
	return pids() - before + ownCPU() - mine
}

func ownCPU() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// serverCPU returns the CPU time of the server and its children from /proc. It includes
// children that have ended.
func (w *world) serverCPU() time.Duration {
	w.t.Helper()
	var backend int
	if err := w.db.Get(&backend, `SELECT pg_backend_pid()`); err != nil {
		w.t.Fatal(err)
	}
	server := procStat(backend)[3] // the parent
	var ticks int
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, file := range stats {
		pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(file)))
		fields := procStat(pid)
		if len(fields) < 17 || (fields[3] != server && strconv.Itoa(pid) != server) {
			continue
		}
		used := fields[13:15]
		if strconv.Itoa(pid) == server {
			used = fields[13:17] // with the children that have ended
		}
		for _, f := range used {
			n, _ := strconv.Atoi(f)
			ticks += n
		}
	}
	return time.Duration(ticks) * 10 * time.Millisecond
}

// procStat returns the fields of /proc/PID/stat, indexed by their numbers in proc(5) less
// one.
func procStat(pid int) []string {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return nil
	}
	_, rest, _ := strings.Cut(string(text), ") ")
	return append([]string{strconv.Itoa(pid), ""}, strings.Fields(rest)...)
}
