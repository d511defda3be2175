package mailer

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"corridor/mailer/deliveries"
	"corridor/mailer/smtp"
	"corridor/trouble"
)

// roomEvery is the time after which a sender asks again whether a limit still holds: another
// process may have taken back emails that were counted and not sent.
const roomEvery = 5 * time.Second

// leaseQuota is the emails of a lease that were counted against the limits.
type leaseQuota struct {
	reserved deliveries.Reservation // the last one
	counted  int64                  // emails counted and not taken back
	spent    atomic.Int64           // emails handed to a relay
	mine     int                    // emails of reserved that got no turn yet
}

// mayLease reports whether the limits by hour and day and the sending window let editions
// send now. While they do not, batches keep their places and are not leased.
func (s *Sender) mayLease(ctx context.Context) bool {
	if !s.options.Quota.Limits() {
		return true
	}
	if time.Now().Before(s.roomAt) && !s.refunded.Swap(false) {
		return false
	}
	a, waiting, err := s.store.Room(ctx, s.limited(), s.options.Quota)
	if s.note(ctx, "read the limits", err) != nil {
		return false
	}
	s.noteLimit(a, waiting)
	if waiting {
		s.roomAt = time.Now().Add(roomEvery)
	}
	return a.Emails > 0
}

// limited is the address of the first relay. The limits count the emails of all relays under it.
func (s *Sender) limited() string { return s.options.Relays[0].String() }

// noteLimit logs the beginning and the end of a limit that emails wait for.
func (s *Sender) noteLimit(a deliveries.Allowance, waiting bool) {
	switch {
	case a.Emails > 0:
		s.troubles.End(trouble.Limit, s.limited())
	case waiting:
		s.troubles.Begin(trouble.Limit, s.limited(), errors.New(a.Reason), "until", a.Until.Format(time.RFC3339))
	}
}

// reserve returns the number of emails of a lease, up to n, that the limits allow now. 0
// means that the limits allow no email, or that the database does not answer.
func (s *Sender) reserve(ctx context.Context, l *lease, n int) int {
	if !s.options.Quota.Limits() {
		return n
	}
	if l.quota.mine == 0 {
		if !s.awaitOlder(ctx, l) {
			return 0
		}
		r, err := s.store.Reserve(ctx, s.limited(), s.options.Quota, n)
		if s.note(ctx, "count emails against the limits", err) != nil {
			return 0
		}
		if l.quota.counted > 0 && !r.SameHour(l.quota.reserved) { // unsent emails of an hour that is over stay counted there
			l.quota.counted = l.quota.spent.Load()
		}
		s.left.Store(int64(r.Left))
		l.quota.reserved, l.quota.mine = r, r.Emails
		l.quota.counted += int64(r.Emails)
	}
	return min(n, l.quota.mine)
}

// awaitOlder waits, when a limit may not allow all open deliveries, until the leases that came
// before have requested all their emails, so that the batches that were due first get the
// rest. A lease that waits for the rate of its domain holds up no other. It returns false
// when l has ended.
func (s *Sender) awaitOlder(ctx context.Context, l *lease) bool {
	for {
		changed := s.queue.watch()
		if s.queue.left(l) == 0 || ctx.Err() != nil {
			return false
		}
		if s.queue.isNext(l, s.left.Load()) {
			return true
		}
		select {
		case <-ctx.Done():
		case <-l.turn: // the lease may have ended
		case <-changed:
		}
	}
}

// spend counts an email that was handed to a relay.
func (l *lease) spend(o smtp.Outcome) {
	if o.Bytes > 0 {
		l.quota.spent.Add(1)
	}
}

// refund takes back the emails of a lease that were counted and not handed to a relay. It
// waits until waitTurns counts no more.
func (s *Sender) refund(l *lease) {
	if l.turn == nil {
		return
	}
	<-l.turnsOver
	if unsent := l.quota.counted - l.quota.spent.Load(); unsent > 0 {
		_ = s.note(s.given, "take emails back from the limits", s.store.Refund(s.given, l.quota.reserved, int(unsent)))
		s.refunded.Store(true)
	}
}

// sendWithin sends a message of the outbox if the limits allow it, or returns it to the
// outbox until they do. sent is false then.
func (s *Sender) sendWithin(ctx context.Context, client *smtp.Client, m *outboxMessage, probe string) (sent bool) {
	if !s.options.Quota.Limits() {
		s.sendMessage(ctx, client, m, probe)
		return true
	}
	r, err := s.store.ReserveSingle(ctx, s.limited(), s.options.Quota)
	if err != nil || r.Emails == 0 {
		wait := roomEvery
		if err == nil {
			s.noteLimit(r.Allowance, true)
			wait = min(time.Until(r.Until), time.Minute)
		}
		_ = s.note(s.given, "return a message to the outbox", errors.Join(err, s.outbox.putBack(s.given, m, max(wait, time.Second))))
		return false
	}
	if o := s.sendMessage(ctx, client, m, probe); o.Bytes == 0 {
		_ = s.note(s.given, "take emails back from the limits", s.store.Refund(s.given, r, 1))
	}
	return true
}
