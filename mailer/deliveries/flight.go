package deliveries

import (
	"slices"
	"time"
)

// Flight records the deliveries of a lease that are in flight, and the last number of its
// rows in the journal. One goroutine uses it at a time.
type Flight struct {
	lease    *Lease
	inFlight []mark
	rows     int64
}

// mark is an attempt in flight, as in batches.marks.
type mark struct {
	subscriber int64
	attempt    int
}

// NewFlight returns the account of a lease that has nothing in flight.
func NewFlight(l *Lease) *Flight { return &Flight{lease: l} }

// Begin records deliveries that [Store.Record] put in flight.
func (f *Flight) Begin(started []Delivery) {
	for _, d := range started {
		f.inFlight = append(f.inFlight, mark{d.SubscriberID, d.Attempt})
	}
}

// End records that a delivery has a result, and reports whether it was in flight.
func (f *Flight) End(subscriber int64) bool {
	i := slices.IndexFunc(f.inFlight, func(m mark) bool { return m.subscriber == subscriber })
	if i < 0 {
		return false
	}
	f.inFlight = slices.Delete(f.inFlight, i, i+1)
	return true
}

// InFlight is the number of deliveries in flight.
func (f *Flight) InFlight() int { return len(f.inFlight) }

// Result is the result of an attempt.
type Result struct {
	Flight       *Flight
	SubscriberID int64
	Attempt      int
	State        State     // queued: the delivery was not sent, or will be sent again
	Due          time.Time // of the next attempt; zero: at once, or no attempt
	RenderingID  int64     // the rendering that was sent; 0: none was sent
	Stage        string    // of the reply, like "RCPT"; empty for an accepted email
	Code         int       // of the reply, RFC 5321; 0 without a reply
	Enhanced     string    // RFC 3463; may be empty
	Reply        string    // valid UTF-8 without NUL
	Relay        string    // host:port
	Bytes        int       // written to the connection
	At           time.Time // of the attempt

	row int64 // the number of its row in the journal
}

// Result returns the result of a delivery in flight, without a reply.
func (f *Flight) Result(d Delivery, state State) Result {
	return Result{Flight: f, SubscriberID: d.SubscriberID, Attempt: d.Attempt, State: state}
}

// Number gives results the numbers of their rows in the journal, a row for each lease. It is
// called once, before [Store.Record] is called with them as often as necessary.
func Number(results []Result) {
	numbered := map[*Flight]bool{}
	for i := range results {
		r := &results[i]
		if !numbered[r.Flight] {
			r.Flight.rows++
			numbered[r.Flight] = true
		}
		r.row = r.Flight.rows
	}
}

// Ask is the deliveries of a lease to put in flight. A lease has at most one ask in a call.
type Ask struct {
	Flight *Flight
	Want   []Delivery
}

// wanted returns the asked delivery to a reader.
func (a *Ask) wanted(subscriber int64) Delivery {
	for _, d := range a.Want {
		if d.SubscriberID == subscriber {
			return d
		}
	}
	return Delivery{}
}
