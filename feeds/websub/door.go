package websub

import (
	"context"
	"time"
)

const (
	perHost = 8 // calls under way to one host
	// doorTime is how long a call waits for a place at its host, before it is put off.
	doorTime = time.Second
)

// door lets so many calls at once through to a host.
type door struct {
	places chan struct{}
	n      int // calls inside and before it
}

// enter waits a little for a place at a host. It is false when most are there already,
// or wait, so that a slow host takes at most so many places from the others.
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

// leave gives a place back.
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
