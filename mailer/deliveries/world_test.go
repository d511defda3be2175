package deliveries

import (
	"context"
	"testing"
	"time"

	"corridor/mailer/mailertest"
	"corridor/postgres"
)

// world is a database with editions to deliver, and helpers to change it.
type world struct {
	*mailertest.World
	t   testing.TB
	db  *postgres.DB
	ctx context.Context
}

func newWorld(t testing.TB) *world {
	w := mailertest.NewWorld(t, mailertest.Protocol{EnqueueTx: EnqueueTx, ReadyTx: ReadyTx})
	return &world{World: w, t: t, db: w.DB, ctx: w.Context}
}

func (w *world) exec(query string, args ...any) { w.t.Helper(); w.Exec(query, args...) }
func (w *world) number(query string, args ...any) int64 {
	w.t.Helper()
	return w.Number(query, args...)
}
func (w *world) readers(n, domains int)              { w.t.Helper(); w.Readers(n, domains) }
func (w *world) edition(html string) int64           { w.t.Helper(); return w.Edition(html) }
func (w *world) downTo(last string)                  { w.t.Helper(); w.DownTo(last) }
func (w *world) until(what string, ok func() bool)   { w.t.Helper(); w.Until(what, ok) }
func (w *world) states(edition int64) map[string]int { return w.States(edition) }
func (w *world) finished(edition int64) bool         { return w.Is(edition, "finished") }
func (w *world) held(edition int64) bool             { return w.Is(edition, "held") }
func (w *world) beingSent() int64                    { return w.InFlight() }

// testEvents replaces package editions, which imports this package.
func testEvents() Events {
	return Events{
		Undelivered:   mailertest.Miss[Missed],
		Finished:      mailertest.Finish,
		Reopened:      mailertest.Reopen,
		Held:          mailertest.Hold,
		Braked:        mailertest.Brake,
		Released:      mailertest.Release,
		DomainHeld:    mailertest.HoldDomain,
		Waiting:       mailertest.Wait,
		DomainDecided: mailertest.Decide,
		Bounced:       mailertest.Bounce[Bounce],
		Complained:    mailertest.Complain[Complaint],
		Doubted:       func(ctx context.Context, tx postgres.Tx, d Doubt) error { return mailertest.Doubt(ctx, tx, d.Event) },
	}
}

// holder is a sender with one lease, driven step by step.
type holder struct {
	*Store
	w      *world
	id     int64
	lease  *Lease
	flight *Flight
}

func (w *world) holder(id int64, resend bool) *holder {
	w.t.Helper()
	h := &holder{Store: New(w.db, Resend{Once: resend, After: time.Hour}, testEvents(), nil), w: w, id: id}
	w.t.Cleanup(h.Close)
	var err error
	if h.lease, err = h.Lease(w.ctx, id, 0, nil); err != nil || h.lease == nil {
		w.t.Fatal("nothing to lease: ", err)
	}
	h.flight = NewFlight(h.lease)
	return h
}

// mark puts all due deliveries in flight, and returns those that may be sent.
func (h *holder) mark() []Delivery {
	h.w.t.Helper()
	answers, err := h.Record(h.w.ctx, h.id, nil, []Ask{{Flight: h.flight, Want: h.lease.Deliveries}})
	if err != nil {
		h.w.t.Fatal(err)
	}
	return answers[0]
}

// end records and applies the result of a delivery in flight.
func (h *holder) end(d Delivery, state State) {
	h.w.t.Helper()
	if err := h.Apply(h.w.ctx, h.note(d, state)); err != nil {
		h.w.t.Fatal(err)
	}
}

// note records the result of a delivery in flight.
func (h *holder) note(d Delivery, state State) []Result {
	h.w.t.Helper()
	r := h.flight.Result(d, state)
	r.RenderingID, r.Code, r.Enhanced, r.Reply, r.Relay, r.Bytes, r.At = d.RenderingID, 250, "2.0.0", `2.0.0 "Ok"\`+"\uFFFD", "mx:25", 7, time.Now()
	if state == Deferred {
		r.Due = time.Now().Add(time.Hour)
	}
	results := []Result{r}
	Number(results)
	if _, err := h.Record(h.w.ctx, h.id, results, nil); err != nil {
		h.w.t.Fatal(err)
	}
	return results
}

func (w *world) expireLeases() { w.exec(`UPDATE batches SET lease_until = now()`) }
