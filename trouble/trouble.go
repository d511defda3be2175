// Package trouble logs one line when a trouble begins and one when it ends, however often the
// work in between is retried.
package trouble

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// settle is the time after the end of a trouble during which its return counts as the
	// same trouble. It bounds the lines of a trouble that comes and goes.
	settle = time.Minute
	// mostOpen bounds the open troubles of a kind, because other servers choose some names.
	mostOpen = 200
)

// Log is the open troubles of a process. [New] makes one. Its methods are safe for concurrent
// use.
type Log struct {
	log    *slog.Logger
	mu     sync.Mutex
	open   map[id]*state
	begun  map[Kind]int64
	listed atomic.Int64 // len(open), so that End costs nothing without troubles
	// explained reports whether a trouble with this cause is a consequence of another trouble.
	explained atomic.Pointer[func(cause error) bool]
}

type id struct {
	kind Kind
	name string
}

// state is a trouble that is open, or that ended less than settle ago.
type state struct {
	since    time.Time
	last     time.Time // of the last call of Begin
	times    int
	cause    string
	ended    time.Time // zero while it is open
	returned bool      // it has come back within settle: its end is logged after settle
	silent   bool      // a consequence of another trouble: it has no lines
	timer    *time.Timer
}

// Trouble is an open trouble.
type Trouble struct {
	Kind  Kind
	Name  string // such as a host and port, a source, a job
	Since time.Time
	Cause string // in the words of the server, if there was an answer
}

// New returns a Log without troubles that writes to log.
func New(log *slog.Logger) *Log {
	return &Log{log: log, open: map[id]*state{}, begun: map[Kind]int64{}}
}

// Unless makes later troubles silent whose cause is explained by another trouble: they are
// open and counted, and have no lines. It applies to every kind but [Database].
func (l *Log) Unless(explained func(cause error) bool) { l.explained.Store(&explained) }

// Begin records that the thing that name stands for is in trouble, and logs the cause unless
// the trouble is open already. It reports whether the trouble is new. attrs are further keys
// and values of the line.
func (l *Log) Begin(kind Kind, name string, cause error, attrs ...any) bool {
	i := id{kind, name}
	if l.again(i) {
		return false
	}
	silent := false
	if explained := l.explained.Load(); explained != nil && kind != Database {
		silent = (*explained)(cause) // without the lock: it may ask the database
	}
	return l.begin(i, cause, silent, attrs)
}

// again counts one more failure of an open trouble that has its line, and reports whether
// there is such a trouble.
func (l *Log) again(i id) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := l.open[i]
	if s == nil || !s.ended.IsZero() || s.silent {
		return false
	}
	s.last, s.times = time.Now(), s.times+1
	return true
}

func (l *Log) begin(i id, cause error, silent bool, attrs []any) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	s := l.open[i]
	returned := s != nil && !s.ended.IsZero()
	switch {
	case s == nil && l.count(i.kind) >= mostOpen:
		return false
	case s != nil && !returned && silent: // still a consequence
		s.last, s.times = now, s.times+1
		return false
	case returned:
		s.timer.Stop()
		if s.returned { // neither its end nor its return has a line
			s.ended, s.last, s.times = time.Time{}, now, s.times+1
			return true
		}
	}
	l.open[i] = &state{since: now, last: now, times: 1, cause: cause.Error(), returned: returned, silent: silent}
	l.begun[i.kind]++
	l.listed.Store(int64(len(l.open)))
	if !silent {
		w := kinds[i.kind]
		l.log.With(attrs...).Log(context.Background(), w.level, w.begins, "trouble", string(i.kind), w.key, i.name, "reason", cause.Error()) //nolint:sloglint // the messages are the table kinds
	}
	return true
}

// count is the number of troubles of a kind. The caller holds the lock.
func (l *Log) count(kind Kind) (n int) {
	for i := range l.open {
		if i.kind == kind {
			n++
		}
	}
	return n
}

// End records that the trouble is over, and logs its duration. Without such a trouble it does
// nothing, at the cost of an atomic load. It reports whether there was one.
func (l *Log) End(kind Kind, name string) bool {
	if l.listed.Load() == 0 {
		return false
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.end(id{kind, name})
}

// Note begins the trouble if err is set, and ends it otherwise. An error after the end of ctx
// is no trouble. Note returns err.
func (l *Log) Note(ctx context.Context, kind Kind, name string, err error) error {
	switch {
	case err == nil:
		l.End(kind, name)
	case ctx.Err() == nil:
		l.Begin(kind, name, err)
	}
	return err
}

// EndOlder ends the troubles of a kind that have not begun again for the given time, for
// things that no answer would end, such as a domain without further emails.
func (l *Log) EndOlder(kind Kind, age time.Duration) {
	if l.listed.Load() == 0 {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for i, s := range l.open {
		if i.kind == kind && time.Since(s.last) > age {
			l.end(i)
		}
	}
}

func (l *Log) end(i id) bool {
	s := l.open[i]
	if s == nil || !s.ended.IsZero() {
		return false
	}
	s.ended = time.Now()
	if !s.returned {
		l.logEnd(i, s)
	}
	s.timer = time.AfterFunc(settle, func() { l.settle(i, s) })
	return true
}

// settle forgets a trouble that ended settle ago.
func (l *Log) settle(i id, s *state) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.open[i] != s || s.ended.IsZero() {
		return
	}
	if s.returned {
		l.logEnd(i, s)
	}
	delete(l.open, i)
	l.listed.Store(int64(len(l.open)))
}

func (l *Log) logEnd(i id, s *state) {
	if s.silent {
		return
	}
	w := kinds[i.kind]
	l.log.Info(w.ends, "trouble", string(i.kind), w.key, i.name, "lasted", s.ended.Sub(s.since).Round(time.Second).String(), "failures", s.times) //nolint:sloglint // as in begin
}

// Open lists the open troubles of a kind.
func (l *Log) Open(kind Kind) (list []Trouble) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i, s := range l.open {
		if i.kind == kind && s.ended.IsZero() {
			list = append(list, Trouble{i.kind, i.name, s.since, s.cause})
		}
	}
	return list
}

// Begun is the number of troubles of a kind that have begun in this process.
func (l *Log) Begun(kind Kind) int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.begun[kind]
}
