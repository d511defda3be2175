package mailer

import (
	"context"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"corridor/mailer/deliveries"
	"corridor/mailer/mailertest"
	"corridor/mailer/message"
	"corridor/mailer/sink"
	"corridor/mailer/smtp"
	"corridor/postgres"
	"corridor/testkit"
)

// world is a database with editions to deliver, and helpers to change it.
type world struct {
	*mailertest.World
	t   testing.TB
	db  *postgres.DB
	ctx context.Context
	ids *message.IDs
}

func newWorld(t testing.TB) *world {
	w := mailertest.NewWorld(t, mailertest.Protocol{EnqueueTx: deliveries.EnqueueTx, ReadyTx: deliveries.ReadyTx})
	ids, err := LoadMessageIDs(w.Context, w.DB, "example.org", message.ReturnAddresses{})
	if err != nil {
		t.Fatal(err)
	}
	return &world{World: w, t: t, db: w.DB, ctx: w.Context, ids: ids}
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

// options returns a sender's options for a server.
func (w *world) options(addr string) Options {
	w.t.Helper()
	relay, err := smtp.ParseRelay("smtp+insecure://"+addr, smtp.RelayOptions{HELO: "test", Timeouts: smtp.Timeouts{Command: 2 * time.Second, Block: 2 * time.Second, Dot: 2 * time.Second}})
	if err != nil {
		w.t.Fatal(err)
	}
	return Options{
		Relays: []*smtp.Relay{relay}, EnvelopeFrom: "news@example.org", MessageIDs: w.ids,
		Letterhead:  message.Letterhead{From: "Caspian Policy Center <news@example.org>", Title: "Caspian Policy Center", ListID: "digest.example.org", FeedbackID: message.FeedbackSender("example.org")},
		Personalise: testPersonal,
		Retry:       RetryPolicy{Min: 200 * time.Millisecond, Max: time.Second, GiveUp: time.Minute},
		Log:         slog.New(slog.NewTextHandler(w.t.Output(), nil)),
	}
}

func testPersonal(r message.Recipient) message.Personal {
	link := fmt.Sprintf("https://news.example.org/%d/%d", r.EditionID, r.SubscriberID)
	return message.Personal{
		Name: r.Name, Greeting: "Dear " + r.Name + ",", Why: "You follow everything.",
		PreferencesURL: link + "/p", UnsubscribeURL: link + "/u", OneClickURL: link + "/u", ViewURL: link + "/v",
	}
}

// run starts a sender; stop ends it as SIGTERM does.
func (w *world) run(o Options) (stop func()) {
	w.t.Helper()
	return w.runResending(deliveries.Resend{}, o)
}

func (w *world) runResending(resend deliveries.Resend, o Options) (stop func()) {
	w.t.Helper()
	testkit.Heavy(w.t)
	s, err := NewSender(w.db, resend, testEvents(), o)
	if err != nil {
		w.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(w.ctx)
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	stopped := false
	stop = func() {
		if stopped {
			return
		}
		stopped = true
		cancel()
		if err := <-done; err != nil {
			w.t.Error(err)
		}
	}
	w.t.Cleanup(stop)
	return stop
}

// sink starts a mail server that ends with the test.
func (w *world) sink(o sink.Options) *sink.Server {
	w.t.Helper()
	s, err := sink.Listen(o)
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(s.Close)
	return s
}

// testSigner signs with a new Ed25519 key.
func testSigner(t testing.TB) *message.Signer {
	t.Helper()
	file, _ := testkit.KeyFile(t)
	s, err := message.NewSigner("example.org", message.DKIMKey{Selector: "e1", File: file})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// testEvents replaces package editions, which imports this package.
func testEvents() deliveries.Events {
	return deliveries.Events{
		Undelivered:   mailertest.Miss[deliveries.Missed],
		Finished:      mailertest.Finish,
		Reopened:      mailertest.Reopen,
		Held:          mailertest.Hold,
		Braked:        mailertest.Brake,
		Released:      mailertest.Release,
		DomainHeld:    mailertest.HoldDomain,
		Waiting:       mailertest.Wait,
		DomainDecided: mailertest.Decide,
		Bounced:       mailertest.Bounce[deliveries.Bounce],
		Complained:    mailertest.Complain[deliveries.Complaint],
		Doubted: func(ctx context.Context, tx postgres.Tx, d deliveries.Doubt) error {
			return mailertest.Doubt(ctx, tx, d.Event)
		},
	}
}
