package mailer

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"corridor/postgres"
)

// Options are what a sender goes by. Relays, EnvelopeFrom, Letterhead, Personalise and
// MessageIDs are needed.
type Options struct {
	Relays           []*Relay // in the order in which they are tried
	Connections      int      // at once, of this process; 0: 10
	MaxConnections   int      // at once, over all processes; 0: no limit
	MessagesPerConn  int      // 0: 1000
	ConnectionMaxAge time.Duration
	Rate             float64 // mails a second over all processes; 0: no limit
	Limits           Limits
	EnvelopeFrom     string // where bounces go
	Letterhead       Letterhead
	Signer           *Signer // nil: mails are not signed
	Personalise      Personalise
	MessageIDs       *MessageIDs
	Retry            RetryPolicy
	Grace            time.Duration // editions overdue by more are held; 0: never
	Log              *slog.Logger
}

// Sender delivers what is due: batches of editions over its connections, and before
// them single messages over a connection of their own. Any number may run on one
// database.
type Sender struct {
	options  Options
	store    *Store
	log      *slog.Logger
	relays   *relays
	composed *composed
	ledger   *ledger
	counters counters
	begin    time.Time

	current atomic.Int64    // the session's id
	wire    context.Context // ends when messages under way must be given up
	given   context.Context // ends when the database is waited for no more

	dispatched chan struct{} // closed when no more leases are given
	news       news

	mu     sync.Mutex
	leases map[*lease]bool
}

// NewSender returns a sender on db. resend is sending.uncertain = "resend".
func NewSender(db *postgres.DB, resend bool, o Options) (*Sender, error) {
	if len(o.Relays) == 0 || o.Personalise == nil || o.MessageIDs == nil || o.EnvelopeFrom == "" {
		return nil, errors.New("mailer: a sender needs a relay, an envelope sender, personal values and Message-IDs")
	}
	if o.Connections < 1 {
		o.Connections = 10
	}
	if o.MessagesPerConn < 1 {
		o.MessagesPerConn = 1000
	}
	if o.ConnectionMaxAge <= 0 {
		o.ConnectionMaxAge = 10 * time.Minute
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	s := &Sender{
		options: o, store: NewStore(db, resend), log: o.Log, relays: newRelays(o.Relays),
		begin: time.Now(), leases: map[*lease]bool{},
	}
	s.composed = newComposed(s.store, o.Letterhead)
	s.ledger = newLedger(s.store, s.log, s.id, s.active, o.Connections)
	return s, nil
}

func (s *Sender) id() int64 { return s.current.Load() }

// clock is the time since the sender began; it goes on while the process is stopped.
func (s *Sender) clock() time.Duration { return time.Since(s.begin) }

const (
	// wireTime is how long messages under way may take after a stop: the rest of ten
	// seconds is for writing down what became of them.
	wireTime = 6 * time.Second
	// giveTime is how long the database is waited for after a stop.
	giveTime = 8 * time.Second
)

// Run delivers until ctx ends. Then messages on the wire are finished, results
// written and leases handed back, within ten seconds.
func (s *Sender) Run(ctx context.Context) error {
	n, err := s.store.openSession(ctx)
	if ctx.Err() != nil { // stopped before it began: another sender was faster
		if err == nil {
			err = n.close(context.WithoutCancel(ctx))
		}
		s.log.Debug("the sender was stopped at its start", "error", err)
		return nil
	}
	if err != nil {
		return err
	}
	s.current.Store(n.id)
	var cancelWire, cancelGiven context.CancelFunc
	s.wire, cancelWire = after(ctx, wireTime)
	defer cancelWire()
	s.given, cancelGiven = after(ctx, giveTime)
	defer cancelGiven()

	var workers, keepers sync.WaitGroup
	ledgerCtx, stopLedger := context.WithCancel(s.given)
	keepers.Go(func() { s.ledger.run(ledgerCtx) })
	keepers.Go(func() { s.ledger.postAll(ledgerCtx) })
	beat, stopBeat := context.WithCancel(s.given)
	changed := s.news.of("editions")
	keepers.Go(func() { s.heartbeat(beat, n, changed) })

	idle := make(chan chan<- *lease)
	s.dispatched = make(chan struct{})
	for range s.options.Connections {
		workers.Go(func() { s.work(ctx, idle) })
	}
	for range outboxConnections {
		mail := s.news.of("mail")
		workers.Go(func() { s.outbox(ctx, mail) })
	}
	due := s.news.of("mail", "editions")
	workers.Go(func() {
		defer close(s.dispatched)
		s.dispatch(ctx, due, idle)
	})
	keepers.Go(func() { s.news.listen(beat, s.store.db.URL) })
	workers.Wait()
	stopLedger()
	stopBeat()
	keepers.Wait()
	if err := n.close(s.given); err != nil {
		s.log.Warn("the sender could not sign off; others notice by themselves", "error", err)
	}
	s.store.Close()
	return nil
}

// after returns a context that ends so long after ctx has.
func after(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc) {
	later, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		select {
		case <-time.After(d):
			cancel()
		case <-later.Done():
		}
	})
	return later, func() { stop(); cancel() }
}

// work is one worker: it sends the batches that the dispatcher gives it.
func (s *Sender) work(ctx context.Context, idle chan<- chan<- *lease) {
	w := &worker{Sender: s, line: s.newLine(), mail: &prepared{}, ahead: &prepared{}}
	defer w.line.hangUp()
	turn := make(chan *lease, 1)
	for {
		select {
		case <-ctx.Done():
			return
		case idle <- turn:
		}
		if l := w.awaitTurn(turn); l != nil {
			w.batch(ctx, l)
			continue
		}
		select { // it may have been given one before it ended
		case l := <-turn:
			w.batch(ctx, l)
		default:
		}
		return
	}
}

// idleTime is how long a worker keeps its connection without anything to send: servers
// do not like idlers.
const idleTime = 5 * time.Second

// awaitTurn waits for a lease; nil: there will be none. Where all processes share a
// number of connections, one that idles is taken from the others.
func (w *worker) awaitTurn(turn <-chan *lease) *lease {
	wait := idleTime
	if w.options.MaxConnections > 0 {
		wait = 0
	}
	idle := time.NewTimer(wait)
	defer idle.Stop()
	for {
		select {
		case l := <-turn:
			return l
		case <-w.dispatched:
			return nil
		case <-idle.C:
			w.line.hangUp()
		}
	}
}

func (s *Sender) newLine() line {
	return line{relays: s.relays, from: s.options.EnvelopeFrom, most: s.options.MessagesPerConn, longest: s.options.ConnectionMaxAge}
}

// remember notes a lease. One of the same batch that a worker still has is over: others
// took this sender for dead, and then it was the first to lease it.
func (s *Sender) remember(l *lease) {
	s.mu.Lock()
	for former := range s.leases {
		if former.batch == l.batch {
			former.stopped.Store(true)
		}
	}
	s.leases[l] = true
	s.mu.Unlock()
}

// forget notes the end of a lease, and tells whether it was the last of its edition here.
func (s *Sender) forget(l *lease) (last bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.leases, l)
	for other := range s.leases {
		if other.edition == l.edition {
			return false
		}
	}
	return true
}

func (s *Sender) active() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.leases)
}

func (s *Sender) held() []*lease {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := make([]*lease, 0, len(s.leases))
	for l := range s.leases {
		list = append(list, l)
	}
	return list
}

// heartbeatEvery leaves a lease two more chances.
const heartbeatEvery = 10 * time.Second

// heartbeat renews leases and keeps the session, apart from the wire: a server may
// take ten minutes for an answer. It looks at once when an edition changes its state.
func (s *Sender) heartbeat(ctx context.Context, n *session, changed <-chan struct{}) {
	tick := time.NewTicker(heartbeatEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-changed:
		case <-tick.C:
			if alive, err := n.keep(ctx); err == nil && !alive {
				s.renewSession(ctx, n)
			}
		}
		s.renewLeases(ctx)
	}
}

// renewSession begins anew after others have declared this sender dead: what it held
// is theirs.
func (s *Sender) renewSession(ctx context.Context, n *session) {
	for _, l := range s.held() {
		l.stopped.Store(true)
	}
	fresh, err := s.store.openSession(ctx)
	if err != nil {
		s.log.Warn("the sender could not sign on again; it tries on", "error", err)
		return
	}
	n.drop()
	*n = *fresh
	s.current.Store(n.id)
}

func (s *Sender) renewLeases(ctx context.Context) {
	leases := s.held()
	if len(leases) == 0 {
		return
	}
	before := s.clock()
	bounded, cancel := context.WithTimeout(ctx, leaseMargin)
	defer cancel()
	held, err := s.store.renew(bounded, s.id(), leases)
	if err != nil {
		if ctx.Err() == nil {
			s.log.Warn("leases could not be renewed; they are tried again", "error", err)
		}
		return
	}
	for _, l := range leases {
		if held[l] {
			l.deadline.Store(int64(before + leaseTime - leaseMargin))
		} else {
			l.stopped.Store(true)
		}
	}
}

// counters are what a sender has done since it began.
type counters struct {
	sent, deferred, failed, bounced, uncertain, bytes, outbox atomic.Int64
}

// Counts is what a sender has done since it began.
type Counts struct {
	Sent, Deferred, Failed, Bounced, Uncertain, Bytes, Outbox int64
}

// Counts returns what the sender has done since it began.
func (s *Sender) Counts() Counts {
	c := &s.counters
	return Counts{
		c.sent.Load(), c.deferred.Load(), c.failed.Load(), c.bounced.Load(), c.uncertain.Load(), c.bytes.Load(), c.outbox.Load(),
	}
}

func (s *Sender) count(state string, o Outcome) {
	switch state {
	case "sent":
		s.counters.sent.Add(1)
	case "deferred":
		s.counters.deferred.Add(1)
	case "failed":
		s.counters.failed.Add(1)
	case "bounced":
		s.counters.bounced.Add(1)
	case "uncertain":
		s.counters.uncertain.Add(1)
	}
	s.counters.bytes.Add(int64(o.Bytes))
}

// String names the relays, for logs.
func (s *Sender) String() string { return fmt.Sprint(s.options.Relays) }
