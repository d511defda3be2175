package websub

import (
	"context"
	"time"
)

const (
	perHost = 8 // concurrent calls to one host
	// doorTime is the time that a call waits for its host before it is deferred.
	doorTime = time.Second
)

// door limits the concurrent calls to a host.
type door struct {
	places chan struct{}
	n      int // calls in progress or waiting
}

// enter waits up to doorTime for a place at a host. It returns false if most calls are in
// progress or waiting there, so that a slow host cannot take all places.
func (h *Hub) enter(ctx context.Context, host string, most int) bool {
	h.mu.Lock()
	d := h.doors[host]
	if d == nil {
		d = &door{places: make(chan struct{}, perHost)}
		h.doors[host] = d
	}
	if d.n >= most {
		h.mu.Unlock()
		return false
	}
	d.n++
	h.mu.Unlock()
	patience := time.NewTimer(doorTime)
	defer patience.Stop()
	select {
	case d.places <- struct{}{}:
		return true
	case <-patience.C:
	case <-ctx.Done():
	}
	h.turnAway(host, d)
	return false
}

// leave releases a place.
func (h *Hub) leave(host string) {
	h.mu.Lock()
	d := h.doors[host]
	h.mu.Unlock()
	<-d.places
	h.turnAway(host, d)
}

func (h *Hub) turnAway(host string, d *door) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if d.n--; d.n == 0 {
		delete(h.doors, host)
	}
}
