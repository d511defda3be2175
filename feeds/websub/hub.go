package websub

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
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
}

// Options of a hub.
type Options struct {
	// Document returns the feed at an address, or [ErrNoTopic].
	Document func(ctx context.Context, topic string) (Document, error)
	Hub      string      // our own address
	Guard    fetch.Guard // which addresses callbacks may have
	External []string    // hubs of others that are told of changes; then Topics is needed
	Topics   func(ctx context.Context) ([]string, error)
	Log      *slog.Logger

	PerHost int // subscriptions of one callback host; 0: 500
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

	mu   sync.Mutex
	busy map[string]int // callbacks under way, by host
}

const (
	callTime = 10 * time.Second // for one call to a callback
	// claimTime is how long a claim holds: after it, whoever claimed has died.
	claimTime = 30 * time.Second
	atOnce    = 16 // calls under way
	perHost   = 2  // to one host
	pollEvery = 2 * time.Second
	// sweepEvery bounds how late a change is noticed that nobody told of.
	sweepEvery = time.Minute
)

// New returns a hub on db.
func New(db *postgres.DB, o Options) *Hub {
	if o.PerHost == 0 {
		o.PerHost = 500
	}
	if o.InAll == 0 {
		o.InAll = 100_000
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Hub{
		o: o, db: db, wake: make(chan struct{}, 1), changed: make(chan struct{}, 1), busy: map[string]int{},
		client: &http.Client{
			Transport: o.Guard.Transport(), Timeout: callTime,
			// A redirect is no answer to a question about this address.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
}

// Ask takes a request, to be verified. Errors are [Invalid], [ErrNoTopic], [ErrTooMany]
// or the database's.
func (h *Hub) Ask(ctx context.Context, r Request, now time.Time) error {
	if r.Mode == "subscribe" {
		if _, err := h.o.Document(ctx, r.Topic); err != nil {
			return err
		}
		var all, ofHost int
		if err := h.db.QueryRowContext(ctx, `
			SELECT (SELECT count(*) FROM websub_subscriptions) + (SELECT count(*) FROM websub_requests),
				(SELECT count(*) FROM websub_subscriptions WHERE host = $1)`, hostOf(r.Callback)).Scan(&all, &ofHost); err != nil {
			return fmt.Errorf("websub: counting: %w", err)
		}
		if all >= h.o.InAll || ofHost >= h.o.PerHost {
			return ErrTooMany
		}
	}
	_, err := h.db.ExecContext(ctx, `
		INSERT INTO websub_requests (topic, callback, mode, secret, lease_seconds, due_at, created_at) VALUES ($1, $2, $3, $4, $5, $6, $6)
		ON CONFLICT (topic, callback) DO UPDATE SET mode = excluded.mode, secret = excluded.secret, lease_seconds = excluded.lease_seconds,
			due_at = excluded.due_at, attempt = 0, created_at = excluded.created_at`,
		r.Topic, r.Callback, r.Mode, r.Secret, int64(r.Lease/time.Second), now)
	if err != nil {
		return fmt.Errorf("websub: taking a request: %w", err)
	}
	h.Wake()
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
	slots := make(chan struct{}, atOnce)
	sweep := time.NewTicker(sweepEvery)
	defer sweep.Stop()
	for {
		if err := h.look(ctx, slots, &calls); err != nil && ctx.Err() == nil {
			h.o.Log.Warn("the hub could not look at its subscriptions; it tries again", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-h.wake:
		case <-time.After(pollEvery):
		case <-sweep.C:
			h.Changed()
		case <-h.changed:
			select {
			case <-ctx.Done():
				return nil
			case <-time.After(settleTime):
			}
			if err := h.notice(ctx); err != nil && ctx.Err() == nil {
				h.o.Log.Warn("changed feeds could not be looked at; the next change shows them", "error", err)
			}
		}
	}
}

func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// look claims what is due, and calls each callback in a goroutine of its own, so that
// a slow one holds up nobody.
func (h *Hub) look(ctx context.Context, slots chan struct{}, calls *sync.WaitGroup) error {
	for _, claim := range []func(context.Context) (func(context.Context), error){h.claimRequest, h.claimPush, h.claimPing} {
		for ctx.Err() == nil {
			select {
			case slots <- struct{}{}:
			default:
				return nil // all are under way; the next look goes on
			}
			call, err := claim(ctx)
			if err != nil || call == nil {
				<-slots
				if err != nil {
					return err
				}
				break
			}
			calls.Go(func() {
				defer func() { <-slots; h.Wake() }()
				call(ctx)
			})
		}
	}
	return nil
}

// enter counts a call to a host; false: it has enough.
func (h *Hub) enter(host string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.busy[host] >= perHost {
		return false
	}
	h.busy[host]++
	return true
}

func (h *Hub) leave(host string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.busy[host]--; h.busy[host] == 0 {
		delete(h.busy, host)
	}
}

// notice marks the subscriptions whose feed is not what they were sent last.
func (h *Hub) notice(ctx context.Context) error {
	var topics []string
	if err := h.db.SelectContext(ctx, &topics, `SELECT DISTINCT topic FROM websub_subscriptions WHERE lease_until > now()`); err != nil {
		return fmt.Errorf("websub: listing topics: %w", err)
	}
	for _, topic := range topics {
		d, err := h.o.Document(ctx, topic)
		if errors.Is(err, ErrNoTopic) {
			if err := h.deny(ctx, topic); err != nil {
				return err
			}
			continue
		}
		if err != nil {
			return err
		}
		if _, err := h.db.ExecContext(ctx, `
			UPDATE websub_subscriptions SET due_at = now() WHERE topic = $1 AND pushed_etag <> $2 AND due_at IS NULL`, topic, d.ETag); err != nil {
			return fmt.Errorf("websub: marking: %w", err)
		}
	}
	if err := h.noticeForOthers(ctx); err != nil {
		return err
	}
	h.Wake()
	return nil
}
