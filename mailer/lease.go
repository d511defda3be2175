package mailer

import (
	"slices"
	"sync/atomic"
	"time"

	"corridor/mailer/deliveries"
)

// leaseMargin is the time between the deadline by the sender's clock and the end of the
// lease: enough for a statement or a short message.
const leaseMargin = 5 * time.Second

// lease is a leased batch. The data read at its lease is immutable, its flight belongs to
// the ledger, and the other fields belong to the queue.
type lease struct {
	*deliveries.Lease
	flight *deliveries.Flight
	leaseLimits
	leaseQueue
	quota leaseQuota

	deadline atomic.Int64 // by the sender's clock, in nanoseconds since its start
}

// leaseLimits are the limits of the sender that apply to a lease.
type leaseLimits struct {
	alone      bool          // one worker at a time takes from it
	counts     bool          // it counts as a connection: its worker takes from no other
	probe      string        // the braked relay that it probes; empty: none
	domainRate float64       // emails a second to its domain; 0: no limit
	turnsOver  chan struct{} // closed when waitTurns has ended
	turn       chan struct{} // signalled when its turns are used up; nil if it needs no turns
}

// leaseQueue is the state of a lease in the queue.
type leaseQueue struct {
	open      []deliveries.Delivery // not yet asked to be in flight, in order
	allowed   int                   // number of open deliveries that have a turn
	asked     bool                  // the ledger has an ask for it
	ready     []delivery            // in flight, not yet taken by a worker
	out       int                   // number of deliveries that workers hold
	owner     *worker               // the only worker that may take from it
	stopped   bool                  // none of its deliveries may be sent
	quiet     []string              // domains that answered 421: their deliveries wait
	notBefore time.Time             // its domain has no turn until then
	returning bool                  // all its deliveries are settled
}

func newLease(l *deliveries.Lease) *lease {
	return &lease{Lease: l, flight: deliveries.NewFlight(l), leaseQueue: leaseQueue{open: l.Deliveries}}
}

// waits reports whether the lease waits for a turn of its domain.
func (l *lease) waits() bool { return l.domainRate > 0 && l.allowed == 0 && len(l.open) > 0 }

// askable reports whether some of its deliveries may be put in flight.
func (l *lease) askable() bool { return !l.asked && len(l.open) > 0 && l.allowed > 0 }

// isQuiet reports whether a domain answered 421.
func (l *lease) isQuiet(domain string) bool { return slices.Contains(l.quiet, domain) }

// delivery is a delivery in flight, which may be sent under its lease.
type delivery struct {
	deliveries.Delivery
	lease *lease
}

// result returns a result of an attempt, without a reply.
func (d *delivery) result(state deliveries.State) deliveries.Result {
	return d.lease.flight.Result(d.Delivery, state)
}
