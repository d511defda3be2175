package smtp

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"corridor/trouble"
)

// Relays are mail servers in order of preference. A relay that cannot be connected to is
// paused, longer each time. All clients of a process share one Relays, which is safe for
// concurrent use.
type Relays struct {
	list     []*Relay
	troubles *trouble.Log

	connectFailures atomic.Int64

	mu      sync.Mutex
	state   []relayState
	probing bool // a client is trying whether a relay accepts connections again
}

type relayState struct {
	downUntil time.Time
	failures  int       // consecutive failures to connect
	refusals  int       // consecutive refusals of the sender over a connection
	open      int       // open connections
	awaySince time.Time // time since which no connection can be opened; zero if one can
	reason    string
}

const (
	firstPause = time.Second
	lastPause  = 30 * time.Second
)

// AwayRelay is a relay that cannot be connected to.
type AwayRelay struct {
	Address string // host:port
	Since   time.Time
	Reason  string // with the server's reply, if there was one
}

// NewRelays returns the relays of a list with at least one. Failures to connect go to
// troubles.
func NewRelays(list []*Relay, troubles *trouble.Log) *Relays {
	return &Relays{list: list, troubles: troubles, state: make([]relayState, len(list))}
}

// dial connects to the first relay that accepts a connection. If all fail, it returns the
// outcome of the last one.
func (r *Relays) dial(ctx context.Context) (*Conn, Outcome, error) {
	var outcome Outcome
	var err error
	for _, i := range r.order(time.Now()) {
		var conn *Conn
		if conn, outcome, err = Dial(ctx, r.list[i]); err == nil {
			r.connected(i)
			return conn, outcome, nil
		}
		if ctx.Err() != nil {
			break
		}
		r.failed(i, outcome, time.Now())
	}
	return nil, outcome, err
}

// connected records an opened connection.
func (r *Relays) connected(i int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	s := &r.state[i]
	s.downUntil, s.failures = time.Time{}, 0
	s.open++
	s.awaySince, s.reason = time.Time{}, ""
	r.troubles.End(trouble.MailServer, r.list[i].address)
}

// closed records a closed connection.
func (r *Relays) closed(relay *Relay) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.state[slices.Index(r.list, relay)].open--
}

// failed pauses a relay. All clients notice a failure at once, so failures during the pause
// do not count. A relay that refuses only additional connections is not away.
func (r *Relays) failed(i int, o Outcome, now time.Time) {
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
	s.reason = o.Stage + ": " + o.ReplyLine()
	if s.awaySince.IsZero() {
		s.awaySince = now
	}
	r.troubles.Begin(trouble.MailServer, r.list[i].address, errors.New(s.reason))
}

// note records whether a relay refuses us or accepts our messages.
func (r *Relays) note(relay *Relay, o Outcome) {
	switch {
	case o.Kind == Accepted:
		r.troubles.End(trouble.Refusals, relay.address)
	case o.Meaning == Us:
		r.troubles.Begin(trouble.Refusals, relay.address, errors.New(o.ReplyLine()))
	}
}

// refused pauses a relay that refuses our messages, if there is another relay, and reports
// whether a relay may be tried now.
func (r *Relays) refused(relay *Relay, now time.Time) (another bool) {
	if len(r.list) == 1 {
		return false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	s := &r.state[slices.Index(r.list, relay)]
	if !now.Before(s.downUntil) {
		s.refusals++
		s.downUntil = now.Add(min(firstPause<<min(s.refusals-1, 10), lastPause))
	}
	return slices.ContainsFunc(r.state, func(s relayState) bool { return !now.Before(s.downUntil) })
}

// Accepted records that a relay accepted a message, which ends its consecutive refusals.
func (r *Relays) Accepted(address string) {
	if len(r.list) == 1 {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := range r.list {
		if s := &r.state[i]; r.list[i].address == address && s.refusals > 0 {
			s.refusals = 0
		}
	}
}

// ConnectFailures is the number of failures to connect.
func (r *Relays) ConnectFailures() int64 { return r.connectFailures.Load() }

// Away lists the relays that cannot be connected to.
func (r *Relays) Away() (list []AwayRelay) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i, s := range r.state {
		if !s.awaySince.IsZero() {
			list = append(list, AwayRelay{r.list[i].address, s.awaySince, s.reason})
		}
	}
	return list
}

// IsAway reports whether a relay cannot be connected to.
func (r *Relays) IsAway(address string) bool {
	return slices.ContainsFunc(r.Away(), func(a AwayRelay) bool { return a.Address == address })
}

// order lists the relays that are not paused, or all of them if all are paused.
func (r *Relays) order(now time.Time) []int {
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

// Enter reports whether a client may try to connect now; if so, the client must call leave.
// While all relays fail, one client tries at a time, so that a server with a limit of
// connections gets few, and its refusal defers few messages.
func (r *Relays) Enter(now time.Time) (leave func(), ok bool) {
	failing, pause := r.Failing(1), r.Pause(now)
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

// Failing reports whether each relay has at least the given number of consecutive failures
// to connect.
func (r *Relays) Failing(times int) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return !slices.ContainsFunc(r.state, func(s relayState) bool { return s.failures < times })
}

// Pause is the time until a relay may be tried, or 0.
func (r *Relays) Pause(now time.Time) time.Duration {
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
