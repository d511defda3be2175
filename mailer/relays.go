package mailer

import (
	"context"
	"slices"
	"sync"
	"time"
)

// relays are the mail servers in the order in which they are tried. One that cannot
// be connected to is left alone for a while, longer each time.
type relays struct {
	list []*Relay

	mu      sync.Mutex
	state   []relayState
	probing bool // somebody tries whether one takes us again
}

type relayState struct {
	downUntil time.Time
	failures  int
}

const (
	firstPause = time.Second
	lastPause  = 30 * time.Second
)

func newRelays(list []*Relay) *relays {
	return &relays{list: list, state: make([]relayState, len(list))}
}

// dial connects to the first relay that takes us. When none does, the outcome is that
// of the last one tried.
func (r *relays) dial(ctx context.Context) (*Conn, Outcome, error) {
	var outcome Outcome
	var err error
	for _, i := range r.order(time.Now()) {
		var conn *Conn
		if conn, outcome, err = Dial(ctx, r.list[i]); err == nil {
			r.mu.Lock()
			r.state[i] = relayState{}
			r.mu.Unlock()
			return conn, outcome, nil
		}
		if ctx.Err() != nil {
			break
		}
		r.failed(i, time.Now())
	}
	return nil, outcome, err
}

// failed leaves a relay alone. All workers meet a failure at once: it counts once.
func (r *relays) failed(i int, now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if s := &r.state[i]; !now.Before(s.downUntil) {
		s.failures++
		s.downUntil = now.Add(min(firstPause<<min(s.failures-1, 10), lastPause))
	}
}

// order lists the relays that are not known to be down; all of them when none is left.
func (r *relays) order(now time.Time) []int {
	r.mu.Lock()
	defer r.mu.Unlock()
	var up, all []int
	for i, s := range r.state {
		if !now.Before(s.downUntil) {
			up = append(up, i)
		}
		all = append(all, i)
	}
	if len(up) == 0 {
		return all
	}
	return up
}

// enter tells whether a worker may try to connect now; if so, leave must follow. While no
// relay takes us one does at a time: a server that takes few connections is not to be
// asked for many, nor many mails put off for its answer.
func (r *relays) enter(now time.Time) (leave func(), ok bool) {
	failing, pause := r.failing(1), r.pause(now)
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case pause > 0 || failing && r.probing:
		return nil, false
	case !failing:
		return func() {}, true
	}
	r.probing = true
	return func() {
		r.mu.Lock()
		r.probing = false
		r.mu.Unlock()
	}, true
}

// failing tells whether no relay took us in the last so many times.
func (r *relays) failing(times int) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return !slices.ContainsFunc(r.state, func(s relayState) bool { return s.failures < times })
}

// pause is how long all relays will be left alone; 0 when one may be tried.
func (r *relays) pause(now time.Time) time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	var wait time.Duration
	for i, s := range r.state {
		if left := s.downUntil.Sub(now); i == 0 || left < wait {
			wait = left
		}
	}
	return max(wait, 0)
}
