package mailer

import (
	"context"
	"slices"
	"time"

	"corridor/mailer/deliveries"
)

// applyDelay is the longest time that a result stays in the journal while its batch
// continues.
const applyDelay = time.Second

// closing is a lease that ends: done is closed when all its results are applied.
type closing struct {
	flight *deliveries.Flight
	done   chan struct{}
}

// close waits until every result of a lease reported before is applied. With hurry, results
// are recorded without delay.
func (l *ledger) close(ctx context.Context, flight *deliveries.Flight, hurry bool) error {
	written := l.written()
	if hurry {
		signal(l.urgent)
	}
	select {
	case <-written:
	case <-ctx.Done():
		return ctx.Err()
	}
	c := closing{flight, make(chan struct{})}
	l.mu.Lock()
	l.closing = append(l.closing, c)
	l.mu.Unlock()
	signal(l.apply)
	select {
	case <-c.done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// applyAll applies results until ctx ends: those of ending leases, and those older than
// applyDelay.
func (l *ledger) applyAll(ctx context.Context) {
	for {
		results, closed, wait := l.due(time.Now())
		if len(results) > 0 && !l.insist(ctx, "results", func(ctx context.Context) error { return l.store.Apply(ctx, results) }) {
			return
		}
		for _, c := range closed {
			close(c.done)
		}
		if len(results) > 0 {
			continue
		}
		select {
		case <-ctx.Done():
			return
		case <-l.apply:
		case <-time.After(wait):
		}
	}
}

// due removes and returns the results to apply now, and the leases that end with them. wait
// is the time until more results are due.
func (l *ledger) due(now time.Time) (results []deliveries.Result, closed []closing, wait time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	closed, l.closing = l.closing, nil
	wait = time.Hour
	for flight, u := range l.unapplied {
		left := applyDelay - now.Sub(u.since)
		if left > 0 && !slices.ContainsFunc(closed, func(c closing) bool { return c.flight == flight }) {
			wait = min(wait, left)
			continue
		}
		results = append(results, u.results...)
		delete(l.unapplied, flight)
	}
	return results, closed, wait
}
