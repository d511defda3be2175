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
	braked          []atomic.Bool // by the relay's place in list; see SetBraked

	mu      sync.Mutex
	state   []relayState
	probing bool // a client is trying whether a relay accepts connections again
}

type relayState struct {
	downUntil time.Time
	failures  int       // consecutive failures to connect
	refusals  int       // consecutive refusals of the sender over a connection
	slowed    int       // consecutive requests to send later
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
	return &Relays{list: list, troubles: troubles, state: make([]relayState, len(list)), braked: make([]atomic.Bool, len(list))}
}

// dial connects to the first relay of an order that accepts a connection. The outcome has
// those of the relays before as earlier ones. If all fail, it is the outcome of the last.
func (r *Relays) dial(ctx context.Context, order []int) (*Conn, Outcome, error) {
	outcome, err := Outcome{Kind: NotSent, Stage: stageConnect, Text: errBraked.Error(), At: time.Now()}, errBraked
	var earlier *Outcome
	for _, i := range order {
		var conn *Conn
		if conn, outcome, err = Dial(ctx, r.list[i]); err == nil {
			r.connected(i)
			return conn, Outcome{Earlier: earlier}, nil
		}
		if ctx.Err() != nil {
			break
		}
		outcome.Repeated, outcome.Earlier = !r.failed(i, outcome, time.Now()), earlier
		before := outcome
		earlier = &before
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
	r.troubles.End(trouble.MailServer, r.list[i].address)
	if s.slowed < mostSlowed {
		s.awaySince, s.reason = time.Time{}, ""
	}
}

// closed records a closed connection.
func (r *Relays) closed(relay *Relay) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.state[slices.Index(r.list, relay)].open--
}

// failed pauses a relay, and reports whether the failure counts. All clients notice a failure
// at once, so failures during the pause do not count. A relay that refuses only additional
// connections is not away.
func (r *Relays) failed(i int, o Outcome, now time.Time) (counts bool) {
	r.connectFailures.Add(1)
	r.mu.Lock()
	defer r.mu.Unlock()
	s := &r.state[i]
	if counts = !now.Before(s.downUntil); counts {
		s.failures++
		s.downUntil = now.Add(min(firstPause<<min(s.failures-1, 10), lastPause))
	}
	if s.open > 0 {
		return counts
	}
	s.reason = o.Stage + ": " + o.ReplyLine()
	if s.awaySince.IsZero() {
		s.awaySince = now
	}
	r.troubles.Begin(trouble.MailServer, r.list[i].address, errors.New(s.reason))
	return counts
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
	for i, s := range r.state {
		if !r.braked[i].Load() && !now.Before(s.downUntil) {
			return true
		}
	}
	return false
}

// Accepted records that a relay accepted a message, which ends its consecutive refusals.
func (r *Relays) Accepted(address string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := range r.list {
		s := &r.state[i]
		if r.list[i].address != address {
			continue
		}
		if s.slowed >= mostSlowed {
			s.awaySince, s.reason = time.Time{}, ""
		}
		s.refusals, s.slowed = 0, 0
	}
}

// mostSlowed is the number of consecutive requests to send later after which a relay counts
// as away.
const mostSlowed = 5

// Slowed records that a relay refused a message for now because of us. Messages are tried
// again as usual.
func (r *Relays) Slowed(o Outcome) {
	r.mu.Lock()
	defer r.mu.Unlock()
	i := r.index(o.Relay)
	if i < 0 {
		return
	}
	s := &r.state[i]
	if s.slowed++; s.slowed < mostSlowed {
		return
	}
	s.reason = o.Stage + ": " + o.ReplyLine()
	if s.awaySince.IsZero() {
		s.awaySince = o.At
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

// order lists the relays that are not paused, or all of them if all are paused. Braked
// relays are left out; for an urgent message they come last.
func (r *Relays) order(now time.Time, urgent bool) []int {
	r.mu.Lock()
	defer r.mu.Unlock()
	var up, all, braked []int
	for i, s := range r.state {
		if r.braked[i].Load() {
			braked = append(braked, i)
			continue
		}
		if !now.Before(s.downUntil) {
			up = append(up, i)
		}
		all = append(all, i)
	}
	if len(up) == 0 {
		up = all
	}
	if urgent {
		up = append(up, braked...)
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
	for i, s := range r.state {
		if s.failures < times && !r.braked[i].Load() {
			return false
		}
	}
	return true
}

// Pause is the time until a relay may be tried, or 0.
func (r *Relays) Pause(now time.Time) time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	wait := brakedPause
	for i, s := range r.state {
		if !r.braked[i].Load() {
			wait = min(wait, s.downUntil.Sub(now))
		}
	}
	return max(wait, 0)
}
