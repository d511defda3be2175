package mailer

import (
	"context"
	"fmt"
	"sync"

	"corridor/mailer/deliveries"
	"corridor/mailer/smtp"
)

// mostUnclear is the number of consecutive refusals by a relay, of the message or without a
// clear reason, after which the edition is held.
const mostUnclear = 5

// tally counts the answers of relays in this process that refuse nothing of ours, so that an
// accepted email costs no statement. They are stored with the next refusal, or by the sweep.
type tally struct {
	mu     sync.Mutex
	relays map[string]*relayTally
}

// relayTally is the tally of a relay since it was stored.
type relayTally struct {
	answers  int
	accepted bool
}

func newTally() *tally { return &tally{relays: map[string]*relayTally{}} }

// add counts an answer of a relay.
func (t *tally) add(relay string, accepted bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	r := t.relays[relay]
	if r == nil {
		r = &relayTally{}
		t.relays[relay] = r
	}
	r.answers++
	r.accepted = r.accepted || accepted
}

// take returns the tally of a relay, which begins again.
func (t *tally) take(relay string) (r relayTally) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if had := t.relays[relay]; had != nil {
		r, *had = *had, relayTally{}
	}
	return r
}

// giveBack adds a tally that was not stored.
func (t *tally) giveBack(relay string, r relayTally) {
	t.mu.Lock()
	defer t.mu.Unlock()
	had := t.relays[relay]
	if had == nil {
		had = &relayTally{}
		t.relays[relay] = had
	}
	had.answers += r.answers
	had.accepted = had.accepted || r.accepted
}

// counted lists the relays that have answered.
func (t *tally) counted() (relays []string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for relay, r := range t.relays {
		if r.answers > 0 {
			relays = append(relays, relay)
		}
	}
	return relays
}

// watchRelays counts the answers to a delivery, of every relay that was tried. of is 0 for
// the edition of a single message.
func (s *Sender) watchRelays(edition, subscriber int64, o smtp.Outcome) {
	for ; ; o = *o.Earlier {
		if o.Relay != "" && !o.Repeated {
			s.watchRelay(edition, subscriber, o)
		}
		if o.Earlier == nil {
			return
		}
	}
}

// watchRelay counts one answer. A refusal of the sender may close the relay's brake; other
// final refusals that concern every email hold the edition after mostUnclear consecutive
// ones.
func (s *Sender) watchRelay(edition, subscriber int64, o smtp.Outcome) {
	var err error
	switch {
	case o.RefusesUs():
		err = s.countRefusal(edition, subscriber, o)
	case o.ConcernsAll() && edition != 0:
		err = s.countUnclear(edition, subscriber, o)
	case o.Code == 0: // no answer
	default:
		accepted := o.Kind == smtp.Accepted
		s.tally.add(o.Relay, accepted)
		if accepted {
			s.relays.Accepted(o.Relay)
		} else if o.SlowsUs() && !o.BeforeMail() {
			s.relays.Slowed(o)
		}
	}
	_ = s.note(s.given, "count a refusal", err)
}

// countRefusal counts a refusal of the sender, in the database for all processes.
func (s *Sender) countRefusal(edition, subscriber int64, o smtp.Outcome) error {
	before := s.tally.take(o.Relay)
	if before.accepted { // CountRefusal stores the number only
		if err := s.store.NoteAnswers(s.given, o.Relay, before.answers, true, s.options.Brake); err != nil {
			s.tally.giveBack(o.Relay, before)
			return err
		}
		before = relayTally{}
	}
	r := deliveries.Refusal{Relay: o.Relay, Others: before.answers, Stage: o.Stage, Words: o.Stage + ": " + o.ReplyLine()}
	if !o.BeforeRecipient() {
		r.Edition, r.Subscriber = edition, subscriber
	}
	closed, err := s.store.CountRefusal(s.given, r, s.options.Brake, s.options.Retry.probeAfter)
	if err != nil {
		s.tally.giveBack(o.Relay, before)
	}
	if err != nil || !closed {
		return err
	}
	s.log.Error("the mail server refuses our emails; nothing is sent through it until a probe is accepted or an edition is resumed", "relay", o.Relay, "reason", r.Words)
	return s.syncBrakes(s.given)
}

// countUnclear counts a final refusal that may concern every email of an edition.
func (s *Sender) countUnclear(edition, subscriber int64, o smtp.Outcome) error {
	before := s.tally.take(o.Relay)
	s.tally.add(o.Relay, false)
	if before.answers > 0 {
		if err := s.store.NoteAnswers(s.given, o.Relay, before.answers, before.accepted, s.options.Brake); err != nil {
			s.tally.giveBack(o.Relay, before)
			return err
		}
	}
	n, err := s.store.CountUnclear(s.given, o.Relay, edition, subscriber, before.accepted)
	if err != nil || n < mostUnclear {
		return err
	}
	return s.store.Hold(s.given, edition, fmt.Sprintf("the mail server %s refuses our emails: %s", o.Relay, o.ReplyLine()))
}

// noteAnswers stores the tally.
func (s *Sender) noteAnswers(ctx context.Context) error {
	for _, relay := range s.tally.counted() {
		r := s.tally.take(relay)
		if err := s.store.NoteAnswers(ctx, relay, r.answers, r.accepted, s.options.Brake); err != nil {
			s.tally.giveBack(relay, r)
			return err
		}
	}
	return nil
}
