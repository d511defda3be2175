package scheduler_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"corridor/postgres/postgrestest"
	"corridor/scheduler"
	"corridor/trouble"
)

// Three processes share one database: every tick is run by exactly one of them.
func TestEachTickRunsOnce(t *testing.T) {
	db := postgrestest.New(t)
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	var (
		mu   sync.Mutex
		runs = map[time.Time]int{}
	)
	enough := make(chan struct{})
	job := scheduler.Job{Name: "count", Every: 100 * time.Millisecond, Run: func(_ context.Context, tick time.Time) error {
		mu.Lock()
		defer mu.Unlock()
		if runs[tick]++; len(runs) == 5 && runs[tick] == 1 {
			close(enough)
		}
		return nil
	}}
	running, stop := context.WithCancel(ctx)
	var processes sync.WaitGroup
	for range 3 {
		processes.Go(func() {
			if err := scheduler.New(db, slog.New(slog.DiscardHandler), trouble.New(slog.New(slog.DiscardHandler)), time.Now, job).Run(running); err != nil {
				t.Error(err)
			}
		})
	}
	select {
	case <-enough:
	case <-ctx.Done():
		t.Fatal("five ticks did not come")
	}
	stop()
	processes.Wait()
	for tick, n := range runs {
		if n != 1 {
			t.Errorf("tick %v ran %d times, want once", tick, n)
		}
		if tick != tick.Truncate(100*time.Millisecond) {
			t.Errorf("tick %v is no multiple of its interval", tick)
		}
	}
}

// A job that panics does not stop the other jobs.
func TestFailingJobLeavesOthersRunning(t *testing.T) {
	db := postgrestest.New(t)
	ctx, stop := context.WithTimeout(context.Background(), 20*time.Second)
	defer stop()
	ran := make(chan struct{}, 100)
	jobs := []scheduler.Job{
		{Name: "panics", Every: 50 * time.Millisecond, Run: func(context.Context, time.Time) error { panic("on purpose") }},
		{Name: "works", Every: 50 * time.Millisecond, Run: func(context.Context, time.Time) error { ran <- struct{}{}; return nil }},
	}
	done := make(chan error, 1)
	go func() {
		done <- scheduler.New(db, slog.New(slog.DiscardHandler), trouble.New(slog.New(slog.DiscardHandler)), time.Now, jobs...).Run(ctx)
	}()
	for range 3 {
		select {
		case <-ran:
		case <-ctx.Done():
			t.Fatal("the good job stopped running")
		}
	}
	stop()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
}

// A job that fails at every tick has one line, and one when it succeeds again.
func TestAFailingJobIsLoggedOnce(t *testing.T) {
	db := postgrestest.New(t)
	ctx, stop := context.WithTimeout(context.Background(), 20*time.Second)
	defer stop()
	var out bytes.Buffer
	log := slog.New(slog.NewTextHandler(&out, nil))
	runs, enough := 0, make(chan struct{})
	job := scheduler.Job{Name: "tidy", Every: 50 * time.Millisecond, Run: func(context.Context, time.Time) error {
		switch runs++; runs {
		case 1, 2:
			return errors.New("disk full")
		case 3:
			panic("on purpose")
		case 6:
			close(enough)
		}
		return nil
	}}
	done := make(chan error, 1)
	go func() { done <- scheduler.New(db, log, trouble.New(log), time.Now, job).Run(ctx) }()
	select {
	case <-enough:
	case <-ctx.Done():
		t.Fatal("six ticks did not come")
	}
	stop()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{`trouble=job job=tidy reason="disk full"`, "trouble=job job=tidy lasted=0s failures=3"} {
		if n := strings.Count(out.String(), line); n != 1 {
			t.Errorf("%q is there %d times:\n%s", line, n, out.String())
		}
	}
	if n := strings.Count(out.String(), "\n"); n != 2 {
		t.Errorf("%d lines:\n%s", n, out.String())
	}
	states, err := scheduler.States(context.Background(), db)
	if s := states["tidy"]; err != nil || len(states) != 1 || s.LastSuccess == nil || s.LastSuccess.Before(s.LastRun.Add(-time.Minute)) || time.Since(s.LastRun) > time.Minute {
		t.Errorf("%+v, %v", states, err)
	}
}
