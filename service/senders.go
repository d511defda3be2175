package service

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"corridor/mailer"
	"corridor/trouble"
)

// senders are the senders of a process: the current one, and after a change of the
// configuration the former ones, until the transactions that they have begun are over.
type senders struct {
	current atomic.Pointer[mailer.Sender] // nil before the first starts, or without the role
	next    chan configured

	mu      sync.Mutex
	running map[*mailer.Sender]bool
	ended   mailer.Counts // of senders that have ended
}

// configured is a sender and the function that frees its resources.
type configured struct {
	sender  *mailer.Sender
	release func()
}

// Counts returns the results of all senders since the process began.
func (s *senders) Counts() mailer.Counts {
	s.mu.Lock()
	defer s.mu.Unlock()
	total := s.ended
	for sender := range s.running {
		total = total.Plus(sender.Counts())
	}
	return total
}

func (s *senders) begin(sender *mailer.Sender) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.running[sender] = true
	s.current.Store(sender)
}

func (s *senders) end(sender *mailer.Sender) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.running, sender)
	s.ended = s.ended.Plus(sender.Counts())
}

// runSenders runs first, and in its place each sender of r.senders.next, until ctx ends. An
// error of the first one's start ends it.
func (r *Process) runSenders(ctx context.Context, first configured) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var all sync.WaitGroup
	defer all.Wait()
	failed := make(chan error, 1)
	run := func(c configured, run func(ctx context.Context) error) {
		r.senders.begin(c.sender)
		all.Go(func() {
			defer c.release()
			defer r.senders.end(c.sender)
			if err := run(ctx); err != nil {
				select {
				case failed <- err:
				default:
				}
			}
		})
	}
	run(first, first.sender.Run)
	for {
		select {
		case <-ctx.Done():
			return nil
		case err := <-failed:
			cancel()
			return err
		case c := <-r.senders.next:
			former := r.senders.current.Load()
			run(c, func(ctx context.Context) error { return r.insist(ctx, c.sender) })
			former.Retire()
		}
	}
}

// insist runs a sender, again when the database is away at its start: the process has
// outlived that before.
func (r *Process) insist(ctx context.Context, sender *mailer.Sender) error {
	for ctx.Err() == nil {
		if err := r.Troubles.Note(ctx, trouble.Work, "start a sender", sender.Run(ctx)); err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
		case <-time.After(2 * time.Second):
		}
	}
	return nil
}
