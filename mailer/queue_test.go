package mailer

import (
	"testing"
	"time"

	"corridor/mailer/deliveries"
)

// counter is a queue that records the leases it returns and the deliveries it takes back.
type counter struct {
	*queue
	handed []*lease
	taken  []delivery
	late   bool // for all leases
}

func newCounter(connections int) *counter {
	c := &counter{}
	c.queue = newQueue(connections, queueCalls{
		alive:       func(*lease) bool { return !c.late },
		returnLease: func(l *lease) { c.handed = append(c.handed, l) },
		takeBack:    func(d delivery) { c.taken = append(c.taken, d) },
	})
	return c
}

// lease opens a lease with the given number of jobs, a third of them at each of three
// domains.
func (c *counter) lease(jobs int) *lease {
	leased := &deliveries.Lease{Batch: int64(len(c.leases) + 1), Edition: 1, Read: time.Now()}
	for i := range jobs {
		leased.Deliveries = append(leased.Deliveries, deliveries.Delivery{SubscriberID: int64(i), Domain: string(rune('a'+i%3)) + ".example"})
	}
	l := newLease(leased)
	l.allowed = jobs
	c.open(l)
	return l
}

// round puts the asked deliveries in flight, as the ledger does, and returns their number.
func (c *counter) round(room int) (n int) {
	for _, a := range c.ask(room) {
		var ready []delivery
		for _, j := range a.want {
			ready = append(ready, delivery{j, a.lease})
		}
		n += len(ready)
		c.give(a.lease, ready)
	}
	c.answered()
	return n
}

func signalled(c chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

func TestWorkersShareALease(t *testing.T) {
	q := newCounter(4)
	l := q.lease(30)
	if !signalled(q.low) {
		t.Fatal("nobody is told that there is something to mark")
	}
	if n := q.round(25); n != 25 {
		t.Fatalf("%d are delivery, want what there is room for", n)
	}
	workers := []*worker{{}, {}}
	for i := range 30 {
		m, ok := q.take(workers[i%2], nil)
		if !ok || m.SubscriberID != int64(i) {
			t.Fatalf("take %d: %v, reader %d", i, ok, m.SubscriberID)
		}
		if low := signalled(q.low); low != (i >= 22 && i < 25) { // two are left, and five can be put in flight
			t.Errorf("take %d: more is asked for: %v", i, low)
		}
		if i == 24 && q.round(25) != 5 {
			t.Error("the rest is not marked")
		}
		q.done(l)
	}
	if len(q.handed) != 1 {
		t.Errorf("handed back %d times", len(q.handed))
	}
	if _, ok := q.take(workers[0], nil); ok {
		t.Error("an empty queue has something")
	}
}

// A lease that counts as a connection belongs to one worker, which takes from no other
// lease.
func TestALeaseOfOneWorker(t *testing.T) {
	q := newCounter(2)
	first, shared := q.lease(30), q.lease(30)
	first.alone, first.counts = true, true
	if n := q.round(20); n != 20 || len(first.ready) != inFlightEach {
		t.Fatalf("%d are delivery, %d of one worker's", n, len(first.ready))
	}
	a, b := &worker{}, &worker{}
	for range 5 {
		if m, ok := q.take(a, nil); !ok || !q.owns(a) || m.lease != first {
			t.Error("its worker gets something else")
		}
		if m, ok := q.take(b, nil); !ok || q.owns(b) || m.lease != shared {
			t.Error("another worker gets its deliveries")
		}
	}
	for range 5 {
		q.take(a, first)
	}
	if _, ok := q.take(a, first); ok || !q.owns(a) {
		t.Error("its worker is given others though it may go on")
	}
	if !signalled(q.low) {
		t.Error("nobody is told that it runs out")
	}
	q = newCounter(2)
	kept := q.lease(1)
	kept.alone, kept.counts = true, true
	q.round(1)
	c := &worker{}
	m, _ := q.take(c, nil)
	q.putBack(m) // it has no connection
	if m, ok := q.take(&worker{}, nil); !ok || m.lease != kept {
		t.Error("a worker without a connection keeps a lease from the others")
	}
}

// If a recipient domain accepts one email at a time, its lease belongs to one worker, which
// takes from other leases when it has no delivery of it.
func TestALeaseForOneAtATime(t *testing.T) {
	q := newCounter(3)
	one, shared := q.lease(2), q.lease(10)
	one.alone = true
	q.round(12)
	a, b := &worker{}, &worker{}
	take := func(w *worker, inHand, want *lease) delivery {
		t.Helper()
		m, ok := q.take(w, inHand)
		if !ok || q.owns(w) || m.lease != want {
			t.Errorf("taken: %v, from another lease than it should be", ok)
		}
		return m
	}
	take(a, nil, one)
	take(b, nil, shared)
	q.done(one)
	take(b, shared, shared) // not a delivery that others must not wait for
	m := take(b, nil, one)
	q.putBack(m) // it has no connection
	if again := take(a, nil, one); again.SubscriberID != m.SubscriberID {
		t.Error("another worker gets another one")
	}
}

// When a lease is stopped, its unsent deliveries are taken back, including those being put
// in flight, and the lease is returned once, when its last delivery has a result.
func TestAStoppedLease(t *testing.T) {
	q := newCounter(2)
	l := q.lease(30)
	q.round(10)
	m, _ := q.take(&worker{}, nil)
	asks := q.ask(5)
	q.stop(l)
	if len(q.taken) != 9 || q.mayGo(m) {
		t.Errorf("%d of 9 are taken back; one in hand may go: %v", len(q.taken), q.mayGo(m))
	}
	q.done(l)
	if len(q.handed) != 0 {
		t.Error("handed back while some are being marked")
	}
	q.give(l, []delivery{{asks[0].want[0], l}})
	q.answered()
	q.stop(l)
	if len(q.taken) != 10 || len(q.handed) != 1 {
		t.Errorf("%d of 10 are taken back; handed back %d times", len(q.taken), len(q.handed))
	}
	if !q.wants() || !q.idle() {
		t.Error("nothing new is wanted")
	}
	if last := q.remove(l); !last {
		t.Error("it was the last of its edition")
	}
}

// A paused domain delays no other.
func TestADomainIsSetApart(t *testing.T) {
	q := newCounter(2)
	l := q.lease(30)
	q.round(15)
	q.setApart("b.example")
	if len(q.taken) != 5 || len(l.ready) != 10 || len(l.open) != 10 {
		t.Errorf("%d taken back, %d ready, %d to mark; want 5, 10, 10", len(q.taken), len(l.ready), len(l.open))
	}
	for range 10 {
		m, ok := q.take(&worker{}, nil)
		if !ok || m.Domain == "b.example" || !q.mayGo(m) {
			t.Errorf("%v, to %s", ok, m.Domain)
		}
		q.done(l)
	}
	q.cut(l, time.Time{})
	if len(q.handed) != 1 {
		t.Errorf("handed back %d times", len(q.handed))
	}
}

// An expired lease gives no delivery, and neither does the former lease of a batch that was
// leased again.
func TestALeaseThatIsLost(t *testing.T) {
	q := newCounter(2)
	q.lease(10)
	q.round(10)
	q.late = true
	if _, ok := q.take(&worker{}, nil); ok || len(q.taken) != 10 {
		t.Errorf("it gives something: %v; %d of 10 are taken back", ok, len(q.taken))
	}
	q.late = false
	former := q.lease(10)
	again := newLease(former.Lease)
	again.allowed = 10
	q.open(again)
	if !former.stopped || again.stopped {
		t.Error("the former lease goes on, or the new one does not")
	}
}

// Batches are leased before workers run out, and few at a time.
func TestHowMuchIsLeased(t *testing.T) {
	q := newCounter(3)
	if q.lease(29); !q.wants() {
		t.Error("29 jobs are enough for three connections")
	}
	if q.lease(1); q.wants() {
		t.Error("30 jobs are not enough for three connections")
	}
	limited := q.lease(100)
	q.cut(q.leases[0], time.Time{})
	limited.Domain, limited.domainRate, limited.turn, limited.allowed = "a.example", 1, make(chan struct{}, 1), 0
	for range 4 {
		if !q.wants() || len(q.waiting()) != 1 {
			t.Error("one that waits for its turn keeps others from being leased, or another of its domain is")
		}
		limited.alone = !limited.alone
	}
	if q.allow(limited, 5); len(q.waiting()) != 1 {
		t.Error("another is leased though all workers share the one")
	}
	if limited.alone = true; len(q.waiting()) != 0 {
		t.Error("no other is leased for other workers")
	}
	q = newCounter(3)
	everybodys := q.lease(100)
	if everybodys.turn, everybodys.allowed = make(chan struct{}, 1), 0; q.wants() {
		t.Error("more is leased though everybody waits for the same turns")
	}
	q = newCounter(3)
	for i := range 3 {
		l := q.lease(100)
		l.alone, l.counts = true, true
		if q.wants() != (i < 2) {
			t.Errorf("%d leases that stand for a connection: more is wanted: %v", i+1, q.wants())
		}
	}
	old := q.lease(10)
	old.Read = time.Now().Add(-deliveries.LeaseAge)
	for _, a := range q.ask(100) {
		if a.lease == old {
			t.Error("a batch that was read long ago is marked")
		}
	}
	if len(q.handed) != 1 {
		t.Error("a batch that was read long ago is not handed back")
	}
}
