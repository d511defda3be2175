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
	ETag     string    `db:"etag"`
	Attempt  int       `db:"attempt"`
	Created  time.Time `db:"created_at"`
}

// maxVerifications is the number of attempts at a callback that does not answer.
const maxVerifications = 4

// claimRequest claims the next due request.
func (h *Hub) claimRequest(ctx context.Context) (func(context.Context), error) {
	var p pending
	err := h.db.GetContext(ctx, &p, `
		UPDATE websub_requests SET claimed_until = now() + $1::interval, attempt = attempt + 1
		WHERE (topic, callback) = (
			SELECT topic, callback FROM websub_requests
			WHERE due_at <= now() AND (claimed_until IS NULL OR claimed_until <= now())
			ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED)
		RETURNING topic, callback, mode, secret, lease_seconds, etag, attempt, created_at`, claimTime.String())
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("websub: claiming a request: %w", err)
	}
	return func(ctx context.Context) {
		_ = h.note(ctx, "verify a request", h.verify(ctx, p))
	}, nil
}

// verify asks the callback to confirm the request (section 5.3), and then grants it.
func (h *Hub) verify(ctx context.Context, p pending) error {
	host := hostOf(p.Callback)
	if !h.enter(ctx, host, verifying/2) {
		return h.putOff(ctx, p, time.Second, false)
	}
	defer h.leave(host)
	meant, err := h.askIntent(ctx, p)
	switch {
	case ctx.Err() != nil:
		return nil // the claim expires
	case err != nil && p.Attempt < maxVerifications:
		return h.putOff(ctx, p, retryDelay(p.Attempt, mathrand.Float64())/5, true)
	case err != nil || !meant || p.Mode == "denied":
		h.o.Log.Info("a WebSub request was not confirmed", "mode", p.Mode, "topic", p.Topic, "host", host, "error", cause(err))
		return h.forget(ctx, p)
	}
	err = h.grant(ctx, p)
	switch {
	case errors.Is(err, ErrNoTopic):
		return h.refuse(ctx, p)
	case err != nil && p.Attempt >= maxVerifications:
		return errors.Join(err, h.forget(ctx, p))
	case err != nil:
		return errors.Join(err, h.putOff(ctx, p, time.Second, true))
	}
	return nil
}

// askIntent reports whether the callback echoes the challenge.
func (h *Hub) askIntent(ctx context.Context, p pending) (bool, error) {
	challenge := rand.Text()
	question := url.Values{"hub.mode": {p.Mode}, "hub.topic": {p.Topic}, "hub.challenge": {challenge}}
	switch p.Mode {
	case "subscribe":
		question.Set("hub.lease_seconds", strconv.FormatInt(p.Lease, 10))
	case "denied":
		question = url.Values{"hub.mode": {p.Mode}, "hub.topic": {p.Topic}, "hub.reason": {ended}}
	}
	address, err := verificationURL(p.Callback, question)
	if err != nil {
		return false, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return false, err
	}
	r.Header.Set("User-Agent", h.o.Agent)
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

// grant makes the verified change, unless a newer request exists for the same topic and
// callback.
func (h *Hub) grant(ctx context.Context, p pending) error {
	var d Document
	if p.Mode == "subscribe" {
		var err error
		if d, err = h.o.Document(ctx, p.Topic); err != nil {
			return err
		}
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
		// The subscriber fetches the document of the time of its request by itself; a newer
		// one is pushed. A renewal also retries a failing subscription at once.
		_, err = tx.ExecContext(ctx, `
			INSERT INTO websub_subscriptions AS s (topic, callback, host, secret, lease_until, pushed_etag, due_at, created_at)
			VALUES ($1, $2, $3, $4, now() + $5 * interval '1 second', $6, CASE WHEN $6 <> $7 THEN now() END, now())
			ON CONFLICT (topic, callback) DO UPDATE SET secret = excluded.secret, lease_until = excluded.lease_until, failing_since = NULL, attempt = 0,
				due_at = CASE WHEN s.due_at IS NOT NULL THEN now() END`,
			p.Topic, p.Callback, hostOf(p.Callback), p.Secret, p.Lease, p.ETag, d.ETag)
		return err
	})
}

// putOff defers a verification. It counts as an attempt if counted is true.
func (h *Hub) putOff(ctx context.Context, p pending, d time.Duration, counted bool) error {
	_, err := h.db.ExecContext(ctx, `
		UPDATE websub_requests SET due_at = now() + $4::interval, claimed_until = NULL, attempt = CASE WHEN $5 THEN attempt ELSE attempt - 1 END
		WHERE topic = $1 AND callback = $2 AND created_at = $3`,
		p.Topic, p.Callback, p.Created, d.String(), counted)
	return err
}

func (h *Hub) forget(ctx context.Context, p pending) error {
	_, err := h.db.ExecContext(ctx, `DELETE FROM websub_requests WHERE topic = $1 AND callback = $2 AND created_at = $3`, p.Topic, p.Callback, p.Created)
	return err
}

// ended is the reason of every denial. Other errors are reported at the request.
const ended = "this feed has ended"

// refuse turns a request into a denial to be sent.
func (h *Hub) refuse(ctx context.Context, p pending) error {
	_, err := h.db.ExecContext(ctx, `
		UPDATE websub_requests SET mode = 'denied', secret = '', attempt = 0, due_at = now(), claimed_until = NULL
		WHERE topic = $1 AND callback = $2 AND created_at = $3`, p.Topic, p.Callback, p.Created)
	return err
}

// deny ends the subscriptions to a feed that has ended, and makes denials to their
// callbacks due (section 5.2), which are sent like verifications.
func (h *Hub) deny(ctx context.Context, topic string) error {
	_, err := h.db.ExecContext(ctx, `
		WITH gone AS (DELETE FROM websub_subscriptions WHERE topic = $1 RETURNING topic, callback, host)
		INSERT INTO websub_requests (topic, callback, host, mode, lease_seconds, due_at, created_at)
		SELECT topic, callback, host, 'denied', 0, now(), now() FROM gone
		ON CONFLICT (topic, callback) DO UPDATE SET mode = 'denied', secret = '', attempt = 0, due_at = now(), claimed_until = NULL, created_at = now()`, topic)
	if err != nil {
		return fmt.Errorf("websub: denying: %w", err)
	}
	h.Wake()
	return nil
}
