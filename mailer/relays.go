package mailer

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// relays are the mail servers in the order in which they are tried. One that cannot
// be connected to is left alone for a while, longer each time.
type relays struct {
	list []*Relay
	log  *slog.Logger

	connectFailures atomic.Int64

	mu      sync.Mutex
	state   []relayState
	probing bool // somebody tries whether one takes us again
}

type relayState struct {
	downUntil time.Time
	failures  int       // to connect, in a row
	refusals  int       // of us over a connection, in a row
	open      int       // connections
	awaySince time.Time // when none could be had any more; zero: one could
	reason    string
}

const (
	firstPause = time.Second
	lastPause  = 30 * time.Second
)

func newRelays(list []*Relay, log *slog.Logger) *relays {
	return &relays{list: list, log: log, state: make([]relayState, len(list))}
}

// dial connects to the first relay that takes us. When none does, the outcome is that
// of the last one tried.
func (r *relays) dial(ctx context.Context) (*Conn, Outcome, error) {
	var outcome Outcome
	var err error
	for _, i := range r.order(time.Now()) {
		var conn *Conn
		if conn, outcome, err = Dial(ctx, r.list[i]); err == nil {
			r.connected(i, time.Now())
			return conn, outcome, nil
		}
		if ctx.Err() != nil {
			break
		}
		r.failed(i, outcome, time.Now())
	}
	return nil, outcome, err
}

// connected notes a connection.
func (r *relays) connected(i int, now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	s := &r.state[i]
	s.downUntil, s.failures = time.Time{}, 0
	s.open++
	if !s.awaySince.IsZero() {
		r.log.Info("the mail server can be reached again", "relay", r.list[i].address, "away", now.Sub(s.awaySince).Round(time.Second))
		s.awaySince, s.reason = time.Time{}, ""
	}
}

// closed notes the end of a connection.
func (r *relays) closed(relay *Relay) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.state[slices.Index(r.list, relay)].open--
}

// failed leaves a relay alone. All workers meet a failure at once: it counts once. A
// relay that only takes no further connection is not away.
func (r *relays) failed(i int, o Outcome, now time.Time) {
	r.connectFailures.Add(1)
	r.mu.Lock()
	defer r.mu.Unlock()
	s := &r.state[i]
	if !now.Before(s.downUntil) {
		s.failures++
		s.downUntil = now.Add(min(firstPause<<min(s.failures-1, 10), lastPause))
	}
	if s.open > 0 {
		return
	}
	s.reason = o.Stage + ": " + o.words()
	if s.awaySince.IsZero() {
		s.awaySince = now
		r.log.Warn("the mail server cannot be reached or refuses to be used; mails wait and it is tried again", "relay", r.list[i].address, "reason", s.reason)
	}
}

// refused leaves a relay alone that refuses our mail, if there is another one, and tells
// whether one may be tried now.
func (r *relays) refused(relay *Relay, now time.Time) (another bool) {
	if len(r.list) == 1 {
		return false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	s := &r.state[slices.Index(r.list, relay)]
	if !now.Before(s.downUntil) {
		s.refusals++
		s.downUntil = now.Add(min(firstPause<<min(s.refusals-1, 10), lastPause))
		if s.refusals == 1 {
			r.log.Warn("the mail server refuses our mail; another one is tried", "relay", relay.address)
		}
	}
	return slices.ContainsFunc(r.state, func(s relayState) bool { return !now.Before(s.downUntil) })
}

// accepted ends a row of refusals.
func (r *relays) accepted(address string) {
	if len(r.list) == 1 {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := range r.list {
		if s := &r.state[i]; r.list[i].address == address && s.refusals > 0 {
			s.refusals = 0
			r.log.Info("the mail server takes our mail again", "relay", address)
		}
	}
}

// away lists the relays that no connection can be had to.
func (r *relays) away() (list []AwayRelay) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i, s := range r.state {
		if !s.awaySince.IsZero() {
			list = append(list, AwayRelay{r.list[i].address, s.awaySince, s.reason})
		}
	}
	return list
}

// isAway tells whether no connection can be had to a relay.
func (r *relays) isAway(address string) bool {
	return slices.ContainsFunc(r.away(), func(a AwayRelay) bool { return a.Address == address })
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
