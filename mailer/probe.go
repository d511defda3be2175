package mailer

import (
	"context"
	"time"

	"corridor/mailer/deliveries"
	"corridor/mailer/smtp"
)

// probeTime is the longest time of a probe without an email.
const probeTime = 5 * time.Minute

// probe begins the probes of braked relays that are due. A relay that refused us while
// connecting is probed with a transaction that is not completed, others with an email.
func (s *Sender) probe(ctx context.Context) {
	due, _ := s.brakes.due(time.Now())
	for _, b := range due {
		var err error
		if smtp.IsConnecting(b.Stage) {
			err = s.probeConnection(ctx, b.Relay)
		} else {
			err = s.probeWithEmail(ctx, b.Relay)
		}
		_ = s.note(ctx, "begin a probe", err)
	}
}

// probeConnection connects in a goroutine.
func (s *Sender) probeConnection(ctx context.Context, relay string) error {
	mine, err := s.store.ClaimProbe(ctx, relay, s.options.Retry.probeAfter)
	if err != nil || !mine {
		return err
	}
	s.back.Go(func() {
		bounded, cancel := context.WithTimeout(s.wire, probeTime)
		defer cancel()
		stop := context.AfterFunc(ctx, cancel)
		defer stop()
		from := s.envelopeFrom(s.options.MessageIDs.Marks(0, 0)) // as in emails, of which it is none
		s.probed(relay, s.brakes.stage(relay), s.relays.ProbeMail(bounded, relay, from))
	})
	return nil
}

// probeWithEmail leases one delivery for a worker, which calls sendProbe.
func (s *Sender) probeWithEmail(ctx context.Context, relay string) error {
	before := s.clock()
	leased, err := s.store.LeaseProbe(ctx, s.id(), relay, s.options.Retry.probeAfter)
	if err != nil || leased == nil {
		return err
	}
	l := newLease(leased)
	l.deadline.Store(int64(before + deliveries.LeaseTime - leaseMargin))
	l.probe, l.alone, l.allowed = relay, true, len(l.open)
	s.queue.open(l)
	return nil
}

// sendProbe sends a delivery through the relay that its lease probes.
func (w *worker) sendProbe(ctx context.Context, m delivery) {
	if ctx.Err() != nil || !w.queue.mayGo(m) {
		w.takeBack(m)
		w.queue.done(m.lease)
		return
	}
	w.prepare(ctx, w.mail, m)
	o := smtp.Outcome{Kind: smtp.NotSent, Stage: "compose", At: time.Now()}
	if w.mail.err == nil {
		o, _ = w.client.Probe(ctx, w.wire, &w.mail.message, m.lease.probe)
	} else {
		o.Text = w.mail.err.Error()
	}
	w.report(m, o)
	w.queue.done(m.lease)
	w.probed(m.lease.probe, w.brakes.stage(m.lease.probe), o)
}

// probed opens the brake of a relay, closed because of a refusal at a stage, if an attempt
// shows that it refuses us no longer. An empty stage means that the brake is open.
func (s *Sender) probed(relay, stage string, o smtp.Outcome) {
	if stage == "" {
		return
	}
	if !o.IsBeyond(stage) {
		s.log.Debug("the mail server still refuses our emails", "relay", relay, "reason", o.ReplyLine())
		return
	}
	since, opened, err := s.store.OpenBrake(s.given, relay)
	if err == nil && opened {
		s.log.Info("the mail server accepts our emails again; sending goes on", "relay", relay, "braked", time.Since(since).Round(time.Second))
		err = s.syncBrakes(s.given)
	}
	_ = s.note(s.given, "open a brake", err)
}
