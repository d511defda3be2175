package hooks

import (
	"context"
	"errors"
	"sync"

	"corridor/mailer/deliveries"
	"corridor/trouble"
)

// refusalsInTrouble is the number of refused requests of a provider, without an accepted one between
// them, that is a trouble. A single request may be from a stranger.
const refusalsInTrouble = 10

// refusals counts the requests of each provider that were refused since the last accepted one.
type refusals struct {
	mu     sync.Mutex
	counts map[string]int
}

// count counts an answer, and returns the number of refused requests.
func (r *refusals) count(name string, wasRefused bool) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.counts == nil {
		r.counts = map[string]int{}
	}
	if !wasRefused {
		r.counts[name] = 0
		return 0
	}
	r.counts[name]++
	return r.counts[name]
}

// note tells of the troubles of a provider's hook.
func (h *Hooks) note(name string, err error) {
	if errors.Is(err, ErrUnauthorized) || errors.Is(err, ErrForbidden) || errors.Is(err, ErrMalformed) {
		if h.refusals.count(name, true) >= refusalsInTrouble {
			h.Troubles.Begin(trouble.Hook, name, err)
		}
		return
	}
	h.refusals.count(name, false)
	h.Troubles.End(trouble.Hook, name)
	const work = "recording events of a mail provider"
	switch {
	case err == nil:
		h.Troubles.End(trouble.Work, work)
	case !errors.Is(err, ErrTooLarge) && !errors.Is(err, deliveries.ErrInFlight) && !errors.Is(err, context.Canceled):
		h.Troubles.Begin(trouble.Work, work, err)
	}
}
