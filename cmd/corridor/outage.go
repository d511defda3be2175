package main

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"corridor/postgres"
)

const (
	outagePing = 2 * time.Second // how long the database may take to prove that it is there
	outageLook = time.Second     // how often it is asked while it is away
)

// outage makes one line of a lost database. Everything that needs it fails and is tried
// again meanwhile; a line for each would bury the one that matters.
type outage struct {
	slog.Handler
	state *outageState
}

// outageState is shared by all loggers made from one.
type outageState struct {
	ctx  context.Context // of the service
	ping func(ctx context.Context) error
	log  *slog.Logger
	mu   sync.Mutex
	down bool
}

// watchDatabase returns a logger that writes to log, but not what follows from a lost
// database. It says when ping fails, and when it works again, until ctx ends.
func watchDatabase(ctx context.Context, log *slog.Logger, ping func(ctx context.Context) error) *slog.Logger {
	return slog.New(&outage{log.Handler(), &outageState{ctx: ctx, ping: ping, log: log}})
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

func (s *outageState) try() error {
	ctx, cancel := context.WithTimeout(s.ctx, outagePing)
	defer cancel()
	return s.ping(ctx)
}

// await says when the database is back.
func (s *outageState) await(since time.Time) {
	look := time.NewTicker(outageLook)
	defer look.Stop()
	for {
		select {
		case <-s.ctx.Done():
			return
		case <-look.C:
		}
		if s.try() == nil {
			break
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.down = false
	s.log.Info("the database is back", "away", time.Since(since).Round(time.Second))
}
