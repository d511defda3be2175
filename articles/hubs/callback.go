package hubs

import (
	"context"
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // some hubs sign with it still; a forged push only reads the feed early
	"crypto/sha256"
	"crypto/sha512"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// ErrUnknown is returned for a callback that no subscription has.
var ErrUnknown = errors.New("hubs: no such subscription")

// betweenPushes is the least time between two readings of a source that pushes cause.
const betweenPushes = 5 * time.Second

// Confirm answers a hub that verifies a subscription (WebSub, section 5.3) with the challenge
// to return. A request that was not asked for is ErrUnknown. A refusal (hub.mode=denied) has
// no challenge.
func (s *Subscriber) Confirm(ctx context.Context, token string, q url.Values, now time.Time) (challenge string, err error) {
	if q.Get("hub.mode") == "denied" {
		return "", s.change(ctx, `UPDATE hub_subscriptions SET lease_until = NULL WHERE token = $1 AND topic = $2`, token, q.Get("hub.topic"))
	}
	if q.Get("hub.mode") != "subscribe" || q.Get("hub.challenge") == "" {
		return "", ErrUnknown
	}
	lease := leaseAsked
	if seconds, err := strconv.ParseInt(q.Get("hub.lease_seconds"), 10, 64); err == nil && seconds > 0 {
		lease = time.Duration(min(seconds, int64(maxLease/time.Second))) * time.Second
	}
	return q.Get("hub.challenge"), s.change(ctx, `
		UPDATE hub_subscriptions SET lease_until = $3 WHERE token = $1 AND topic = $2 AND asked_at > $4`, token, q.Get("hub.topic"), now.Add(lease), now.Add(-askAgain))
}

// change changes one subscription; ErrUnknown when there is none.
func (s *Subscriber) change(ctx context.Context, query string, args ...any) error {
	result, err := s.db.ExecContext(ctx, query, args...)
	if err != nil {
		return fmt.Errorf("hubs: changing a subscription: %w", err)
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		return errors.Join(ErrUnknown, err)
	}
	return nil
}

// Push takes a push of a hub (WebSub, section 7): with a valid signature, its source is due.
// body is read to its end and not kept. An invalid signature is no error, because a hub
// must not learn of it; valid reports it.
func (s *Subscriber) Push(ctx context.Context, token, signature string, body io.Reader, now time.Time) (valid bool, err error) {
	var known struct {
		Source string       `db:"source"`
		Secret string       `db:"secret"`
		Pushed sql.NullTime `db:"pushed_at"`
	}
	err = s.db.GetContext(ctx, &known, `SELECT source, secret, pushed_at FROM hub_subscriptions WHERE token = $1 AND lease_until > $2`, token, now)
	if errors.Is(err, sql.ErrNoRows) {
		return false, ErrUnknown
	}
	if err != nil {
		return false, fmt.Errorf("hubs: reading a subscription: %w", err)
	}
	if valid, err = isSigned(signature, known.Secret, body); err != nil || !valid {
		return false, err
	}
	if known.Pushed.Time.After(now) { // a reading is due already
		return true, nil
	}
	due := now
	if next := known.Pushed.Time.Add(betweenPushes); known.Pushed.Valid && next.After(now) {
		due = next
	}
	if err := s.change(ctx, `UPDATE hub_subscriptions SET pushed_at = $2 WHERE token = $1`, token, due); err != nil {
		return false, err
	}
	return true, s.o.Ask(ctx, known.Source, due)
}

// isSigned verifies the header X-Hub-Signature of a body (WebSub, section 7.1).
func isSigned(signature, secret string, body io.Reader) (bool, error) {
	method, value, _ := strings.Cut(signature, "=")
	methods := map[string]func() hash.Hash{"sha1": sha1.New, "sha256": sha256.New, "sha384": sha512.New384, "sha512": sha512.New}
	given, err := hex.DecodeString(value)
	if methods[method] == nil || err != nil {
		return false, nil //nolint:nilerr // no valid signature
	}
	mac := hmac.New(methods[method], []byte(secret))
	if _, err := io.Copy(mac, body); err != nil {
		return false, fmt.Errorf("hubs: reading a push: %w", err)
	}
	return hmac.Equal(mac.Sum(nil), given), nil
}
