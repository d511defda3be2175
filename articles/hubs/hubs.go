// Package hubs subscribes to the WebSub hubs of the feeds that are gathered
// (https://www.w3.org/TR/websub/). A push only makes its source due: the feed itself is then
// read as always, so a hub can bring nothing into the publication.
package hubs

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"time"

	"corridor/postgres"
)

const (
	// leaseAsked is the length of a subscription that a hub is asked for.
	leaseAsked = 10 * 24 * time.Hour
	// maxLease is the longest time for which a hub's confirmation is believed.
	maxLease = 30 * 24 * time.Hour
	// renewBefore is how long before its end a subscription is renewed.
	renewBefore = 24 * time.Hour
	// askAgain is the least time between two requests to a hub.
	askAgain = time.Hour
	// pushBefore is how long before an article's reading its push may have come.
	pushBefore = 10 * time.Minute
)

// Options of a subscriber.
type Options struct {
	// Callback returns the address at which hubs reach the subscription with a token.
	Callback func(token string) string
	// Post sends a form, and returns the status of the answer.
	Post func(ctx context.Context, address string, form url.Values) (status int, err error)
	// Ask makes a source due at a time.
	Ask func(ctx context.Context, source string, at time.Time) error
}

// Subscriber subscribes to hubs. It is safe for concurrent use, by any number of processes
// on one database.
type Subscriber struct {
	o  Options
	db *postgres.DB
}

// New returns a subscriber on db.
func New(db *postgres.DB, o Options) *Subscriber { return &Subscriber{o, db} }

// Follow subscribes a source to the hub that its feed names, or forgets the subscription when
// it names none. It asks a hub again a day before the subscription ends, and an hour after a
// request without an answer. The error is the hub's or the database's; the next reading of
// the source tries again.
func (s *Subscriber) Follow(ctx context.Context, source string, l Links, now time.Time) error {
	if l.Hub == "" || l.Topic == "" {
		_, err := s.db.ExecContext(ctx, `DELETE FROM hub_subscriptions WHERE source = $1`, source)
		return err
	}
	// A hub or topic that is new ends the former subscription: pushes to its address are unknown.
	_, err := s.db.ExecContext(ctx, `
		INSERT INTO hub_subscriptions AS s (source, hub, topic, token, secret) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (source) DO UPDATE SET hub = excluded.hub, topic = excluded.topic, token = excluded.token, secret = excluded.secret,
			asked_at = NULL, lease_until = NULL, pushed_at = NULL, missed_at = NULL
		WHERE (s.hub, s.topic) <> (excluded.hub, excluded.topic)`, source, l.Hub, l.Topic, rand.Text(), rand.Text())
	if err != nil {
		return fmt.Errorf("hubs: storing a subscription: %w", err)
	}
	return s.Renew(ctx, source, now)
}

// Renew asks the hub of a source when that is due. Without a subscription it does nothing.
func (s *Subscriber) Renew(ctx context.Context, source string, now time.Time) error {
	var due struct{ Hub, Topic, Token, Secret string }
	err := s.db.GetContext(ctx, &due, `
		UPDATE hub_subscriptions SET asked_at = $2
		WHERE source = $1 AND (lease_until IS NULL OR lease_until < $3) AND (asked_at IS NULL OR asked_at < $4)
		RETURNING hub, topic, token, secret`, source, now, now.Add(renewBefore), now.Add(-askAgain))
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("hubs: claiming a subscription: %w", err)
	}
	status, err := s.o.Post(ctx, due.Hub, url.Values{
		"hub.mode": {"subscribe"}, "hub.topic": {due.Topic}, "hub.callback": {s.o.Callback(due.Token)}, "hub.secret": {due.Secret},
		"hub.lease_seconds": {strconv.Itoa(int(leaseAsked / time.Second))},
	})
	if err == nil && (status < 200 || status > 299) {
		err = fmt.Errorf("answers %d", status)
	}
	if err != nil {
		return fmt.Errorf("hubs: %s: %w", due.Hub, err)
	}
	return nil
}

// IsPushed reports whether a source's hub pushes, so that the source can be read less often.
// news tells that the source has new articles: without a push shortly before, the hub is not
// relied on until it pushes again.
func (s *Subscriber) IsPushed(ctx context.Context, source string, news bool, now time.Time) (pushed bool, err error) {
	err = s.db.GetContext(ctx, &pushed, `
		UPDATE hub_subscriptions SET missed_at = CASE WHEN $2 AND (pushed_at IS NULL OR pushed_at < $4) THEN $3 ELSE missed_at END
		WHERE source = $1
		RETURNING COALESCE(lease_until > $3 AND (missed_at IS NULL OR pushed_at > missed_at), false)`, source, news, now, now.Add(-pushBefore))
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return false, fmt.Errorf("hubs: reading a subscription: %w", err)
	}
	return pushed, nil
}
