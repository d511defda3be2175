package mailer

import (
	"sync/atomic"

	"corridor/mailer/deliveries"
	"corridor/mailer/smtp"
)

// counters count the results since a sender began.
type counters struct {
	sent, deferred, failed, bounced, uncertain, bytes, outbox atomic.Int64

	refusals map[smtp.Meaning]*atomic.Int64
}

func newCounters() *counters {
	c := &counters{refusals: map[smtp.Meaning]*atomic.Int64{}}
	for _, meaning := range smtp.Meanings {
		c.refusals[meaning] = &atomic.Int64{}
	}
	return c
}

// Counts are the results since a sender began.
type Counts struct {
	Sent, Deferred, Failed, Bounced, Uncertain, Bytes, Outbox int64

	Refusals        map[smtp.Meaning]int64
	ConnectFailures int64 // failures to connect to a mail server
}

// Plus returns the sums of c and o.
func (c Counts) Plus(o Counts) Counts {
	sum := Counts{
		c.Sent + o.Sent, c.Deferred + o.Deferred, c.Failed + o.Failed, c.Bounced + o.Bounced, c.Uncertain + o.Uncertain, c.Bytes + o.Bytes, c.Outbox + o.Outbox,
		map[smtp.Meaning]int64{},
		c.ConnectFailures + o.ConnectFailures,
	}
	for _, meaning := range smtp.Meanings {
		sum.Refusals[meaning] = c.Refusals[meaning] + o.Refusals[meaning]
	}
	return sum
}

// Counts returns the results since the sender began.
func (s *Sender) Counts() Counts {
	c := s.counters
	counts := Counts{
		c.sent.Load(), c.deferred.Load(), c.failed.Load(), c.bounced.Load(), c.uncertain.Load(), c.bytes.Load(), c.outbox.Load(),
		map[smtp.Meaning]int64{},
		s.relays.ConnectFailures(),
	}
	for meaning, n := range c.refusals {
		counts.Refusals[meaning] = n.Load()
	}
	return counts
}

func (s *Sender) count(state deliveries.State, o smtp.Outcome) {
	switch state {
	case deliveries.Sent:
		s.counters.sent.Add(1)
	case deliveries.Deferred:
		s.counters.deferred.Add(1)
	case deliveries.Failed:
		s.counters.failed.Add(1)
	case deliveries.Bounced:
		s.counters.bounced.Add(1)
	case deliveries.Uncertain:
		s.counters.uncertain.Add(1)
	}
	s.counters.bytes.Add(int64(o.Bytes))
	if n := s.counters.refusals[o.Meaning]; n != nil {
		n.Add(1)
	}
}
