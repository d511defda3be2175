package deliveries_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"corridor/editions"
	"corridor/mailer/deliveries"
	"corridor/postgres"
	"corridor/postgres/postgrestest"
	"corridor/subscribers"
	"corridor/testkit"

	"github.com/lib/pq"
	"pgregory.net/rapid"
)

// After any steps of several senders, staff and readers in any order, with a crash or a
// wait before or after any statement, the invariants of docs/protocol.md hold.
func TestTheProtocolHolds(t *testing.T) {
	testkit.Heavy(t)
	defer testkit.Amount("rapid.checks", "40")()
	defer testkit.Amount("rapid.steps", "60")()
	s := newStage(t)
	rapid.Check(t, func(rt *rapid.T) {
		p := s.begin(rt)
		defer p.end()
		rt.Repeat(p.steps())
		p.settle()
	})
}

// stage is the part that all plays share.
type stage struct {
	t      *testing.T
	ctx    context.Context
	db     *postgres.DB
	staff  *actor
	public *actor
	now    time.Time
}

// actor is a process: its statements go through a proxy.
type actor struct {
	name    string
	proxy   *postgrestest.Proxy
	db      *postgres.DB
	eds     *editions.Store
	subs    *subscribers.Store
	reports *deliveries.Store // of what comes back
	sender  *sender
}

func newStage(t *testing.T) *stage {
	s := &stage{t: t, ctx: context.Background(), db: postgrestest.New(t), now: time.Now()}
	s.staff, s.public = s.newPeople("staff"), s.newPeople("public")
	return s
}

func (s *stage) newPeople(name string) *actor {
	a := &actor{name: name, proxy: postgrestest.NewProxy(s.t, s.db)}
	var err error
	if a.db, err = postgres.Open(s.ctx, a.proxy.URL, 3); err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { a.db.Close() })
	options := editions.Options{Title: "Caspian Policy Center", BaseURL: "https://news.example.org", Language: "en"}
	if a.eds, err = editions.New(a.db, options, slog.New(slog.DiscardHandler)); err != nil {
		s.t.Fatal(err)
	}
	a.reports = deliveries.New(a.db, deliveries.Resend{}, editions.Events(), nil)
	s.t.Cleanup(a.reports.Close)
	a.subs = subscribers.NewStore(a.db, subscribers.NewRules(nil, nil, "UTC"), editions.ReaderEvents())
	return a
}

// play is one history.
type play struct {
	*stage
	*rapid.T
	m       *model
	senders []*sender
	running []*op // stopped at a gate
	limits  deliveries.Limits
	addr    map[int64]string
	article int64
	expired map[int64]expiry // by batch
	started int              // senders
	calm    bool             // without further faults
	waits   int              // the next op stops before this statement; 0: as drawn
	changed bool             // since the last check
}

// expiry is the last expiry of a lease of a batch: every lease up to that fence has ended.
type expiry struct {
	fence int64
	step  int
}

// sender is a deliveries.StepSender with the memory of its process.
type sender struct {
	*deliveries.StepSender
	actor   *actor
	leases  []*lease
	results []*try  // without a statement
	record  *record // a statement without an answer
	lost    bool    // it may hold a lease that it does not know
	silent  bool    // its session was lost, and others may take it for dead
}

type lease struct {
	*deliveries.StepLease
	sender  *sender
	ended   int    // step in which it expired, or the batch was leased again; 0: not yet
	late    bool   // its time is over by the clock of its sender
	stopped bool   // no further delivery of it is sent
	pending int    // attempts that it asked for, or without a recorded result
	ready   []*try // in flight, not sent yet
	wire    []*try
	apart   string // a domain that answered 421
	probe   bool
}

// record is a statement of the ledger.
type record struct {
	statement *deliveries.StepRecord
	lease     *lease // of which it asks for some
	results   []*try
	phantoms  []*mTry // attempts that may have begun, while there is no answer
	again     bool    // it was tried before
}

type try struct {
	*mTry
	attempt *deliveries.StepAttempt
	lease   *lease
	due     time.Time
}

// op is a step that has begun.
type op struct {
	name  string
	actor *actor
	class string // ops of a class exclude each other in one process
	gate  *postgrestest.Gate
	done  chan error
	began int
	then  func(error)
}

// clear empties the tables. For a few rows it is faster than TRUNCATE.
const clear = `
	DELETE FROM variant_articles; DELETE FROM articles; DELETE FROM suppressions; DELETE FROM subscribers; DELETE FROM preference_sets; DELETE FROM missed_deliveries; DELETE FROM waves;
	DELETE FROM reader_positions; DELETE FROM renderings; DELETE FROM variants; DELETE FROM editions; DELETE FROM batches; DELETE FROM deliveries;
	DELETE FROM journal; DELETE FROM changes; DELETE FROM senders; DELETE FROM bounce_events; DELETE FROM receiving_domains; DELETE FROM relays;
	SELECT setval(pg_get_serial_sequence(t, 'id'), 1, false) FROM unnest('{subscribers,editions,variants,renderings,batches,senders}'::text[]) t`

func (s *stage) begin(t *rapid.T) *play {
	p := &play{stage: s, T: t, addr: map[int64]string{}, expired: map[int64]expiry{}, m: &model{T: t, step: 1, began: 1, readers: map[int64]*mReader{}, editions: map[int64]*mEdition{}, delivered: map[[2]int64]*mDelivery{}}}
	p.exec(clear)
	p.m.resend = rapid.Bool().Draw(t, "resend")
	if rapid.IntRange(0, 3).Draw(t, "limited") == 0 {
		p.limits = deliveries.Limits{"d1.example.net": {Connections: 1}}
	}
	p.readers(rapid.IntRange(2, 5).Draw(t, "readers"))
	for range rapid.IntRange(1, 2).Draw(t, "editions") {
		p.edition()
	}
	p.start()
	p.start()
	if rapid.Bool().Draw(t, "a reader leaves first") {
		p.reader()
	}
	return p
}

func (p *play) exec(query string, args ...any) {
	if _, err := p.db.Exec(query, args...); err != nil {
		p.Fatalf("%s: %v", query, err)
	}
}

func (p *play) number(query string, args ...any) (n int64) {
	if err := p.db.Get(&n, query, args...); err != nil {
		p.Fatalf("%s: %v", query, err)
	}
	return n
}

func (p *play) must(err error) {
	if err != nil {
		p.Fatal(err)
	}
}

func (p *play) readers(n int) {
	set := p.number(`INSERT INTO preference_sets (programs, regions) VALUES ('{}', '{}') RETURNING id`)
	for i := range n {
		email := fmt.Sprintf("reader%d@d%d.example.net", i, i%2)
		id := p.number(`
			INSERT INTO subscribers (email, folded, state, frequency, time_zone, preference_set_id, created_at, confirmed_at)
			VALUES ($1, $1, 'active', 'daily', 'UTC', $2, now(), now()) RETURNING id`, email, set)
		p.m.readers[id], p.addr[id] = &mReader{id: id}, email
	}
}

// edition plans a special edition with a new article, for all readers.
func (p *play) edition() {
	p.article++
	p.exec(`INSERT INTO articles (id, url, state, title, published, content_hash, changed_at, first_seen_at, checked_at, release_no, released_at)
		OVERRIDING SYSTEM VALUE VALUES ($1, $3, 'released', 'Title', $2, '', $2, $2, $2, $1, $2)`, p.article, p.now.Add(-time.Hour), fmt.Sprint("https://www.example.org/", p.article))
	id, err := p.staff.eds.CreateSpecial(p.ctx, editions.Special{Subject: "News", Articles: []int64{p.article}}, p.now)
	p.must(err)
	p.must(p.staff.eds.Approve(p.ctx, id, "staff"))
	_, err = p.staff.eds.SendSpecial(p.ctx, id, p.now)
	p.must(err)
	if rapid.Bool().Draw(p.T, "two batches") {
		p.must(deliveries.CutBatch(p.ctx, p.db, id))
	}
	p.must(p.staff.eds.Prepare(p.ctx, p.now))
	e := &mEdition{id: id, sending: 1}
	p.m.editions[id] = e
	for _, r := range p.m.readers {
		p.m.delivered[[2]int64{id, r.id}] = &mDelivery{edition: e, reader: r, seen: "queued", reports: map[string]bool{}}
	}
}

// start adds a sender.
func (p *play) start() {
	p.started++
	a := &actor{name: fmt.Sprint("sender ", p.started), proxy: postgrestest.NewProxy(p.stage.t, p.db)}
	step, err := deliveries.OpenStepSender(p.ctx, a.proxy.URL, deliveries.Resend{Once: p.m.resend}, editions.Events())
	p.must(err)
	a.sender = &sender{StepSender: step, actor: a}
	p.senders = append(p.senders, a.sender)
}

// run starts a step with statements. The step may stop at a gate and end later, and the
// model is updated at its end.
func (p *play) run(name string, a *actor, class string, do func() error, then func(o *op, err error)) {
	for _, o := range slices.Clone(p.running) {
		if o.actor == a && o.class == class {
			p.finish(o)
		}
	}
	p.changed = true
	if a != nil {
		p.Logf("%s: %s", a.name, name)
	}
	o := &op{name: name, actor: a, class: class, done: make(chan error, 1), began: p.m.step}
	o.then = func(err error) { then(o, err) }
	cut := false
	if a != nil && !p.calm && !p.busy(a) {
		if p.waits > 0 {
			o.gate = a.proxy.Stop(p.waits, false)
		} else {
			cut = p.fault(o)
		}
	}
	p.waits = 0
	go func() { o.done <- do() }()
	if o.gate == nil {
		p.await(o, nil)
		return
	}
	if p.await(o, o.gate.Reached) {
		a.proxy.Pass()
		return
	}
	if cut {
		o.gate.Open(true)
		p.await(o, nil)
		return
	}
	p.running = append(p.running, o)
	p.Logf("%s waits", name)
}

// fault draws a gate for an op, and whether its connection is cut there.
func (p *play) fault(o *op) (cut bool) {
	if o.class == "public" { // transactions that stay open
		if len(p.running) < 2 && rapid.Bool().Draw(p.T, "stays open") {
			n := 3 // the commit
			if o.name != "leave" && o.name != "pause" {
				n = rapid.IntRange(2, 6).Draw(p.T, "at statement")
			}
			o.gate = o.actor.proxy.Stop(n, false)
		}
		return false
	}
	if rapid.IntRange(0, 2).Draw(p.T, "fault") > 0 {
		return false
	}
	o.gate = o.actor.proxy.Stop(rapid.IntRange(1, 6).Draw(p.T, "at statement"), rapid.Bool().Draw(p.T, "after it"))
	return rapid.Bool().Draw(p.T, "cut") || len(p.running) >= 2
}

// busy reports whether an op of the process has stopped at a gate.
func (p *play) busy(a *actor) bool {
	return slices.ContainsFunc(p.running, func(o *op) bool { return o.actor == a })
}

// await waits until a step has ended, or returns false at its gate. If it waits for a lock,
// all stopped ops continue.
func (p *play) await(o *op, reached <-chan struct{}) bool {
	stuck := time.After(time.Minute)
	for {
		select {
		case <-stuck: // it may wait for another step inside its process: then both are of one class
			p.Fatalf("%s does not end", o.name)
		case err := <-o.done:
			p.over(o, err)
			return true
		case <-reached:
			return false
		case <-time.After(5 * time.Millisecond):
		}
		if len(p.running) > 0 && p.number(`SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`) > 0 {
			p.Logf("%s waits for a lock", o.name)
			p.finishAll()
		}
	}
}

// over reports the end of a step to the model.
func (p *play) over(o *op, err error) {
	var e *pq.Error
	if errors.As(err, &e) {
		p.Fatalf("%s: %v", o.name, err)
	}
	if err != nil {
		p.Logf("%s: %v", o.name, err)
	}
	p.m.began = min(p.m.began, o.began)
	o.then(err)
}

// finish lets a stopped op run to its end.
func (p *play) finish(o *op) {
	if !slices.Contains(p.running, o) {
		return
	}
	p.running = slices.DeleteFunc(p.running, func(other *op) bool { return other == o })
	o.gate.Open(false)
	p.await(o, nil)
}

func (p *play) finishAll() {
	for len(p.running) > 0 {
		p.finish(p.running[0])
	}
}

// end removes the remains of a failed play.
func (p *play) end() {
	for _, o := range p.running {
		o.gate.Open(true)
	}
	for _, a := range []*actor{p.staff, p.public} {
		a.proxy.Cut()
	}
	for _, s := range p.senders {
		s.actor.proxy.Close()
		s.Drop()
	}
}

func pick[T any](t *rapid.T, what string, list []T) (x T, ok bool) {
	if len(list) == 0 {
		return x, false
	}
	return list[rapid.IntRange(0, len(list)-1).Draw(t, what)], true
}

func tell(tries []*mTry) string {
	var b strings.Builder
	for _, t := range tries {
		fmt.Fprintf(&b, "%+v ", *t)
	}
	return b.String()
}

// rows are all deliveries.
func (p *play) rows() (list []row) {
	err := p.db.Select(&list, `
		SELECT d.edition_id, d.subscriber_id, d.state, COALESCE(d.reason, '') AS reason, d.attempt, b.due_at IS NOT NULL AS due, e.state AS edition,
			EXISTS (SELECT FROM being_sent f WHERE f.edition_id = d.edition_id AND f.subscriber_id = d.subscriber_id) AS in_flight,
			EXISTS (SELECT FROM missed_deliveries m WHERE m.subscriber_id = d.subscriber_id AND m.variant_id = d.variant_id) AS missed,
			COALESCE(round(extract(epoch FROM now() - d.first_at) / 3600), 0) AS hours
		FROM deliveries d JOIN batches b ON b.id = d.batch_id JOIN editions e ON e.id = d.edition_id ORDER BY 1, 2`)
	p.must(err)
	return list
}

// check compares the database with the model.
func (p *play) check(*rapid.T) {
	if !p.changed {
		return
	}
	p.changed = false
	p.m.step++
	for _, r := range p.rows() {
		p.m.check(p.m.delivered[[2]int64{r.Edition, r.Reader}], r)
	}
	for _, e := range p.m.editions {
		if !e.stopped {
			e.sending = p.m.step
		}
		if e.braked {
			e.probed = p.m.step
		}
	}
	p.m.began = p.m.step
}
