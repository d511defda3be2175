package mailer

import (
	"sync"
	"time"
)

// progress notes since when parts of a sender have wanted something of the database
// without getting it. A part that gets errors, or no answer at all, makes no progress.
type progress struct {
	mu    sync.Mutex
	since map[string]time.Time
	last  time.Time // when a part got what it wanted
}

// want notes that a part wants something, if it does not already.
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

// got notes that a part has what it wanted, unless err.
func (p *progress) got(part string, err error) {
	if err != nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.since, part)
	p.last = time.Now()
}

// forget notes that a part wants nothing any more.
func (p *progress) forget(part string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.since, part)
}

// Progress returns when the sender last got what it wanted from the database, and how long
// it has been stalled: the time that the part which waits longest has waited, a few
// milliseconds while all is well, whether or not there is anything to send.
func (s *Sender) Progress() (last time.Time, stalled time.Duration) {
	p := &s.progress
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, since := range p.since {
		stalled = max(stalled, time.Since(since))
	}
	return p.last, stalled
}
