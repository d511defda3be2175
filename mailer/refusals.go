package mailer

import (
	"context"
	"fmt"
	"sync"

	"corridor/mailer/smtp"
)

// mostRefusals is how many mails in a row a relay may refuse for a reason that may concern
// all of them. Then the
// edition is held: the rest would be refused as well.
const mostRefusals = 5

// refusals knows which relays took a mail since they last refused us, as far as this
// process has seen. The count itself is in the database, for all processes.
type refusals struct {
	mu    sync.Mutex
	taken map[string]bool // not yet noted in the database
	since map[string]bool // since the last refusal that was counted
}

func newRefusals() *refusals {
	return &refusals{taken: map[string]bool{}, since: map[string]bool{}}
}

// took notes that a relay took a mail.
func (r *refusals) took(relay string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.taken[relay], r.since[relay] = true, true
}

// interrupted tells whether a relay took a mail since the last call.
func (r *refusals) interrupted(relay string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	was := r.since[relay]
	delete(r.since, relay)
	delete(r.taken, relay)
	return was
}

// unnoted takes the relays that took a mail and whose count was not reset since.
func (r *refusals) unnoted() (relays []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for relay := range r.taken {
		relays = append(relays, relay)
	}
	clear(r.taken)
	return relays
}

// watchRelay counts refusals that concern all, and holds the edition when there were too many in a
// row.
func (s *Sender) watchRelay(m marked, o smtp.Outcome) {
	switch {
	case o.Kind == smtp.Accepted:
		s.refusals.took(o.Relay)
		s.relays.Accepted(o.Relay)
		return
	case !o.ConcernsAll() || o.BeforeMail():
		return
	}
	n, err := s.store.countRefusal(s.given, o.Relay, m, s.refusals.interrupted(o.Relay))
	if err == nil && n >= mostRefusals {
		err = s.store.hold(s.given, m.EditionID, fmt.Sprintf("the mail server %s refuses our mail: %s", o.Relay, o.ReplyLine()))
	}
	if err != nil {
		s.log.Warn("a refusal of a mail server could not be counted", "relay", o.Relay, "error", err)
	}
}

// countRefusal counts a refusal of a delivery by a relay and returns how many there were
// in a row. Refusals of one and the same delivery count once where the edition has reached
// somebody: that delivery may be the only one that is refused. interrupted says that the
// relay took a mail in between.
func (s *Store) countRefusal(ctx context.Context, relay string, m marked, interrupted bool) (n int, err error) {
	err = s.db.GetContext(ctx, &n, `
		INSERT INTO relays AS r (address, refused, refused_at, refused_of) VALUES ($1, 1, now(), $2)
		ON CONFLICT (address) DO UPDATE SET refused_at = now(), refused_of = $2,
			refused = CASE WHEN $3 OR r.refused = 0 OR r.refused_at < now() - interval '1 day' THEN 1
				WHEN r.refused_of = $2 AND EXISTS (SELECT FROM deliveries WHERE edition_id = $4 AND state = 'sent') THEN r.refused
				ELSE r.refused + 1 END
		RETURNING refused`, relay, fmt.Sprintf("%d.%d", m.EditionID, m.SubscriberID), interrupted, m.EditionID)
	if err != nil {
		return 0, fmt.Errorf("mailer: counting a refusal: %w", err)
	}
	return n, nil
}

// noteAccepted ends the rows of refusals of relays that took a mail.
func (s *Sender) noteAccepted(ctx context.Context) error {
	for _, relay := range s.refusals.unnoted() {
		if _, err := s.store.db.ExecContext(ctx, `UPDATE relays SET refused = 0 WHERE address = $1 AND refused > 0`, relay); err != nil {
			s.refusals.took(relay)
			return fmt.Errorf("mailer: resetting the count of refusals: %w", err)
		}
	}
	return nil
}
