package service

import (
	"context"
	"errors"
	"fmt"
	"time"

	"corridor/postgres"
)

// readyTime is the database's time limit for a readiness check.
const readyTime = 3 * time.Second

// stallTime is the time that a sender may wait for the database before it counts as
// stalled. It is longer than a statement may take.
const stallTime = senderTime + 5*time.Second

// ready is [Service.Ready] for a process. A process whose sender has stopped or stalled is
// not ready.
func (r *Process) ready(ctx context.Context) ([]string, error) {
	ctx, cancel := context.WithTimeout(ctx, readyTime)
	defer cancel()
	if err := r.notReady(ctx); err != nil {
		return nil, err
	}
	return r.notes(ctx, time.Now()), nil
}

func (r *Process) notReady(ctx context.Context) error {
	err := bounded(ctx, r.Service.notReady)
	switch sender := r.senders.current.Load(); {
	case errors.Is(err, context.DeadlineExceeded):
		return errors.New("the database does not answer")
	case err == nil && Outdated(r.working) != nil && (r.has(RoleSender) || r.has(RoleScheduler)):
		return errors.New("sending and gathering stopped because the schema was newer for a while; restart this process")
	case err != nil || sender == nil:
		return err
	default:
		if _, stalled := sender.Progress(); stalled > stallTime {
			return fmt.Errorf("the sender has been waiting for the database for %s", stalled.Round(time.Second))
		}
		return nil
	}
}

// recovered reports whether the sender, if there is one, has had answers since then and has
// no overdue statement.
func (r *Process) recovered(since time.Time) bool {
	sender := r.senders.current.Load()
	if sender == nil || Outdated(r.working) != nil {
		return true
	}
	last, stalled := sender.Progress()
	return last.After(since) && stalled < outagePing
}

// Ready returns the reason why the service cannot do its work, in words for the public, or
// notes about problems that do not stop it.
func (s *Service) Ready(ctx context.Context) (notes []string, err error) {
	if err := s.notReady(ctx); err != nil {
		return nil, err
	}
	return s.notes(ctx, time.Now()), nil
}

func (s *Service) notReady(ctx context.Context) error {
	if err := s.DB.PingContext(ctx); err != nil {
		return errors.New("the database does not answer")
	}
	var newer *postgres.NewerSchemaError
	if errors.As(s.DB.CheckSchema(ctx), &newer) {
		return fmt.Errorf("sending and gathering have stopped: %w", newer)
	}
	list, err := s.DB.Migrations(ctx)
	if err != nil {
		return errors.New("the schema's state cannot be read")
	}
	if n := postgres.Pending(list); n > 0 {
		return fmt.Errorf("%d migrations are missing; run corridor migrate up", n)
	}
	return nil
}
