package mailer

import (
	"context"
	"slices"
	"time"

	"corridor/mailer/smtp"
	"corridor/postgres"

	"github.com/jmoiron/sqlx"
)

// This file is all that the model test in package mailer_test uses of this package.

// StepSender is a sender that takes each step when a test tells it to.
type StepSender struct {
	db      *postgres.DB
	store   *Store
	session *session

	recorded map[*lease]*entries // in the journal, not applied
	applying []*entries          // an application without an answer
}

// StepLease is a lease of a StepSender.
type StepLease struct {
	l     *lease
	Again bool // a delivery of it is to be tried again
}

// StepAttempt is a delivery in flight.
type StepAttempt struct {
	Lease             *StepLease
	Reader, Rendering int64
	Number            int
	Resent            bool
	m                 marked
}

// StepResult is the result of an attempt.
type StepResult struct {
	*StepAttempt
	State     string
	Due       time.Time
	TakenBack bool // it did not go to the wire
}

// StepRecord is one statement of the ledger. It is repeated until it succeeds.
type StepRecord struct {
	results []result
	asks    []*ask
	leases  []*StepLease // of the asks
	first   map[*lease]bool
}

func OpenStepSender(ctx context.Context, url string, resend Resend, events Events) (*StepSender, error) {
	db, err := postgres.Open(ctx, url, 4)
	if err != nil {
		return nil, err
	}
	s := &StepSender{db: db, store: NewStore(db, resend, events), recorded: map[*lease]*entries{}}
	if s.session, err = s.store.openSession(ctx); err != nil {
		s.Drop()
		return nil, err
	}
	return s, nil
}

// Drop frees what a sender holds in this process, after its connections were cut.
func (s *StepSender) Drop() {
	s.store.Close()
	s.db.Close()
}

// Lease returns nil when there is nothing to lease.
func (s *StepSender) Lease(ctx context.Context, limits Limits) (*StepLease, error) {
	l, err := s.store.lease(ctx, s.session.id, 0, limits)
	if err != nil || l == nil {
		return nil, err
	}
	return &StepLease{l: l}, nil
}

func (l *StepLease) Batch() int64   { return l.l.batch }
func (l *StepLease) Edition() int64 { return l.l.edition }
func (l *StepLease) Left() int      { return len(l.l.jobs) }

// Cut leaves what of a lease is not in flight for another time.
func (l *StepLease) Cut() {
	l.Again = l.Again || len(l.l.jobs) > 0
	l.l.jobs = nil
}

// SetApart leaves the deliveries to one domain for another time.
func (l *StepLease) SetApart(domain string) {
	n := len(l.l.jobs)
	l.l.jobs = slices.DeleteFunc(l.l.jobs, func(j job) bool { return j.domain == domain })
	l.Again = l.Again || len(l.l.jobs) < n
}

// NewRecord makes the statement for some results, and for the next n deliveries of a lease,
// which may be nil.
func NewRecord(results []StepResult, from *StepLease, n int) *StepRecord {
	r := &StepRecord{first: map[*lease]bool{}}
	for _, end := range results {
		x := end.m.result(end.State)
		if !end.TakenBack {
			x.rendering, x.outcome = end.Rendering, smtp.Outcome{Code: 250, Text: "so it is", Relay: "mx:25", Bytes: 100, At: time.Now()}
		}
		x.due = end.Due
		r.results = append(r.results, x)
		x.lease.landed(x.subscriber)
		if !r.first[x.lease] {
			r.first[x.lease] = true
			x.lease.entries++
		}
	}
	if from != nil && n > 0 {
		l := from.l
		r.asks, r.leases = []*ask{{lease: l, want: l.jobs[:n]}}, []*StepLease{from}
		l.jobs = l.jobs[n:]
	}
	return r
}

// Asked calls each for the attempts that the statement is to put in flight.
func (r *StepRecord) Asked(each func(reader int64, number int)) {
	for _, a := range r.asks {
		for _, j := range a.want {
			each(j.SubscriberID, j.attempt+1)
		}
	}
}

// Record writes it, and returns what is in flight now of what it asked for.
func (s *StepSender) Record(ctx context.Context, r *StepRecord) (flying []*StepAttempt, err error) {
	answers, err := s.store.record(ctx, s.session.id, r.results, r.asks)
	if err != nil {
		return nil, err
	}
	for _, x := range r.results {
		e := s.recorded[x.lease]
		if e == nil {
			e = &entries{lease: x.lease, first: x.lease.entries}
			s.recorded[x.lease] = e
		}
		e.results, e.last = append(e.results, x), x.lease.entries
	}
	for i, l := range r.leases {
		for _, m := range answers[i] {
			l.l.inFlight = append(l.l.inFlight, inFlight{m.SubscriberID, m.attempt})
			flying = append(flying, &StepAttempt{l, m.SubscriberID, m.RenderingID, m.attempt, m.resent, m})
		}
		l.Again = l.Again || len(answers[i]) < len(r.asks[i].want)
	}
	return flying, nil
}

// Apply applies what a lease has in the journal. One without an answer is repeated first.
func (s *StepSender) Apply(ctx context.Context, l *StepLease) error {
	if s.applying == nil && s.recorded[l.l] != nil {
		s.applying = []*entries{s.recorded[l.l]}
		delete(s.recorded, l.l)
	}
	if s.applying == nil {
		return nil
	}
	err := s.store.post(ctx, s.applying)
	if err == nil {
		s.applying = nil
	}
	return err
}

// Applied tells whether nothing of a lease waits to be applied.
func (s *StepSender) Applied(l *StepLease) bool {
	return s.recorded[l.l] == nil && !slices.ContainsFunc(s.applying, func(e *entries) bool { return e.lease == l.l })
}

// Return ends a lease, whose deliveries to a domain may be set apart.
func (s *StepSender) Return(ctx context.Context, l *StepLease, apart string) error {
	if apart != "" && l.l.domain == "" {
		if err := s.store.split(ctx, l.l, apart); err != nil {
			return err
		}
	}
	l.l.finished = !l.Again && !l.l.later
	return s.store.giveBack(ctx, l.l, s.session.id, time.Time{})
}

func (s *StepSender) Finish(ctx context.Context, edition int64) error {
	return s.store.finish(ctx, edition)
}

// Renew returns which of the leases are still held.
func (s *StepSender) Renew(ctx context.Context, leases []*StepLease) (map[*StepLease]bool, error) {
	held, err := s.store.renew(ctx, s.session.id, bare(leases))
	list := map[*StepLease]bool{}
	for _, l := range leases {
		list[l] = held[l.l]
	}
	return list, err
}

// LetGo ends the leases of the sender that it does not know of.
func (s *StepSender) LetGo(ctx context.Context, known []*StepLease) error {
	return s.store.letGo(ctx, s.session.id, bare(known))
}

func bare(leases []*StepLease) (list []*lease) {
	for _, l := range leases {
		list = append(list, l.l)
	}
	return list
}

// Recover is the sweep.
func (s *StepSender) Recover(ctx context.Context) error {
	if _, err := s.store.reap(ctx, s.session.id); err != nil {
		return err
	}
	for _, step := range []func(context.Context) error{
		func(ctx context.Context) error { return s.store.settleExpired(ctx, false) }, s.store.postForgotten, s.store.finishForgotten,
	} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (s *StepSender) ID() int64 { return s.session.id }

// LoseSession ends the connection that shows others that the sender lives.
func (s *StepSender) LoseSession() { s.session.drop() }

// KeepSession makes it again; false: others took the sender for dead, and it began anew.
func (s *StepSender) KeepSession(ctx context.Context) (bool, error) {
	alive, err := s.session.keep(ctx)
	if err != nil || alive {
		return alive, err
	}
	fresh, err := s.store.openSession(ctx)
	if err != nil {
		return false, err
	}
	s.session.drop()
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
