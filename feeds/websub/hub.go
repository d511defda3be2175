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
	"corridor/trouble"
)

// Document is a feed's document to be pushed.
type Document struct {
	Body        []byte
	ContentType string
	ETag        string
	// Changed is the time of its last change. A process with an older document than the
	// subscriber's does not push it.
	Changed time.Time
}

// Options of a hub.
type Options struct {
	// Document returns the feed at an address, or [ErrNoTopic].
	Document func(ctx context.Context, topic string) (Document, error)
	Hub      string      // address of this hub
	Guard    fetch.Guard // addresses that callbacks may have
	External []string    // other hubs to be notified of changes; requires Topics
	Topics   func(ctx context.Context) ([]string, error)
	Agent    string // User-Agent of calls
	Log      *slog.Logger
	Troubles *trouble.Log // nil: a separate one that writes to Log

	PerHost int // subscriptions of one callback host; 0 means 500
	Pending int // unverified requests of one callback host; 0 means 50
	InAll   int // subscriptions and requests of all hosts; 0 means 100,000
}

// Hub accepts subscriptions and pushes documents. It is safe for concurrent use, by any
// number of processes on one database.
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
	// claimTime is the duration of a claim. Its process has died if it still holds the
	// claim then.
	claimTime = 30 * time.Second
	pollEvery = 2 * time.Second
	// sweepEvery bounds the delay of a change without a notification.
	sweepEvery = time.Minute
)

// Concurrent calls by kind. Hanging callbacks of unverified requests, or of subscriptions
// that failed before, take no places from callbacks that answer.
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
	if o.Troubles == nil {
		o.Troubles = trouble.New(o.Log)
	}
	return &Hub{
		o: o, db: db, wake: make(chan struct{}, 1), changed: make(chan struct{}, 1), doors: map[string]*door{},
		client: &http.Client{
			Transport: o.Guard.Transport(), Timeout: callTime,
			// A redirect does not answer for the callback's own address.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
}

// Ask stores a request for verification. Errors are [Invalid], [ErrNoTopic],
// [ErrNotSubscribed], [ErrTooMany] or the database's.
func (h *Hub) Ask(ctx context.Context, r Request, now time.Time) error {
	// Host names are resolved when they are called. A forbidden address is refused at once.
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

// counts is the numbers of subscriptions and requests when a request arrives.
type counts struct {
	InAll      int  `db:"in_all"`
	OfHost     int  `db:"of_host"`
	Pending    int  `db:"pending"`    // of the host
	Subscribed bool `db:"subscribed"` // to this topic with this callback
	Asked      bool `db:"asked"`      // an unverified request exists for them
}

// judge enforces the limits. A subscriber may always renew and unsubscribe, within the
// limit of unverified requests.
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

// Wake makes the hub look for due work at once. It never blocks.
func (h *Hub) Wake() { signal(h.wake) }

// Changed notifies the hub that documents of [Options.Document] may have changed. It never
// blocks.
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
		_ = h.note(ctx, "read subscriptions", h.look(ctx, kinds, &calls))
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
			missed = h.note(ctx, "look for changed feeds", h.notice(ctx)) != nil
		}
	}
}

// note logs the beginning and the end of a trouble with a statement of the hub.
func (h *Hub) note(ctx context.Context, statement string, err error) error {
	return h.o.Troubles.Note(ctx, trouble.Work, "websub: "+statement, err)
}

// kind is a kind of calls with its own limit.
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

// look deletes expired subscriptions, claims due work, and calls each callback in its own
// goroutine, so that a slow callback delays no other.
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
			return nil // all slots are taken; the next look continues
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

// notice makes subscriptions due whose feed has changed since the last push. A feed that
// fails delays no other.
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
