package service

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"corridor/postgres"
	"corridor/trouble"
)

const (
	outagePing  = 2 * time.Second // time limit for an answer of the database
	outageLook  = time.Second     // interval of pings during an outage
	outageWatch = 5 * time.Second // interval of pings otherwise
	// outageCut is the time without an answer after which connections are closed, and
	// closed again. A server that has vanished never answers on them.
	outageCut = 10 * time.Second
)

// watched is the functions of the database that an outage needs.
type watched struct {
	ping      func(ctx context.Context) error
	recovered func(since time.Time) bool // reports whether the sender has had answers since then; nil without a sender
	cut       func()                     // closes all connections; nil does nothing
}

// outage is a log handler that reports an outage of the database once. During an outage
// everything that needs the database fails and is retried; a message for each would bury
// the one that matters.
type outage struct {
	slog.Handler
	state *outageState
}

// outageState is shared by all loggers derived from one.
type outageState struct {
	ctx      context.Context // of the service
	db       watched
	troubles *trouble.Log
	mu       sync.Mutex
	down     bool
}

// watchDatabase returns a logger that writes to log, except for consequences of an outage,
// which are silent in troubles too. Until ctx ends it pings the database, and tells troubles of
// the beginning and the end of an outage.
func watchDatabase(ctx context.Context, log *slog.Logger, troubles *trouble.Log, db watched) *slog.Logger {
	state := &outageState{ctx: ctx, db: db, troubles: troubles}
	troubles.Unless(func(cause error) bool { return postgres.IsUnavailable(cause) && state.lost() })
	go state.watch()
	return slog.New(&outage{log.Handler(), state})
}

// watchDatabase starts watching the service's database, over a connection in a separate pool;
// see [watched] for recovered.
func (s *Service) watchDatabase(ctx context.Context, recovered func(since time.Time) bool) (stop func(), err error) {
	probe, err := s.DB.Apart(1, outagePing)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	s.Log = watchDatabase(ctx, s.Log, s.Troubles, watched{ping: probe.PingContext, recovered: recovered, cut: s.DB.Cut})
	return func() { cancel(); probe.Close() }, nil
}

// watch pings the database until ctx ends, because a server that has vanished causes no
// errors.
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

// Handle drops errors that an outage explains.
func (o *outage) Handle(ctx context.Context, r slog.Record) error {
	if r.Level >= slog.LevelWarn && aboutConnection(r) && o.state.lost() {
		return nil
	}
	return o.Handler.Handle(ctx, r)
}

// WithAttrs returns a handler with the same state.
func (o *outage) WithAttrs(attrs []slog.Attr) slog.Handler {
	return &outage{o.Handler.WithAttrs(attrs), o.state}
}

// WithGroup returns a handler with the same state.
func (o *outage) WithGroup(name string) slog.Handler {
	return &outage{o.Handler.WithGroup(name), o.state}
}

// aboutConnection reports whether a record's error may come from an outage. The error of a
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

// lost reports whether the database is unavailable. The call that notices the outage logs
// it.
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
	s.troubles.Begin(trouble.Database, "postgresql", err)
	go s.await(time.Now())
	return true
}

// try pings the database.
func (s *outageState) try() error {
	ctx, cancel := context.WithTimeout(s.ctx, outagePing)
	defer cancel()
	return bounded(ctx, s.db.ping)
}

// bounded runs do, and returns at its end or when ctx ends. A connection to a server that
// has vanished does not observe ctx.
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

// await logs the end of the outage: the database answers, and the sender has had its
// answers.
func (s *outageState) await(since time.Time) {
	look := time.NewTicker(outageLook)
	defer look.Stop()
	last := since // when connections were closed, or the outage began
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
	s.troubles.End(trouble.Database, "postgresql")
}
