package web

import (
	"net/netip"
	"sync"
	"time"
)

// window is a rate limit by network over a sliding time. It remembers the networks with an
// event within that time, at most maxNetworks.
type window struct {
	limit int
	span  time.Duration

	mu    sync.Mutex
	seen  map[netip.Prefix][]time.Time
	swept time.Time
}

// maxNetworks bounds the memory that a distributed flood can take: 30 times of 24 bytes for
// each network.
const maxNetworks = 20_000

func newWindow(limit int, span time.Duration) *window {
	return &window{limit: limit, span: span, seen: map[netip.Prefix][]time.Time{}}
}

// take counts an event of network n, or returns the time that n must wait.
func (w *window) take(n netip.Prefix, now time.Time) time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.sweep(now)
	times := w.seen[n]
	for len(times) > 0 && !times[0].After(now.Add(-w.span)) {
		times = times[1:]
	}
	if len(times) >= w.limit {
		w.seen[n] = times
		return times[0].Add(w.span).Sub(now)
	}
	if times == nil && len(w.seen) >= maxNetworks {
		return w.span
	}
	w.seen[n] = append(times, now)
	return 0
}

// wait returns the time that n must wait, without counting an event.
func (w *window) wait(n netip.Prefix, now time.Time) time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	times := w.seen[n]
	if len(times) < w.limit || !times[0].After(now.Add(-w.span)) {
		return 0
	}
	return times[0].Add(w.span).Sub(now)
}

// sweep forgets, once a span, the networks without a recent event.
func (w *window) sweep(now time.Time) {
	if now.Sub(w.swept) < w.span {
		return
	}
	w.swept = now
	for n, times := range w.seen {
		if !times[len(times)-1].After(now.Add(-w.span)) {
			delete(w.seen, n)
		}
	}
}
