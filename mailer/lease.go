package mailer

import (
	"slices"
	"sync/atomic"
	"time"

	"corridor/mailer/deliveries"
)

// leaseMargin is kept between the deadline of a sender's own clock and the end of its lease:
// the time that a statement or a short message may take.
const leaseMargin = 5 * time.Second

// lease is a leased batch. What was read when it was leased does not change; its flight is
// the ledger's; the rest is the queue's.
type lease struct {
	*deliveries.Lease
	flight *deliveries.Flight
	leaseLimits
	leaseQueue

	deadline atomic.Int64 // by the sender's clock, in nanoseconds since its start
}

// leaseLimits are what the limits of the sender mean for a lease.
type leaseLimits struct {
	alone      bool          // one worker at a time takes from it
	counts     bool          // it counts as a connection: its worker takes from no other
	domainRate float64       // emails a second to its domain; 0: no limit
	turn       chan struct{} // signalled when its turns are used up; nil: it needs no turns
}

// leaseQueue is how far the queue is with a lease.
type leaseQueue struct {
	open      []deliveries.Delivery // not asked to be in flight, in order
	allowed   int                   // number of open deliveries that have a turn
	asked     bool                  // the ledger has an ask for it
	ready     []delivery            // in flight, and no worker has taken them
	out       int                   // number of deliveries that workers have
	owner     *worker               // the only worker that may take from it
	stopped   bool                  // none of its deliveries may go to the wire
	quiet     []string              // domains that answered 421: their deliveries are left
	notBefore time.Time             // its domain has no turn until then
	again     bool                  // a delivery is to be tried again
	returning bool                  // all its deliveries are settled
	done      bool                  // and none of the batch is open
}

func newLease(l *deliveries.Lease) *lease {
	return &lease{Lease: l, flight: deliveries.NewFlight(l), leaseQueue: leaseQueue{open: l.Deliveries}}
}

// waits tells whether it goes on only when its domain has a turn.
func (l *lease) waits() bool { return l.domainRate > 0 && l.allowed == 0 && len(l.open) > 0 }

// askable tells whether some of its deliveries may be put in flight.
func (l *lease) askable() bool { return !l.asked && len(l.open) > 0 && l.allowed > 0 }

// isQuiet tells whether a domain answered 421.
func (l *lease) isQuiet(domain string) bool { return slices.Contains(l.quiet, domain) }

// delivery is a delivery in flight: it may go to the wire under its lease.
type delivery struct {
	deliveries.Delivery
	lease *lease
}

// result is what came of an attempt, without a reply.
func (d *delivery) result(state deliveries.State) deliveries.Result {
	return d.lease.flight.Result(d.Delivery, state)
}
