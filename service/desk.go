package service

import (
	"context"
	"net"
	"time"

	"corridor/bounces"
	"corridor/bounces/receiver"
	"corridor/scheduler"

	"golang.org/x/sync/errgroup"
)

// Desk returns the desk that records messages that come back. taken is told of each; it may
// be nil.
func (s *Service) Desk(ctx context.Context, taken func(bounces.Event, bounces.Change)) (*bounces.Desk, error) {
	ids, err := s.MessageIDs(ctx)
	if err != nil {
		return nil, err
	}
	return bounces.NewDesk(s.DB, ids, s.Deliveries(), s.Readers(), taken), nil
}

// startBounces starts receiving messages that come back, and reading the mailbox.
func (r *Process) startBounces(ctx context.Context, group *errgroup.Group) error {
	if r.Bounces != nil {
		if err := r.startReceiver(ctx, group, r.Bounces); err != nil {
			return err
		}
	}
	box, err := r.Mailbox(ctx, r.returned)
	if err != nil || box == nil {
		return err
	}
	job := r.whileOurs(scheduler.Job{Name: jobMailbox, Every: time.Duration(r.Config.Bounces.Every), Run: func(ctx context.Context, _ time.Time) error {
		_, err := box.Read(ctx)
		return err
	}})
	r.work(group, scheduler.New(r.DB, r.Log, r.Troubles, time.Now, job).Run)
	return nil
}

// startReceiver starts receiving from l.
func (r *Process) startReceiver(ctx context.Context, group *errgroup.Group, l net.Listener) error {
	desk, err := r.Desk(ctx, r.returned)
	if err != nil {
		return err
	}
	name := r.Config.Bounces.Domain
	if name == "" {
		name = r.MailDomain()
	}
	server := receiver.New(receiver.Options{Desk: desk, Name: name, Feedback: r.Config.Bounces.Feedback, Log: r.Log, Troubles: r.Troubles})
	r.work(group, func(ctx context.Context) error { return server.Run(ctx, l) })
	return nil
}

// returned counts and logs a message that came back. Addresses stay out of the log.
func (r *Process) returned(e bounces.Event, c bounces.Change) {
	r.metrics.returned.WithLabelValues(e.Source, string(e.Kind), string(c.Outcome)).Inc()
	r.Log.Debug("a message came back", "door", e.Source, "kind", e.Kind, "outcome", c.Outcome, "reason", c.Reason,
		"edition_id", e.Edition, "subscriber_id", e.Reader, "outbox_id", e.Outbox)
}
