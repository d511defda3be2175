package deliveries_test

import (
	"fmt"
	"slices"

	"pgregory.net/rapid"
)

// model is the specification of deliveries in docs/protocol.md, as plain values.
//
// A new rule of the protocol is added in up to four places: an action in [play.steps], which
// notes in the model what it allows or forbids; [model.begin] when it decides whether an
// attempt may begin; [model.check] when it must hold at any moment; [model.checkEnd] when it
// changes how a delivery may end.
type model struct {
	*rapid.T
	step      int // increases with each step of the play
	began     int // the earliest step in which an op began that has ended since the last check
	resend    bool
	readers   map[int64]*mReader
	editions  map[int64]*mEdition
	delivered map[[2]int64]*mDelivery // by edition and reader
}

type mReader struct {
	id     int64
	leaves bool // it is leaving, or has left
	gone   int  // the step of its commit; 0: not committed
}

type mEdition struct {
	id                   int64
	cancelled, withdrawn bool         // it has begun
	closed               bool         // cancelled, and committed
	stopped              bool         // held, paused or cancelled, and committed
	braked               bool         // held by the brake, and committed
	sending, probed      int          // the last steps in which it was not stopped, and in which the brake held it
	hours                int          // that passed while it was not stopped
	rendered             []mRendering // that were committed
}

type mRendering struct {
	id int64
	at int // step
}

type mDelivery struct {
	edition  *mEdition
	reader   *mReader
	tries    []*mTry
	resends  int             // by staff
	retries  int             // by staff, after it failed or bounced
	reports  map[string]bool // states of late reports that may be recorded
	recorded bool            // a late report may be recorded
	dropped  bool            // by staff
	seen     string          // its last state in the database
	seenAt   int             // the step in which it was first seen
	told     string          // in the log
}

// mTry is an attempt: in flight from its first moment.
type mTry struct {
	number  int
	state   string // its result; "": none yet
	back    bool   // it did not go to the wire
	phantom bool   // it may not have begun: the outcome of the statement is unknown
	written certainty
	at      int // the step in which the result was known
}

type certainty int

const (
	no certainty = iota
	maybe
	yes
)

// row is a delivery in the database.
type row struct {
	Edition      int64  `db:"edition_id"`
	Reader       int64  `db:"subscriber_id"`
	State        string `db:"state"`
	Reason       string `db:"reason"`
	Attempt      int    `db:"attempt"`
	Due          bool   `db:"due"`       // its batch
	EditionState string `db:"edition"`   //
	InFlight     bool   `db:"in_flight"` // in being_sent
	Missed       bool   `db:"missed"`
	Hours        int    `db:"hours"` // that count toward giving up
}

func (r row) open() bool { return r.State == "queued" || r.State == "deferred" }

// unknown reports whether an attempt may have reached its reader, as far as the remaining
// senders know. A result may be lost with its sender.
func (t *mTry) unknown() bool {
	known := t.state == "deferred" || t.back
	return t.written == no || t.written == maybe && !known || t.state == "uncertain" || t.state == "queued" && !t.back
}

// begin checks that an attempt may begin that was asked for in the step since.
func (m *model) begin(d *mDelivery, number int, rendering int64, resent, probe bool, since int, ended bool) *mTry {
	allowed := d.resends + d.retries
	if m.resend {
		allowed += 1 + d.retries
	}
	doubts := 0
	for _, t := range d.tries {
		switch {
		case t.phantom:
		case t.unknown():
			doubts++
		case t.state == "deferred" || t.back:
		default: // recorded, and perhaps not applied
			doubts++
		}
		if t.number >= number && t.written == yes {
			m.Fatalf("delivery %d.%d: attempt %d begins after attempt %d", d.edition.id, d.reader.id, number, t.number)
		}
	}
	switch {
	case doubts > allowed:
		m.Fatalf("delivery %d.%d is sent twice: %d earlier attempts may have arrived, %d resends are allowed", d.edition.id, d.reader.id, doubts, allowed)
	case ended:
		m.Fatalf("delivery %d.%d is in flight under a lease that has ended", d.edition.id, d.reader.id)
	case d.reader.gone > 0 && d.reader.gone < since:
		m.Fatalf("delivery %d.%d is in flight although its reader has left", d.edition.id, d.reader.id)
	case d.edition.sending < since && (!probe || d.edition.probed < since):
		m.Fatalf("delivery %d.%d is in flight although its edition was stopped", d.edition.id, d.reader.id)
	case slices.ContainsFunc(d.edition.rendered, func(r mRendering) bool { return r.id > rendering && r.at < since }):
		m.Fatalf("delivery %d.%d carries rendering %d, but of %v a newer one was committed before step %d", d.edition.id, d.reader.id, rendering, d.edition.rendered, since)
	case d.seenAt < since && d.seen != "queued" && d.seen != "deferred":
		m.Fatalf("delivery %d.%d is in flight although it was %s", d.edition.id, d.reader.id, d.seen)
	case doubts > 0 && !resent && d.retries == 0:
		m.Fatalf("delivery %d.%d was resent without a record of it", d.edition.id, d.reader.id)
	}
	t := &mTry{number: number}
	d.tries = append(d.tries, t)
	return t
}

// may reports whether an attempt or a late report can have led to a state.
func (d *mDelivery) may(state string) bool {
	return d.reports[state] || slices.ContainsFunc(d.tries, func(t *mTry) bool { return t.state == state && t.written > no })
}

// left reports whether a delivery may leave a final state: by a late report, or by a retry.
func (d *mDelivery) left(state, now string) bool {
	return state == "sent" && d.reports[now] || d.retries > 0 && (state != "sent" || len(d.reports) > 0)
}

// reported checks that a late report was not lost: the delivery was sent, and no report was
// recorded before.
func (m *model) reported(d *mDelivery, state string, since int) {
	if d.retries == 0 && !d.recorded && len(d.reports) == 1 && d.reports[state] && slices.ContainsFunc(d.tries, func(t *mTry) bool {
		return t.state == "sent" && t.written == yes && t.at < since
	}) {
		m.Fatalf("delivery %d.%d was sent, and its late report is lost; tries %s", d.edition.id, d.reader.id, tell(d.tries))
	}
}

// bounced tells whether a reader may be suppressed because of a bounce.
func (m *model) bounced(r *mReader) bool {
	for _, d := range m.delivered {
		if d.reader == r && d.may("bounced") {
			return true
		}
	}
	return false
}

// check compares a delivery with the invariants that hold at any moment.
func (m *model) check(d *mDelivery, r row) {
	fail := func(what string) {
		m.Fatalf("delivery %d.%d %s: %+v, tries %s", r.Edition, r.Reader, what, r, tell(d.tries))
	}
	if now := fmt.Sprintf("%s %s attempt %d, in flight %v, due %v", r.State, r.Reason, r.Attempt, r.InFlight, r.Due); now != d.told {
		m.Logf("delivery %d.%d is %s", r.Edition, r.Reader, now)
		d.told = now
	}
	final := d.seen == "sent" || d.seen == "bounced" || d.seen == "failed"
	switch {
	case final && r.State != d.seen && !d.left(d.seen, r.State):
		fail("was " + d.seen)
	case r.open() && !r.Due:
		fail("is open, and its batch is never due")
	case r.open() && r.EditionState == "sending" && r.Hours > d.edition.hours:
		fail(fmt.Sprint("counts time in which its edition was stopped; it was sending for ", d.edition.hours, " hours"))
	case r.open() && r.EditionState == "finished":
		fail("is open in an edition that is finished")
	case r.State == "failed" && r.Reason == "dropped":
		if !d.dropped {
			fail("was dropped by itself")
		}
	case (r.State == "sent" || r.State == "bounced" || r.State == "failed") && !d.may(r.State):
		fail("has no such result")
	case r.State == "uncertain" && d.seen != r.State && !slices.ContainsFunc(d.tries, func(t *mTry) bool {
		return t.written < yes || t.at >= m.began || t.state == "uncertain" || t.state == "queued" && !t.back
	}):
		fail("has no attempt of unknown fate")
	case r.State == "skipped" && !d.reader.leaves && !m.bounced(d.reader) && !d.edition.cancelled && !d.edition.withdrawn:
		fail("is skipped without a cause")
	}
	for _, t := range d.tries { // in flight first
		if t.written == no && !t.phantom && r.open() && r.Attempt == t.number-1 && !r.InFlight {
			fail("may be on the wire, and is not in flight")
		}
	}
	if d.seen != r.State {
		d.seen, d.seenAt = r.State, m.step
	}
}

// checkEnd compares a delivery with its expected state when no sender has work left.
func (m *model) checkEnd(d *mDelivery, r row) {
	var want []string
	add := func(t *mTry) {
		unknown := t.state == "" || t.written < yes || t.state == "uncertain" || t.state == "queued" && !t.back
		if unknown {
			want = append(want, "uncertain")
		}
		if t.state == "deferred" || t.back || (unknown || t.state != "sent") && (m.resend || d.resends > 0) {
			want = append(want, "skipped")
		}
		if t.written > no {
			want = append(want, t.state)
		}
	}
	last := &mTry{back: true, written: yes}
	for _, t := range d.tries {
		if t.phantom {
			add(t)
		} else if t.number > last.number {
			last = t
		}
	}
	add(last)
	for state := range d.reports {
		want = append(want, state)
	}
	if d.retries > 0 {
		want = append(want, "skipped")
	}
	if d.may("sent") {
		want = append(want, "sent")
	}
	if d.dropped {
		want = append(want, "failed")
	}
	if !slices.Contains(want, r.State) || r.open() {
		m.Fatalf("delivery %d.%d ends as %s %s, want one of %v; tries %s", r.Edition, r.Reader, r.State, r.Reason, want, tell(d.tries))
	}
	missed := r.State == "bounced" || r.State == "failed" && r.Reason != "dropped" || r.State == "skipped" && r.Reason == "paused" ||
		r.State == "skipped" && r.Reason == "cancelled" && !d.edition.withdrawn
	if missed && !r.Missed && !d.reader.leaves {
		m.Fatalf("delivery %d.%d ends as %s %s, and is not missed", r.Edition, r.Reader, r.State, r.Reason)
	}
}
