package websub

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"time"
)

// subscription is a subscription that is being pushed to.
type subscription struct {
	Topic    string       `db:"topic"`
	Callback string       `db:"callback"`
	Secret   string       `db:"secret"`
	Attempt  int          `db:"attempt"`
	Pushed   string       `db:"pushed_etag"`
	Changed  sql.NullTime `db:"pushed_changed"`
	Failing  sql.NullTime `db:"failing_since"`
	Claim    time.Time    `db:"claimed_until"` // fences this claim: a later claim has another time
}

// giveUp is the time after which a failing subscription ends.
const giveUp = 24 * time.Hour

// lagTime is the delay after which a process with an older document tries again.
const lagTime = 2 * time.Second

// claimPush claims the next due subscription, with or without earlier failures. The claim
// keeps other processes away; pushed_etag lets later ones see that there is nothing to
// push.
func (h *Hub) claimPush(ctx context.Context, again bool) (func(context.Context), error) {
	var s subscription
	err := h.db.GetContext(ctx, &s, `
		UPDATE websub_subscriptions SET claimed_until = now() + $1::interval, attempt = attempt + 1
		WHERE (topic, callback) = (
			SELECT topic, callback FROM websub_subscriptions
			WHERE due_at <= now() AND (claimed_until IS NULL OR claimed_until <= now()) AND (failing_since IS NOT NULL) = $2
			ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED)
		RETURNING topic, callback, secret, attempt, pushed_etag, CASE WHEN pushed_changed > '-infinity' THEN pushed_changed END AS pushed_changed,
			failing_since, claimed_until`, claimTime.String(), again)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("websub: claiming a push: %w", err)
	}
	return func(ctx context.Context) {
		_ = h.note(ctx, "push", h.push(ctx, s))
	}, nil
}

// push sends the newest document (section 7) unless the subscriber has it.
func (h *Hub) push(ctx context.Context, s subscription) error {
	host := hostOf(s.Callback)
	if !h.enter(ctx, host, pushing/2) {
		return h.later(ctx, s, time.Second, false)
	}
	defer h.leave(host)
	d, err := h.o.Document(ctx, s.Topic)
	if errors.Is(err, ErrNoTopic) {
		return h.deny(ctx, s.Topic)
	}
	if err != nil {
		return errors.Join(err, h.later(ctx, s, lagTime, false))
	}
	if d.ETag == s.Pushed {
		return h.pushed(ctx, s, d)
	}
	if s.Changed.Valid && d.Changed.Before(s.Changed.Time) {
		return h.later(ctx, s, lagTime, false) // another process has a newer document
	}
	status, err := h.post(ctx, s, d)
	switch {
	case ctx.Err() != nil:
		return nil // the claim expires; the subscriber may get the document twice, but always gets it
	case err == nil && status/100 == 2:
		return h.pushed(ctx, s, d)
	case status == http.StatusGone, s.Failing.Valid && time.Since(s.Failing.Time) > giveUp:
		h.o.Log.Info("a WebSub subscription has ended", "topic", s.Topic, "host", host, "status", status, "error", cause(err))
		_, err := h.db.ExecContext(ctx, `DELETE FROM websub_subscriptions WHERE topic = $1 AND callback = $2`, s.Topic, s.Callback)
		return err
	}
	h.o.Log.Debug("a callback refused a push; it will be retried", "topic", s.Topic, "host", host, "status", status, "error", cause(err))
	return h.later(ctx, s, retryDelay(s.Attempt, rand.Float64()), true)
}

// post delivers the document, signed if there is a secret.
func (h *Hub) post(ctx context.Context, s subscription, d Document) (status int, err error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.Callback, bytes.NewReader(d.Body))
	if err != nil {
		return 0, err
	}
	r.Header.Set("Content-Type", d.ContentType)
	r.Header.Set("User-Agent", h.o.Agent)
	r.Header.Set("Link", "<"+h.o.Hub+`>; rel="hub", <`+s.Topic+`>; rel="self"`)
	if s.Secret != "" {
		mac := hmac.New(sha256.New, []byte(s.Secret))
		mac.Write(d.Body)
		r.Header.Set("X-Hub-Signature", "sha256="+hex.EncodeToString(mac.Sum(nil)))
	}
	response, err := h.client.Do(r)
	if err != nil {
		return 0, err
	}
	defer response.Body.Close()
	_, _ = io.CopyN(io.Discard, response.Body, 1000)
	return response.StatusCode, nil
}

// pushed records the document that the subscriber has, and makes the subscription due again
// if a newer document exists.
func (h *Hub) pushed(ctx context.Context, s subscription, d Document) error {
	_, err := h.db.ExecContext(ctx, `
		UPDATE websub_subscriptions SET pushed_etag = $4, pushed_changed = $5, due_at = NULL, claimed_until = NULL, attempt = 0, failing_since = NULL
		WHERE topic = $1 AND callback = $2 AND claimed_until = $3`, s.Topic, s.Callback, s.Claim, d.ETag, d.Changed)
	if err != nil {
		return err
	}
	newest, err := h.o.Document(ctx, s.Topic)
	if err == nil && newest.ETag != d.ETag {
		_, err = h.db.ExecContext(ctx, `
			UPDATE websub_subscriptions SET due_at = now() WHERE topic = $1 AND callback = $2 AND pushed_etag = $3 AND due_at IS NULL`, s.Topic, s.Callback, d.ETag)
	}
	return err
}

// later defers a push.
func (h *Hub) later(ctx context.Context, s subscription, d time.Duration, failed bool) error {
	_, err := h.db.ExecContext(ctx, `
		UPDATE websub_subscriptions SET due_at = now() + $3::interval, claimed_until = NULL,
			attempt = CASE WHEN $4 THEN attempt ELSE attempt - 1 END, failing_since = CASE WHEN $4 THEN COALESCE(failing_since, now()) ELSE failing_since END
		WHERE topic = $1 AND callback = $2 AND claimed_until = $5`, s.Topic, s.Callback, d.String(), failed, s.Claim)
	return err
}
