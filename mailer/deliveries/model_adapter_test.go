package deliveries

import (
	"context"
	"slices"
	"time"

	"corridor/postgres"

	"github.com/jmoiron/sqlx"
)

// This file is all that the model test in package deliveries_test uses of this package.

// StepSender is a sender that takes each step when a test tells it to.
type StepSender struct {
	db      *postgres.DB
	store   *Store
	session *Session

	recorded map[*Flight][]Result // in the journal, not applied
	applying []Result             // an application whose outcome is unknown
}

// StepLease is a lease of a StepSender.
type StepLease struct {
	l      *Lease
	flight *Flight
	open   []Delivery // not in flight yet
}

// StepAttempt is a delivery in flight.
type StepAttempt struct {
	Lease             *StepLease
	Reader, Rendering int64
	Number            int
	Resent            bool
	m                 Delivery
}

// StepResult is the result of an attempt.
type StepResult struct {
	*StepAttempt
	State     string
	Due       time.Time
	TakenBack bool // it was not sent
}

// StepRecord is one statement of the ledger. It is repeated until it succeeds.
type StepRecord struct {
	results []Result
	asks    []Ask
	leases  []*StepLease // of the asks
}

func OpenStepSender(ctx context.Context, url string, resend Resend, events Events) (*StepSender, error) {
	db, err := postgres.Open(ctx, url, 4)
	if err != nil {
		return nil, err
	}
	s := &StepSender{db: db, store: New(db, resend, events, nil), recorded: map[*Flight][]Result{}}
	if s.session, err = s.store.OpenSession(ctx); err != nil {
		s.Drop()
		return nil, err
	}
	return s, nil
}

// Drop frees the resources of a sender in this process, after its connections were cut.
func (s *StepSender) Drop() {
	s.store.Close()
	s.db.Close()
}

// Lease returns nil if no batch is due.
func (s *StepSender) Lease(ctx context.Context, limits Limits) (*StepLease, error) {
	l, err := s.store.Lease(ctx, s.session.ID(), 0, limits)
	if err != nil || l == nil {
		return nil, err
	}
	return &StepLease{l: l, flight: NewFlight(l), open: slices.Clone(l.Deliveries)}, nil
}

// stepRelay is the relay of the model test.
const stepRelay = "mx:25"

// CloseBrake closes the brake of the only relay, and holds the editions.
func (s *StepSender) CloseBrake(ctx context.Context) error {
	at := func(int) time.Duration { return 0 }
	for range leastRefusals {
		if _, err := s.store.CountRefusal(ctx, Refusal{Relay: stepRelay, Stage: "MAIL", Words: "no"}, BrakeRule{Share: 1, Answers: leastRefusals}, at); err != nil {
			return err
		}
	}
	return s.store.HoldBraked(ctx, "no")
}

// OpenBrake opens the brake, and releases the editions.
func (s *StepSender) OpenBrake(ctx context.Context) error {
	if _, _, err := s.store.OpenBrake(ctx, stepRelay); err != nil {
		return err
	}
	return s.store.ReleaseBraked(ctx)
}

// LeaseProbe leases a delivery for a probe. It returns nil if no batch is due.
func (s *StepSender) LeaseProbe(ctx context.Context) (*StepLease, error) {
	l, err := s.store.LeaseProbe(ctx, s.session.ID(), stepRelay, func(int) time.Duration { return 0 })
	if err != nil || l == nil {
		return nil, err
	}
	return &StepLease{l: l, flight: NewFlight(l), open: slices.Clone(l.Deliveries)}, nil
}

func (l *StepLease) Batch() int64   { return l.l.Batch }
func (l *StepLease) Fence() int64   { return l.l.fence }
func (l *StepLease) Edition() int64 { return l.l.Edition }
func (l *StepLease) Left() int      { return len(l.open) }

// Cut drops the deliveries of a lease that are not in flight.
func (l *StepLease) Cut() { l.open = nil }

// SetApart drops the deliveries to one domain.
func (l *StepLease) SetApart(domain string) {
	l.open = slices.DeleteFunc(l.open, func(d Delivery) bool { return d.Domain == domain })
}

// NewRecord makes the statement for some results, and for the next n deliveries of a lease,
// which may be nil.
func NewRecord(results []StepResult, from *StepLease, n int) *StepRecord {
	r := &StepRecord{}
	for _, end := range results {
		x := end.Lease.flight.Result(end.m, State(end.State))
		if !end.TakenBack {
			x.RenderingID, x.Code, x.Reply, x.Relay, x.Bytes, x.At = end.Rendering, 250, "so it is", "mx:25", 100, time.Now()
		}
		x.Due = end.Due
		r.results = append(r.results, x)
		x.Flight.End(x.SubscriberID)
	}
	Number(r.results)
	if from != nil && n > 0 {
		r.asks, r.leases = []Ask{{Flight: from.flight, Want: from.open[:n]}}, []*StepLease{from}
		from.open = from.open[n:]
	}
	return r
}

// Asked calls each for the attempts that the statement asks for.
func (r *StepRecord) Asked(each func(reader int64, number int)) {
	for _, a := range r.asks {
		for _, d := range a.Want {
			each(d.SubscriberID, d.Attempt+1)
		}
	}
}

// Record executes the statement, and returns the attempts that are in flight.
func (s *StepSender) Record(ctx context.Context, r *StepRecord) (flying []*StepAttempt, err error) {
	answers, err := s.store.Record(ctx, s.session.ID(), r.results, r.asks)
	if err != nil {
		return nil, err
	}
	for _, x := range r.results {
		s.recorded[x.Flight] = append(s.recorded[x.Flight], x)
	}
	for i, l := range r.leases {
		l.flight.Begin(answers[i])
		for _, d := range answers[i] {
			flying = append(flying, &StepAttempt{l, d.SubscriberID, d.RenderingID, d.Attempt, d.Resent, d})
		}
	}
	return flying, nil
}

// Apply applies the results of a lease in the journal. It first repeats an application with
// an unknown outcome.
func (s *StepSender) Apply(ctx context.Context, l *StepLease) error {
	if s.applying == nil && s.recorded[l.flight] != nil {
		s.applying = s.recorded[l.flight]
		delete(s.recorded, l.flight)
	}
	if s.applying == nil {
		return nil
	}
	err := s.store.Apply(ctx, s.applying)
	if err == nil {
		s.applying = nil
	}
	return err
}

// Applied reports whether all results of a lease are applied.
func (s *StepSender) Applied(l *StepLease) bool {
	return s.recorded[l.flight] == nil && !slices.ContainsFunc(s.applying, func(r Result) bool { return r.Flight == l.flight })
}

// Return ends a lease, whose deliveries to a domain may be set apart.
func (s *StepSender) Return(ctx context.Context, l *StepLease, apart string) error {
	if apart != "" && l.l.Domain == "" {
		if err := s.store.Split(ctx, l.l, apart); err != nil {
			return err
		}
	}
	return s.store.Return(ctx, l.l, s.session.ID(), time.Time{})
}

func (s *StepSender) Finish(ctx context.Context, edition int64) error {
	return s.store.Finish(ctx, edition)
}

// Renew returns the leases that are still held.
func (s *StepSender) Renew(ctx context.Context, leases []*StepLease) (map[*StepLease]bool, error) {
	held, err := s.store.Renew(ctx, s.session.ID(), bare(leases))
	list := map[*StepLease]bool{}
	for _, l := range leases {
		list[l] = held[l.l]
	}
	return list, err
}

// LetGo ends the leases that the sender does not know.
func (s *StepSender) LetGo(ctx context.Context, known []*StepLease) error {
	return s.store.LetGo(ctx, s.session.ID(), bare(known))
}

func bare(leases []*StepLease) (list []*Lease) {
	for _, l := range leases {
		list = append(list, l.l)
	}
	return list
}

// Recover is the sweep.
func (s *StepSender) Recover(ctx context.Context) error {
	if _, err := s.store.reap(ctx, s.session.ID()); err != nil {
		return err
	}
	for _, step := range []func(context.Context) error{
		func(ctx context.Context) error { return s.store.settleExpired(ctx, false) }, s.store.applyForgotten, s.store.finishForgotten,
	} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (s *StepSender) ID() int64 { return s.session.ID() }

// LoseSession ends the connection that shows others that the sender lives.
func (s *StepSender) LoseSession() { s.session.Drop() }

// KeepSession makes it again; false: others took the sender for dead, and it began anew.
func (s *StepSender) KeepSession(ctx context.Context) (bool, error) {
	alive, err := s.session.Keep(ctx)
	if err != nil || alive {
		return alive, err
	}
	fresh, err := s.store.OpenSession(ctx)
	if err != nil {
		return false, err
	}
	s.session.Drop()
	s.session = fresh
	return false, nil
}

// CutBatch moves the second half of an edition's only batch into another.
func CutBatch(ctx context.Context, db *postgres.DB, edition int64) error {
	return db.InTx(ctx, func(tx *sqlx.Tx) error {
		_, err := tx.ExecContext(ctx, `
			WITH b AS (INSERT INTO batches (edition_id, domain, due_at) SELECT edition_id, domain, due_at FROM batches WHERE edition_id = $1 RETURNING id)
			UPDATE deliveries d SET batch_id = b.id FROM b WHERE d.edition_id = $1
				AND d.subscriber_id > (SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY subscriber_id) FROM deliveries WHERE edition_id = $1)`, edition)
		return err
	})
}
