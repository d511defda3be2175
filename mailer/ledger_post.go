package mailer

import (
	"context"
	"slices"
	"time"
)

// postDelay is the longest time that a result stays in the journal while its batch
// continues.
const postDelay = time.Second

// closing is a lease that ends. Its return waits until all its results are applied.
type closing struct {
	lease *lease
	done  chan struct{}
}

// close waits until every result of a lease reported before is applied. With hurry, results
// are written without delay.
func (l *ledger) close(ctx context.Context, lease *lease, hurry bool) error {
	written := l.written()
	if hurry {
		signal(l.urgent)
	}
	select {
	case <-written:
	case <-ctx.Done():
		return ctx.Err()
	}
	c := closing{lease, make(chan struct{})}
	l.mu.Lock()
	l.closing = append(l.closing, c)
	l.mu.Unlock()
	signal(l.post)
	select {
	case <-c.done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// postAll applies results until ctx ends: those of ending leases, and those older than
// postDelay.
func (l *ledger) postAll(ctx context.Context) {
	for {
		posted, closed, wait := l.due(time.Now())
		results := 0
		for _, e := range posted {
			results += len(e.results)
		}
		if results > 0 && !l.insist(ctx, "results", results, func(ctx context.Context) error { return l.store.post(ctx, posted) }) {
			return
		}
		for _, c := range closed {
			close(c.done)
		}
		if results > 0 {
			continue
		}
		select {
		case <-ctx.Done():
			return
		case <-l.post:
		case <-time.After(wait):
		}
	}
}

// due removes and returns the results to apply now, and the leases that end with them. wait
// is the time until more results are due.
func (l *ledger) due(now time.Time) (posted []*entries, closed []closing, wait time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	closed, l.closing = l.closing, nil
	wait = time.Hour
	for lease, e := range l.unposted {
		left := postDelay - now.Sub(e.since)
		if left > 0 && !slices.ContainsFunc(closed, func(c closing) bool { return c.lease == lease }) {
			wait = min(wait, left)
			continue
		}
		posted = append(posted, e)
		delete(l.unposted, lease)
	}
	return posted, closed, wait
}
