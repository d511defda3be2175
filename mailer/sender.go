package mailer

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"corridor/mailer/message"
	"corridor/mailer/smtp"
	"corridor/postgres"
)

// Options configure a sender. Relays, EnvelopeFrom, Letterhead, Personalise and MessageIDs
// are required.
type Options struct {
	Relays           []*smtp.Relay // in order of preference
	Connections      int           // at once in this process; 0 means 10
	MaxConnections   int           // at once over all processes; 0 means no limit
	MessagesPerConn  int           // 0 means 1000
	ConnectionMaxAge time.Duration
	Rate             float64 // emails a second over all processes; 0 means no limit
	Limits           Limits
	EnvelopeFrom     string // recipient of bounces
	Letterhead       message.Letterhead
	Signer           *message.Signer // nil: emails are not signed
	Personalise      message.Personalise
	MessageIDs       *message.IDs
	Retry            RetryPolicy
	Grace            time.Duration // editions overdue for longer are held; 0 means never
	Log              *slog.Logger
}

// Sender sends due deliveries over its connections, and single messages over separate
// connections. Any number of senders may run on one database.
type Sender struct {
	options  Options
	store    *Store
	log      *slog.Logger
	relays   *smtp.Relays
	refusals *refusals
	noted    map[string]bool // relays recorded as away in the database; used by sweep only
	composed *message.Cache
	queue    *queue
	ledger   *ledger
	counters counters
	progress progress
	begin    time.Time

	current atomic.Int64    // id of the session
	wire    context.Context // ends when transactions in progress are aborted after a stop
	given   context.Context // ends when waiting for the database ends after a stop

	connected atomic.Int64 // workers with a connection

	news news
	back sync.WaitGroup // goroutines that serve single leases
}

// NewSender returns a sender on db.
func NewSender(db *postgres.DB, resend Resend, events Events, o Options) (*Sender, error) {
	if len(o.Relays) == 0 || o.Personalise == nil || o.MessageIDs == nil || o.EnvelopeFrom == "" {
		return nil, errors.New("mailer: a sender requires relays, an envelope sender, a personaliser and Message-IDs")
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
		options: o, store: NewStore(db, resend, events), log: o.Log, relays: smtp.NewRelays(o.Relays, o.Log), refusals: newRefusals(), noted: map[string]bool{}, begin: time.Now(),
		queue: newQueue(o.Connections),
	}
	s.store.held = func(edition int64, reason string) {
		s.log.Error("an edition is held; resume or cancel it with corridor editions", "edition_id", edition, "reason", reason)
	}
	s.counters.refusals = map[smtp.Meaning]*atomic.Int64{}
	for _, meaning := range smtp.Meanings {
		s.counters.refusals[meaning] = &atomic.Int64{}
	}
	s.composed = message.NewCache(o.Letterhead, s.store.rendering)
	s.ledger = newLedger(s.store, s.log, s.id, s.queue, &s.progress)
	s.ledger.doubt = func(l *lease) { s.back.Go(func() { s.doubt(l) }) }
	s.queue.handBack = func(l *lease) { s.back.Go(func() { s.handBack(l) }) }
	s.queue.alive, s.queue.takeBack = s.alive, s.takeBack
	return s, nil
}

func (s *Sender) id() int64 { return s.current.Load() }

// clock is the time since the sender began. It includes time during which the process was
// suspended.
func (s *Sender) clock() time.Duration { return time.Since(s.begin) }

// alive reports whether a lease is ours with some margin.
func (s *Sender) alive(l *lease) bool { return s.clock() < time.Duration(l.deadline.Load()) }

const (
	// wireTime is the time that transactions in progress have after a stop. The rest of the
	// ten seconds is for storing their results.
	wireTime = 6 * time.Second
	// giveTime is the time that the database has to answer after a stop.
	giveTime = 8 * time.Second
)

// Run sends until ctx ends. Then it ends the transactions in progress, stores results and
// returns leases, within ten seconds.
func (s *Sender) Run(ctx context.Context) error {
	n, err := s.store.openSession(ctx)
	if ctx.Err() != nil { // stopped before it began
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

	for range s.options.Connections {
		workers.Go(func() { s.work(ctx) })
	}
	for i := range outboxConnections {
		mail := s.news.of("mail")
		workers.Go(func() { s.outbox(ctx, fmt.Sprint("outbox ", i), mail) })
	}
	due := s.news.of("mail", "editions")
	workers.Go(func() { s.dispatch(ctx, due) })
	keepers.Go(func() { s.news.listen(beat, s.store.db.URL) })
	workers.Wait()
	s.queue.drain(s.given)
	stopLedger()
	stopBeat()
	keepers.Wait()
	s.back.Wait()
	if err := s.noteAccepted(s.given); err != nil {
		s.log.Warn("recording the mail servers that accepted emails failed", "error", err)
	}
	if err := n.close(s.given); err != nil {
		s.log.Warn("ending the sender's session failed; other senders will notice", "error", err)
	}
	s.store.Close()
	return nil
}

// after returns a context that ends the given time after ctx.
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

// newClient returns a client of the relays. open counts its connection and may be nil.
func (s *Sender) newClient(open *atomic.Int64) *smtp.Client {
	return smtp.NewClient(s.relays, smtp.ClientOptions{MessagesPerConn: s.options.MessagesPerConn, MaxAge: s.options.ConnectionMaxAge, Open: open})
}

// doubt finds the reason why no delivery of a lease could be marked: its readers have all
// left, or the lease is lost.
func (s *Sender) doubt(l *lease) {
	if held, err := s.store.isHeld(s.given, l, s.id()); err != nil || !held {
		s.queue.stop(l)
	}
	s.queue.give(l, nil, false)
}

// heartbeatEvery leaves two more renewals before a lease expires.
const heartbeatEvery = 10 * time.Second

// heartbeat renews leases and the session, independently of sending: a server may take ten
// minutes for a reply. It also renews at once when an edition changes its state.
func (s *Sender) heartbeat(ctx context.Context, n *session, changed <-chan struct{}) {
	tick := time.NewTicker(heartbeatEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-changed:
		case <-tick.C:
			s.progress.want("session")
			alive, err := n.keep(ctx)
			if err == nil && !alive {
				err = s.renewSession(ctx, n)
			}
			s.progress.got("session", err)
		}
		s.renewLeases(ctx)
	}
}

// renewSession starts a new session after other senders have declared this one dead and
// taken over its leases.
func (s *Sender) renewSession(ctx context.Context, n *session) error {
	s.queue.stop(s.queue.held()...)
	fresh, err := s.store.openSession(ctx)
	if err != nil {
		s.log.Warn("starting a new session failed; it will be retried", "error", err)
		return err
	}
	n.drop()
	*n = *fresh
	s.current.Store(n.id)
	return nil
}

func (s *Sender) renewLeases(ctx context.Context) {
	leases := s.queue.held()
	if len(leases) == 0 {
		s.progress.forget("leases")
		return
	}
	before := s.clock()
	bounded, cancel := context.WithTimeout(ctx, leaseMargin)
	defer cancel()
	s.progress.want("leases")
	held, err := s.store.renew(bounded, s.id(), leases)
	s.progress.got("leases", err)
	if err != nil {
		if ctx.Err() == nil {
			s.log.Warn("renewing leases failed; it will be retried", "error", err)
		}
		return
	}
	for _, l := range leases {
		if held[l] {
			l.deadline.Store(int64(before + leaseTime - leaseMargin))
		} else {
			s.queue.stop(l)
		}
	}
}

// counters count the results since the sender began.
type counters struct {
	sent, deferred, failed, bounced, uncertain, bytes, outbox atomic.Int64

	refusals map[smtp.Meaning]*atomic.Int64
}

// Counts are the results since the sender began.
type Counts struct {
	Sent, Deferred, Failed, Bounced, Uncertain, Bytes, Outbox int64

	Refusals        map[smtp.Meaning]int64
	ConnectFailures int64 // failures to connect to a mail server
}

// Counts returns the results since the sender began.
func (s *Sender) Counts() Counts {
	c := &s.counters
	counts := Counts{
		c.sent.Load(), c.deferred.Load(), c.failed.Load(), c.bounced.Load(), c.uncertain.Load(), c.bytes.Load(), c.outbox.Load(),
		map[smtp.Meaning]int64{},
		s.relays.ConnectFailures(),
	}
	for meaning, n := range c.refusals {
		counts.Refusals[meaning] = n.Load()
	}
	return counts
}

func (s *Sender) count(state string, o smtp.Outcome) {
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
	if n := s.counters.refusals[o.Meaning]; n != nil {
		n.Add(1)
	}
}

// String lists the relays, for logs.
func (s *Sender) String() string { return fmt.Sprint(s.options.Relays) }
