package websub

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"corridor/fetch"
	"corridor/postgres"
)

// Document is a feed as it is pushed.
type Document struct {
	Body        []byte
	ContentType string
	ETag        string
	// Changed is when it last changed. A process that lags behind is told by it, and does
	// not push what is older than what the subscriber has.
	Changed time.Time
}

// Options of a hub.
type Options struct {
	// Document returns the feed at an address, or [ErrNoTopic].
	Document func(ctx context.Context, topic string) (Document, error)
	Hub      string      // our own address
	Guard    fetch.Guard // which addresses callbacks may have
	External []string    // hubs of others that are told of changes; then Topics is needed
	Topics   func(ctx context.Context) ([]string, error)
	Agent    string // User-Agent of our calls
	Log      *slog.Logger

	PerHost int // subscriptions of one callback host; 0: 500
	Pending int // requests of one callback host that are still to be verified; 0: 50
	InAll   int // 0: 100,000
}

// Hub takes subscriptions and pushes. It is safe for concurrent use, in any number of
// processes on one database.
type Hub struct {
	o       Options
	db      *postgres.DB
	client  *http.Client
	wake    chan struct{}
	changed chan struct{}

	mu    sync.Mutex
	doors map[string]*door // by host
}

const (
	callTime = 10 * time.Second // for one call to a callback
	// claimTime is how long a claim holds: after it, whoever claimed has died.
	claimTime = 30 * time.Second
	pollEvery = 2 * time.Second
	// sweepEvery bounds how late a change is noticed that nobody told of.
	sweepEvery = time.Minute
)

// Calls under way, by kind: callbacks that hang, of strangers or of subscribers who
// failed before, take no place from those that answer.
const (
	verifying = 32
	pushing   = 64
	retrying  = 16
	pinging   = 8
)

// New returns a hub on db.
func New(db *postgres.DB, o Options) *Hub {
	if o.PerHost == 0 {
		o.PerHost = 500
	}
	if o.Pending == 0 {
		o.Pending = 50
	}
	if o.InAll == 0 {
		o.InAll = 100_000
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Hub{
		o: o, db: db, wake: make(chan struct{}, 1), changed: make(chan struct{}, 1), doors: map[string]*door{},
		client: &http.Client{
			Transport: o.Guard.Transport(), Timeout: callTime,
			// A redirect is no answer to a question about this address.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
}

// Ask takes a request, to be verified. Errors are [Invalid], [ErrNoTopic],
// [ErrNotSubscribed], [ErrTooMany] or the database's.
func (h *Hub) Ask(ctx context.Context, r Request, now time.Time) error {
	// A name is looked up when it is called; what can be seen now is said now.
	host := hostOf(r.Callback)
	if host == "localhost" {
		host = "127.0.0.1"
	}
	if addr, err := netip.ParseAddr(host); err == nil && !h.o.Guard.Permits(addr) {
		return invalid("hub.callback is in a network that this hub does not call")
	}
	var d Document
	var err error
	if r.Mode == "subscribe" {
		if d, err = h.o.Document(ctx, r.Topic); err != nil {
			return err
		}
	}
	var n counts
	if err := h.db.GetContext(ctx, &n, `
		SELECT (SELECT count(*) FROM websub_subscriptions) + (SELECT count(*) FROM websub_requests) AS in_all,
			(SELECT count(*) FROM websub_subscriptions WHERE host = $1) AS of_host,
			(SELECT count(*) FROM websub_requests WHERE host = $1) AS pending,
			EXISTS (SELECT FROM websub_subscriptions WHERE topic = $2 AND callback = $3) AS subscribed,
			EXISTS (SELECT FROM websub_requests WHERE topic = $2 AND callback = $3) AS asked`, hostOf(r.Callback), r.Topic, r.Callback); err != nil {
		return fmt.Errorf("websub: counting: %w", err)
	}
	if err := h.judge(r.Mode, n); err != nil {
		return err
	}
	_, err = h.db.ExecContext(ctx, `
		INSERT INTO websub_requests (topic, callback, host, mode, secret, lease_seconds, etag, due_at, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)
		ON CONFLICT (topic, callback) DO UPDATE SET mode = excluded.mode, secret = excluded.secret, lease_seconds = excluded.lease_seconds,
			etag = excluded.etag, due_at = excluded.due_at, attempt = 0, claimed_until = NULL, created_at = excluded.created_at`,
		r.Topic, r.Callback, hostOf(r.Callback), r.Mode, r.Secret, int64(r.Lease/time.Second), d.ETag, now)
	if err != nil {
		return fmt.Errorf("websub: taking a request: %w", err)
	}
	h.Wake()
	return nil
}

// counts is what there is when a request comes.
type counts struct {
	InAll      int  `db:"in_all"`
	OfHost     int  `db:"of_host"`
	Pending    int  `db:"pending"`    // of the host
	Subscribed bool `db:"subscribed"` // this topic and callback are
	Asked      bool `db:"asked"`      // a request for them is still to be verified
}

// judge holds the limits. Who is subscribed may always renew and leave, as far as
// the host's pending requests allow.
func (h *Hub) judge(mode string, n counts) error {
	switch {
	case mode == "unsubscribe" && !n.Subscribed && !n.Asked:
		return ErrNotSubscribed
	case !n.Asked && n.Pending >= h.o.Pending:
		return ErrTooMany
	case !n.Subscribed && (n.InAll >= h.o.InAll || n.OfHost >= h.o.PerHost):
		return ErrTooMany
	}
	return nil
}

// Wake lets the hub look at once. It never waits.
func (h *Hub) Wake() { signal(h.wake) }

// Changed tells the hub that documents may have changed: those that [Options.Document]
// gives from now on. It never waits.
func (h *Hub) Changed() { signal(h.changed) }

// settleTime gathers a burst of changes into one push.
const settleTime = 300 * time.Millisecond

// Run verifies and pushes until ctx ends.
func (h *Hub) Run(ctx context.Context) error {
	var calls sync.WaitGroup
	defer calls.Wait()
	kinds := h.kinds()
	sweep := time.NewTicker(sweepEvery)
	defer sweep.Stop()
	for missed := false; ; {
		if err := h.look(ctx, kinds, &calls); err != nil && ctx.Err() == nil {
			h.o.Log.Warn("the hub could not look at its subscriptions; it tries again", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-h.wake:
		case <-time.After(pollEvery):
			if missed {
				h.Changed()
			}
		case <-sweep.C:
			h.Changed()
		case <-h.changed:
			select {
			case <-ctx.Done():
				return nil
			case <-time.After(settleTime):
			}
			err := h.notice(ctx)
			if missed = err != nil; missed && ctx.Err() == nil {
				h.o.Log.Warn("changed feeds could not be looked at; the hub tries again", "error", err)
			}
		}
	}
}

// kind is a kind of calls, with places of its own.
type kind struct {
	claim func(context.Context) (func(context.Context), error)
	slots chan struct{}
}

func (h *Hub) kinds() []kind {
	pushes := func(again bool) func(context.Context) (func(context.Context), error) {
		return func(ctx context.Context) (func(context.Context), error) { return h.claimPush(ctx, again) }
	}
	return []kind{
		{h.claimRequest, make(chan struct{}, verifying)},
		{pushes(false), make(chan struct{}, pushing)},
		{pushes(true), make(chan struct{}, retrying)},
		{h.claimPing, make(chan struct{}, pinging)},
	}
}

func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// look ends leases, claims what is due, and calls each callback in a goroutine of its
// own, so that a slow one holds up nobody.
func (h *Hub) look(ctx context.Context, kinds []kind, calls *sync.WaitGroup) error {
	if _, err := h.db.ExecContext(ctx, `DELETE FROM websub_subscriptions WHERE lease_until <= now()`); err != nil {
		return fmt.Errorf("websub: ending leases: %w", err)
	}
	for _, k := range kinds {
		if err := h.lookFor(ctx, k, calls); err != nil {
			return err
		}
	}
	return nil
}

func (h *Hub) lookFor(ctx context.Context, k kind, calls *sync.WaitGroup) error {
	for ctx.Err() == nil {
		select {
		case k.slots <- struct{}{}:
		default:
			return nil // all are under way; the next look goes on
		}
		call, err := k.claim(ctx)
		if err != nil || call == nil {
			<-k.slots
			return err
		}
		calls.Go(func() {
			defer func() { <-k.slots; h.Wake() }()
			call(ctx)
		})
	}
	return nil
}

// notice marks the subscriptions whose feed is not what they were sent last. A feed
// that cannot be made keeps none of the others waiting.
func (h *Hub) notice(ctx context.Context) error {
	var topics []string
	if err := h.db.SelectContext(ctx, &topics, `SELECT DISTINCT topic FROM websub_subscriptions WHERE lease_until > now()`); err != nil {
		return fmt.Errorf("websub: listing topics: %w", err)
	}
	var failed error
	for _, topic := range topics {
		if err := h.noticeTopic(ctx, topic); err != nil {
			failed = err
		}
	}
	if err := h.noticeForOthers(ctx); err != nil {
		failed = err
	}
	h.Wake()
	return failed
}

func (h *Hub) noticeTopic(ctx context.Context, topic string) error {
	d, err := h.o.Document(ctx, topic)
	if errors.Is(err, ErrNoTopic) {
		return h.deny(ctx, topic)
	}
	if err != nil {
		return err
	}
	if _, err := h.db.ExecContext(ctx, `
		UPDATE websub_subscriptions SET due_at = now() WHERE topic = $1 AND pushed_etag <> $2 AND due_at IS NULL`, topic, d.ETag); err != nil {
		return fmt.Errorf("websub: marking: %w", err)
	}
	return nil
}
