package mailer

import (
	"context"
	"fmt"
	"sync"

	"corridor/mailer/smtp"
)

// mostRefusals is the number of consecutive refusals by a relay, for reasons that may
// concern every email, after which the edition is held.
const mostRefusals = 5

// refusals records the relays that accepted an email since their last refusal, in this
// process. The count of refusals is in the database, for all processes.
type refusals struct {
	mu    sync.Mutex
	taken map[string]bool // not yet stored in the database
	since map[string]bool // since the last refusal that was counted
}

func newRefusals() *refusals {
	return &refusals{taken: map[string]bool{}, since: map[string]bool{}}
}

// took records that a relay accepted an email.
func (r *refusals) took(relay string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.taken[relay], r.since[relay] = true, true
}

// interrupted reports whether a relay accepted an email since the last call.
func (r *refusals) interrupted(relay string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	was := r.since[relay]
	delete(r.since, relay)
	delete(r.taken, relay)
	return was
}

// unnoted returns the relays that accepted an email since their count was last reset.
func (r *refusals) unnoted() (relays []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for relay := range r.taken {
		relays = append(relays, relay)
	}
	clear(r.taken)
	return relays
}

// watchRelay counts refusals that concern every email, and holds the edition after
// mostRefusals consecutive ones.
func (s *Sender) watchRelay(m delivery, o smtp.Outcome) {
	switch {
	case o.Kind == smtp.Accepted:
		s.refusals.took(o.Relay)
		s.relays.Accepted(o.Relay)
		return
	case !o.ConcernsAll() || o.BeforeMail():
		return
	}
	n, err := s.store.CountRefusal(s.given, o.Relay, m.EditionID, m.SubscriberID, s.refusals.interrupted(o.Relay))
	if err == nil && n >= mostRefusals {
		err = s.store.Hold(s.given, m.EditionID, fmt.Sprintf("the mail server %s refuses our emails: %s", o.Relay, o.ReplyLine()))
	}
	_ = s.note(s.given, "count a refusal", err)
}

// noteAccepted resets the counts of relays that accepted an email.
func (s *Sender) noteAccepted(ctx context.Context) error {
	for _, relay := range s.refusals.unnoted() {
		if err := s.store.ResetRefusals(ctx, relay); err != nil {
			s.refusals.took(relay)
			return err
		}
	}
	return nil
}
