package service

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"corridor/postgres"
)

const (
	outagePing  = 2 * time.Second // how long the database may take to prove that it is there
	outageLook  = time.Second     // how often it is asked while it is away
	outageWatch = 5 * time.Second // how often it is asked otherwise
	// outageCut is how long it may be away before its connections are ended, and before
	// that is done again: nothing comes back over them from a server that has vanished.
	outageCut = 10 * time.Second
)

// watched is the database as an outage sees it.
type watched struct {
	ping      func(ctx context.Context) error
	recovered func(since time.Time) bool // whether the sender has had its answers since then; nil: there is none
	cut       func()                     // ends all connections; nil: nothing does
}

// outage makes one line of a lost database. Everything that needs it fails and is tried
// again meanwhile; a line for each would bury the one that matters.
type outage struct {
	slog.Handler
	state *outageState
}

// outageState is shared by all loggers made from one.
type outageState struct {
	ctx  context.Context // of the service
	db   watched
	log  *slog.Logger
	mu   sync.Mutex
	down bool
}

// watchDatabase returns a logger that writes to log, but not what follows from a lost
// database. It asks the database now and then, says when it does not answer, and when it
// works again, until ctx ends.
func watchDatabase(ctx context.Context, log *slog.Logger, db watched) *slog.Logger {
	state := &outageState{ctx: ctx, db: db, log: log}
	go state.watch()
	return slog.New(&outage{log.Handler(), state})
}

// watchDatabase watches the service's database from now on, over a connection of its own;
// see [watched] for recovered.
func (s *Service) watchDatabase(ctx context.Context, recovered func(since time.Time) bool) (stop func(), err error) {
	probe, err := s.DB.Apart(1, outagePing)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	s.Log = watchDatabase(ctx, s.Log, watched{ping: probe.PingContext, recovered: recovered, cut: s.DB.Cut})
	return func() { cancel(); probe.Close() }, nil
}

// watch asks the database until ctx ends: one that vanished makes no errors.
func (s *outageState) watch() {
	look := time.NewTicker(outageWatch)
	defer look.Stop()
	for {
		select {
		case <-s.ctx.Done():
			return
		case <-look.C:
			s.lost()
		}
	}
}

// Handle leaves out errors of a database that is known to be away.
func (o *outage) Handle(ctx context.Context, r slog.Record) error {
	if r.Level >= slog.LevelWarn && aboutConnection(r) && o.state.lost() {
		return nil
	}
	return o.Handler.Handle(ctx, r)
}

// WithAttrs keeps the watch.
func (o *outage) WithAttrs(attrs []slog.Attr) slog.Handler {
	return &outage{o.Handler.WithAttrs(attrs), o.state}
}

// WithGroup keeps the watch.
func (o *outage) WithGroup(name string) slog.Handler {
	return &outage{o.Handler.WithGroup(name), o.state}
}

// aboutConnection tells whether a record's error may come from a lost database. A
// website or a mail server that does not answer looks the same.
func aboutConnection(r slog.Record) bool {
	found := false
	r.Attrs(func(a slog.Attr) bool {
		err, ok := a.Value.Any().(error)
		found = found || ok && postgres.IsUnavailable(err)
		return !found
	})
	return found
}

// lost tells whether the database is away. Who finds it out first says so.
func (s *outageState) lost() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.down {
		return true
	}
	err := s.try()
	if err == nil || s.ctx.Err() != nil {
		return false
	}
	s.down = true
	s.log.Error("the database does not answer; everything waits and is tried again until it does", "error", err)
	go s.await(time.Now())
	return true
}

// try asks the database. What asks may itself wait for longer than it is given.
func (s *outageState) try() error {
	ctx, cancel := context.WithTimeout(s.ctx, outagePing)
	defer cancel()
	return bounded(ctx, s.db.ping)
}

// bounded runs do and returns when it is done or when ctx ends. A connection to a server
// that has vanished does not heed ctx.
func bounded(ctx context.Context, do func(ctx context.Context) error) error {
	done := make(chan error, 1)
	go func() { done <- do(ctx) }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// await says when the database is back: it answers, and the sender has got its answers.
func (s *outageState) await(since time.Time) {
	look := time.NewTicker(outageLook)
	defer look.Stop()
	last := since // when the connections were ended, or the outage began
	for {
		select {
		case <-s.ctx.Done():
			return
		case <-look.C:
		}
		err := s.try()
		if err == nil && (s.db.recovered == nil || s.db.recovered(since)) {
			break
		}
		if err != nil && s.db.cut != nil && time.Since(last) >= outageCut {
			s.db.cut()
			last = time.Now()
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.down = false
	s.log.Info("the database is back", "away", time.Since(since).Round(time.Second))
}
