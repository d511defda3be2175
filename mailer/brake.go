package mailer

import (
	"context"
	"sync"
	"time"

	"corridor/mailer/deliveries"
)

// brakes are the closed brakes of the relays, as this process last read them.
type brakes struct {
	mu   sync.Mutex
	list []brake
}

// brake is a closed brake with the time of its next probe by the process's clock.
type brake struct {
	deliveries.Brake
	probeAt time.Time
}

func (b *brakes) set(list []deliveries.Brake, now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.list = nil
	for _, closed := range list {
		b.list = append(b.list, brake{closed, now.Add(closed.Probe)})
	}
}

// due returns the brakes whose probe is due, and the time until the next one; 0 without any.
func (b *brakes) due(now time.Time) (due []brake, next time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, closed := range b.list {
		wait := closed.probeAt.Sub(now)
		if wait <= 0 {
			due = append(due, closed)
		} else if next == 0 || wait < next {
			next = wait
		}
	}
	return due, next
}

// stage is the stage of the refusal that closed a brake, or empty while it is open.
func (b *brakes) stage(relay string) string {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, closed := range b.list {
		if closed.Relay == relay {
			return closed.Stage
		}
	}
	return ""
}

// syncBrakes reads the brakes. If every relay is braked, it stops the leases and holds the
// editions; else it releases the editions that a brake held.
func (s *Sender) syncBrakes(ctx context.Context) error {
	s.syncing.Lock()
	defer s.syncing.Unlock()
	list, err := s.store.Brakes(ctx)
	if err != nil {
		return err
	}
	braked := map[string]bool{}
	var ours []deliveries.Brake
	for _, relay := range s.relays.Addresses() {
		for _, b := range list {
			if b.Relay == relay && !braked[relay] {
				braked[relay] = true
				ours = append(ours, b)
			}
		}
	}
	s.relays.SetBraked(braked)
	s.brakes.set(ours, time.Now())
	if !s.relays.AllBraked() {
		return s.store.ReleaseBraked(ctx)
	}
	var sending []*lease
	for _, l := range s.queue.held() {
		if l.probe == "" {
			sending = append(sending, l)
		}
	}
	s.queue.stop(sending...)
	return s.store.HoldBraked(ctx, ours[0].Describe())
}

// watchBrakes reads the brakes whenever one has closed or opened, until ctx ends.
func (s *Sender) watchBrakes(ctx context.Context, changed <-chan struct{}) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-changed:
		}
		_ = s.note(ctx, "read the brakes", s.syncBrakes(ctx))
		signal(s.queue.hungry)
	}
}
