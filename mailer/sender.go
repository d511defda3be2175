package mailer

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"corridor/mailer/deliveries"
	"corridor/mailer/message"
	"corridor/mailer/smtp"
	"corridor/postgres"
	"corridor/trouble"
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
	Limits           deliveries.Limits
	Quota            deliveries.Quota // by hour and day, and the sending window
	EnvelopeFrom     string           // recipient of bounces, unless MessageIDs make addresses for them
	Letterhead       message.Letterhead
	SingleHeaders    message.Headers // of messages of the outbox
	Signer           *message.Signer // nil: emails are not signed
	Personalise      message.Personalise
	MessageIDs       *message.IDs
	Retry            RetryPolicy
	Brake            deliveries.BrakeRule  // the zero value means 20 % of the last 50 answers
	Bounces          deliveries.BounceRule // the zero value means over 5 % of the readers at a domain, and over 10
	Grace            time.Duration         // editions overdue for longer are held; 0 means never
	Log              *slog.Logger
	Troubles         *trouble.Log // nil: a separate one that writes to Log
}

// Sender sends due deliveries over its connections, and single messages over separate
// connections. Any number of senders may run on one database.
type Sender struct {
	options  Options
	db       *postgres.DB
	resend   deliveries.Resend
	store    *deliveries.Store
	outbox   outboxTable
	log      *slog.Logger
	troubles *trouble.Log
	relays   *smtp.Relays
	tally    *tally
	brakes   brakes
	syncing  sync.Mutex      // of syncBrakes
	noted    map[string]bool // relays recorded as away in the database; used by sweep only
	composed *message.Cache
	queue    *queue
	ledger   *ledger
	counters *counters
	progress progress
	begin    time.Time

	retired chan struct{} // closed by Retire
	retire  sync.Once

	current atomic.Int64    // id of the session
	wire    context.Context // ends when transactions in progress are aborted after a stop
	given   context.Context // ends when waiting for the database ends after a stop

	connected atomic.Int64 // workers with a connection

	news     news
	roomAt   time.Time    // when the limits are looked at again; used by the dispatcher only
	refunded atomic.Bool  // emails were taken back since
	left     atomic.Int64 // emails that the limits allowed after the last request

	back sync.WaitGroup // goroutines that serve single leases
}

// NewSender returns a sender on db.
func NewSender(db *postgres.DB, resend deliveries.Resend, events deliveries.Events, o Options) (*Sender, error) {
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
	if o.Brake == (deliveries.BrakeRule{}) {
		o.Brake = deliveries.BrakeRule{Share: 0.2, Answers: 50}
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Troubles == nil {
		o.Troubles = trouble.New(o.Log)
	}
	s := &Sender{
		options: o, db: db, resend: resend, store: deliveries.New(db, resend, events, o.Log), outbox: outboxTable{db}, log: o.Log, troubles: o.Troubles, begin: time.Now(), retired: make(chan struct{}),
		relays: smtp.NewRelays(o.Relays, o.Troubles), tally: newTally(), noted: map[string]bool{}, counters: newCounters(),
		composed: message.NewCache(o.Letterhead, func(ctx context.Context, id int64) (message.Rendering, error) { return readRendering(ctx, db, id) }),
	}
	if o.Bounces != (deliveries.BounceRule{}) {
		s.store.SetBounceRule(o.Bounces)
	}
	s.queue = newQueue(o.Connections, queueCalls{alive: s.alive, takeBack: s.takeBack, returnLease: func(l *lease) { s.back.Go(func() { s.returnLease(l) }) }})
	s.ledger = newLedger(s.store, s.troubles, s.id, s.queue, &s.progress, func(l *lease) { s.back.Go(func() { s.doubt(l) }) })
	return s, nil
}

func (s *Sender) id() int64 { return s.current.Load() }

// clock is the time since the sender began. It includes time during which the process was
// suspended.
func (s *Sender) clock() time.Duration { return time.Since(s.begin) }

// alive reports whether a lease is ours for leaseMargin, by the sender's clock.
func (s *Sender) alive(l *lease) bool { return s.clock() < time.Duration(l.deadline.Load()) }

const (
	// wireTime is the time that transactions in progress have after a stop. The rest of the
	// ten seconds is for recording their results.
	wireTime = 6 * time.Second
	// giveTime is the time that the database has to answer after a stop.
	giveTime = 8 * time.Second
)

// Retire makes the sender take no further deliveries. Run returns when the transactions in
// progress have ended, however long they take, unless its context ends before.
func (s *Sender) Retire() { s.retire.Do(func() { close(s.retired) }) }

// untilRetired returns a context that ends with ctx or with Retire.
func (s *Sender) untilRetired(ctx context.Context) (context.Context, context.CancelFunc) {
	working, cancel := context.WithCancel(ctx)
	go func() {
		select {
		case <-s.retired:
			cancel()
		case <-working.Done():
		}
	}()
	return working, cancel
}

// Run sends until ctx ends. Then it ends the transactions in progress, records results and
// returns leases, within ten seconds.
func (s *Sender) Run(ctx context.Context) error {
	n, err := s.store.OpenSession(ctx)
	if ctx.Err() != nil { // stopped before it began
		if err == nil {
			err = n.Close(context.WithoutCancel(ctx))
		}
		s.log.Debug("the sender was stopped at its start", "error", err)
		return nil
	}
	if err != nil {
		return err
	}
	s.current.Store(n.ID())
	var cancelWire, cancelGiven context.CancelFunc
	s.wire, cancelWire = after(ctx, wireTime)
	defer cancelWire()
	s.given, cancelGiven = after(ctx, giveTime)
	defer cancelGiven()

	_ = s.note(ctx, "read the brakes", s.syncBrakes(ctx))
	var workers, keepers sync.WaitGroup
	ledgerCtx, stopLedger := context.WithCancel(s.given)
	keepers.Go(func() { s.ledger.run(ledgerCtx) })
	keepers.Go(func() { s.ledger.applyAll(ledgerCtx) })
	beat, stopBeat := context.WithCancel(s.given)
	changed := s.news.of("editions")
	keepers.Go(func() { s.heartbeat(beat, n, changed) })
	braked := s.news.of("relays")
	keepers.Go(func() { s.watchBrakes(beat, braked) })

	working, stopWorking := s.untilRetired(ctx)
	defer stopWorking()
	for range s.options.Connections {
		workers.Go(func() { s.work(working) })
	}
	for i := range outboxConnections {
		mail := s.news.of("mail")
		workers.Go(func() { s.sendOutbox(working, fmt.Sprint("outbox ", i), mail) })
	}
	due := s.news.of("mail", "editions")
	workers.Go(func() { s.dispatch(working, due) })
	keepers.Go(func() { s.news.listen(beat, s.db.URL) })
	workers.Wait()
	s.queue.drain(s.given)
	stopLedger()
	stopBeat()
	keepers.Wait()
	s.back.Wait()
	if err := s.noteAnswers(s.given); err != nil {
		s.log.Warn("storing the number of answers of mail servers failed", "error", err)
	}
	if err := n.Close(s.given); err != nil {
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

// String lists the relays, for logs.
func (s *Sender) String() string { return fmt.Sprint(s.options.Relays) }
