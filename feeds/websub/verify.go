package websub

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"database/sql"
	"errors"
	"fmt"
	"io"
	mathrand "math/rand/v2"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/jmoiron/sqlx"
)

// pending is a request that is being verified.
type pending struct {
	Topic    string    `db:"topic"`
	Callback string    `db:"callback"`
	Mode     string    `db:"mode"`
	Secret   string    `db:"secret"`
	Lease    int64     `db:"lease_seconds"`
	Attempt  int       `db:"attempt"`
	Created  time.Time `db:"created_at"`
}

// maxVerifications is how often a callback that does not answer is asked.
const maxVerifications = 4

// claimRequest takes the next request that is due.
func (h *Hub) claimRequest(ctx context.Context) (func(context.Context), error) {
	var p pending
	err := h.db.GetContext(ctx, &p, `
		UPDATE websub_requests SET claimed_until = now() + $1::interval, attempt = attempt + 1
		WHERE (topic, callback) = (
			SELECT topic, callback FROM websub_requests
			WHERE due_at <= now() AND (claimed_until IS NULL OR claimed_until <= now())
			ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED)
		RETURNING topic, callback, mode, secret, lease_seconds, attempt, created_at`, claimTime.String())
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("websub: claiming a request: %w", err)
	}
	return func(ctx context.Context) {
		if err := h.verify(ctx, p); err != nil && ctx.Err() == nil {
			h.o.Log.Warn("a WebSub request could not be dealt with; it is tried again", "topic", p.Topic, "host", hostOf(p.Callback), "error", err)
		}
	}, nil
}

// verify asks the callback whether it meant it (section 5.3), and does what it asked.
func (h *Hub) verify(ctx context.Context, p pending) error {
	host := hostOf(p.Callback)
	if !h.enter(host) {
		return h.putOff(ctx, p, time.Second)
	}
	defer h.leave(host)
	meant, err := h.askIntent(ctx, p)
	switch {
	case ctx.Err() != nil:
		return nil // the claim runs out
	case err != nil && p.Attempt < maxVerifications:
		return h.putOff(ctx, p, retryDelay(p.Attempt, mathrand.Float64())/5)
	case err != nil || !meant:
		h.o.Log.Info("a WebSub request was not confirmed by its callback", "mode", p.Mode, "topic", p.Topic, "host", host, "error", err)
		return h.forget(ctx, p)
	}
	return h.grant(ctx, p)
}

// askIntent is true when the callback repeats the challenge.
func (h *Hub) askIntent(ctx context.Context, p pending) (bool, error) {
	challenge := rand.Text()
	question := url.Values{"hub.mode": {p.Mode}, "hub.topic": {p.Topic}, "hub.challenge": {challenge}}
	if p.Mode == "subscribe" {
		question.Set("hub.lease_seconds", strconv.FormatInt(p.Lease, 10))
	}
	address, err := verificationURL(p.Callback, question)
	if err != nil {
		return false, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return false, err
	}
	response, err := h.client.Do(r)
	if err != nil {
		return false, err
	}
	defer response.Body.Close()
	if response.StatusCode >= 500 {
		return false, fmt.Errorf("the callback answered %d", response.StatusCode)
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, 1000))
	if err != nil {
		return false, err
	}
	return response.StatusCode/100 == 2 && subtle.ConstantTimeCompare(body, []byte(challenge)) == 1, nil
}

// grant makes the change that was asked for and verified. A newer request for the same
// stays.
func (h *Hub) grant(ctx context.Context, p pending) error {
	etag := ""
	if p.Mode == "subscribe" {
		d, err := h.o.Document(ctx, p.Topic)
		if err != nil {
			return err
		}
		etag = d.ETag // what is there now the subscriber fetches; changes are pushed
	}
	return h.db.InTx(ctx, func(tx *sqlx.Tx) error {
		result, err := tx.ExecContext(ctx, `DELETE FROM websub_requests WHERE topic = $1 AND callback = $2 AND created_at = $3`, p.Topic, p.Callback, p.Created)
		if err != nil {
			return err
		}
		if n, err := result.RowsAffected(); err != nil || n == 0 {
			return err
		}
		if p.Mode == "unsubscribe" {
			_, err = tx.ExecContext(ctx, `DELETE FROM websub_subscriptions WHERE topic = $1 AND callback = $2`, p.Topic, p.Callback)
			return err
		}
		_, err = tx.ExecContext(ctx, `
			INSERT INTO websub_subscriptions (topic, callback, host, secret, lease_until, pushed_etag, created_at)
			VALUES ($1, $2, $3, $4, now() + $5 * interval '1 second', $6, now())
			ON CONFLICT (topic, callback) DO UPDATE SET secret = excluded.secret, lease_until = excluded.lease_until, failing_since = NULL`,
			p.Topic, p.Callback, hostOf(p.Callback), p.Secret, p.Lease, etag)
		return err
	})
}

func (h *Hub) putOff(ctx context.Context, p pending, d time.Duration) error {
	_, err := h.db.ExecContext(ctx, `
		UPDATE websub_requests SET due_at = now() + $4::interval, claimed_until = NULL WHERE topic = $1 AND callback = $2 AND created_at = $3`,
		p.Topic, p.Callback, p.Created, d.String())
	return err
}

func (h *Hub) forget(ctx context.Context, p pending) error {
	_, err := h.db.ExecContext(ctx, `DELETE FROM websub_requests WHERE topic = $1 AND callback = $2 AND created_at = $3`, p.Topic, p.Callback, p.Created)
	return err
}

// deny tells the subscribers of a feed that has ended (section 5.2), as well as it
// goes, and forgets them.
func (h *Hub) deny(ctx context.Context, topic string) error {
	var callbacks []string
	if err := h.db.SelectContext(ctx, &callbacks, `DELETE FROM websub_subscriptions WHERE topic = $1 RETURNING callback`, topic); err != nil {
		return fmt.Errorf("websub: denying: %w", err)
	}
	for _, callback := range callbacks {
		address, err := verificationURL(callback, url.Values{"hub.mode": {"denied"}, "hub.topic": {topic}, "hub.reason": {"this feed has ended"}})
		if err != nil {
			continue
		}
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
		if err != nil {
			continue
		}
		if response, err := h.client.Do(r); err == nil {
			_ = response.Body.Close()
		}
	}
	return nil
}
