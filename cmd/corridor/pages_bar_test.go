package main

import (
	"strings"
	"sync"
	"testing"
)

func TestTheBarCountsThePagesOfAllSources(t *testing.T) {
	out := &lockedText{}
	b := newPagesBar(out)
	b.add(0, 0)
	if !strings.Contains(out.String(), "gathering: lists") {
		t.Errorf("nothing is shown while lists are read: %q", out.String())
	}
	b.add(10, 0)
	for range 10 {
		b.add(0, 1)
	}
	b.add(500, 0) // of a second source, when the first one is done
	if s := b.bar.State(); s.CurrentNum != 10 || s.Max != 510 || b.bar.IsFinished() {
		t.Errorf("%d of %d pages, finished %t; want 10 of 510", s.CurrentNum, s.Max, b.bar.IsFinished())
	}
	b.finish()
	if ends := strings.HasSuffix(out.String(), "\r"); !ends || !b.bar.IsFinished() {
		t.Errorf("the bar stays on the terminal: %q", out.String())
	}
}

// lockedText is what a bar wrote. The bar turns in a goroutine of its own.
type lockedText struct {
	mu sync.Mutex
	b  strings.Builder
}

func (l *lockedText) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedText) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
