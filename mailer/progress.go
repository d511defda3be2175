package mailer

import (
	"sync"
	"time"
)

// progress records the times since which parts of a sender have been waiting for the
// database. A part that gets errors, or no answer, makes no progress.
type progress struct {
	mu    sync.Mutex
	since map[string]time.Time
	last  time.Time // time of the last answer
}

// want records that a part waits, unless it does already.
func (p *progress) want(part string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.since == nil {
		p.since = map[string]time.Time{}
	}
	if _, waits := p.since[part]; !waits {
		p.since[part] = time.Now()
	}
}

// got records that a part has its answer, unless err is set.
func (p *progress) got(part string, err error) {
	if err != nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.since, part)
	p.last = time.Now()
}

// forget records that a part waits no longer.
func (p *progress) forget(part string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.since, part)
}

// Progress returns the time of the last answer from the database, and the duration that the
// part with the longest wait has been waiting. A healthy sender waits some milliseconds,
// with or without emails to send.
func (s *Sender) Progress() (last time.Time, stalled time.Duration) {
	p := &s.progress
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, since := range p.since {
		stalled = max(stalled, time.Since(since))
	}
	return p.last, stalled
}
